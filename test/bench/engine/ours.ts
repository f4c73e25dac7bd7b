/** Owns playing a shape with our engine and a model that does nothing, its events kept in memory or stored in a real database file. */
import { randomUUID } from "node:crypto";
import { emptyPlan } from "#test/bench/engine/plan.ts";
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { AssistantBlock, ModelAnswer } from "#shared/run/messages.ts";
import type { Clock, ModelPort } from "#main/engine/ports.ts";
import { addressOf } from "#main/engine/prompts.ts";
import { runOrg } from "#main/engine/run-org.ts";
import { runnableHandoffs } from "#shared/org/graph.ts";
import { StoredTogether } from "#main/lab/together.ts";
import { Store } from "#main/store/store.ts";
import { MESSAGE, type PlayedShape } from "#test/bench/engine/shapes.ts";

const BRIEF = "Write a plan for the launch. Keep every figure below 40,000 and name a reviewer.";

/** A model that answers at once: every agent writes to all its contacts, and the deliverer hands back in its last turn. */
export function noOpModel(shape: PlayedShape, wait: () => Promise<void> = () => Promise.resolve()): ModelPort {
  const { org, deliverer, deliversInTurn } = shape;
  const agents = new Map(org.agents.map((agent) => [agent.id, agent]));
  const sends = new Map<string, AssistantBlock[]>();
  for (const agent of org.agents) {
    const contacts = runnableHandoffs(org)
      .filter((edge) => edge.source === agent.id)
      .flatMap((edge) => {
        const target = agents.get(edge.target);
        return target ? [{ edge, agent: target }] : [];
      });
    const to = contacts.map((each) => addressOf(each, contacts));
    sends.set(agent.id, to.length === 0 ? [] : [{ type: "tool_use", id: "toolu_1", name: "send", input: { to, text: MESSAGE } }]);
  }
  const submit: AssistantBlock[] = [{ type: "tool_use", id: "toolu_1", name: "submit_deliverable", input: { text: MESSAGE } }];
  return {
    async call(request, { identity }) {
      await wait();
      const delivers = identity.agent === deliverer && identity.turn === deliversInTurn;
      const answer: ModelAnswer = {
        content: delivers ? submit : (sends.get(identity.agent) ?? []),
        stopReason: "tool_use",
        usage: { inputTokens: 900, outputTokens: 150, cacheReadTokens: 0, cacheWriteTokens: 0 },
        servedModel: request.model,
        requestId: null,
        durationMs: 0,
        attempts: 1,
      };
      return { ok: true, answer };
    },
  };
}

const clock: Clock = {
  nowMs: () => performance.now(),
  sleep: (_ms, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("called off")), { once: true });
    }),
};

/** Plays one run and checks that it was the shape's whole run. `append` gets every event in order. */
async function playOnce(shape: PlayedShape, model: ModelPort, append: (event: RunEvent) => void, together?: StoredTogether): Promise<void> {
  let turns = 0;
  const result = await runOrg(
    { org: shape.org, brief: BRIEF, cell: "bench", mode: { kind: "org" }, takesTemperature: false, caches: true },
    {
      model,
      clock,
      emit: (event) => {
        if (event.type === "turn-started") turns += 1;
        append(event);
      },
      ...(together ? { together: (emits) => together.run(emits) } : {}),
      signal: new AbortController().signal,
    },
  );
  if (result.outcome !== "done" || result.reason !== "delivered" || turns !== shape.turns)
    throw new Error(`Our run of the ${shape.name} took ${turns} turns instead of ${shape.turns} and ended ${JSON.stringify(result)}.`);
}

/** A run whose events are kept in an array and nowhere else. */
export async function playInMemory(shape: PlayedShape, model: ModelPort): Promise<void> {
  const log: StampedEvent[] = [];
  await playOnce(shape, model, (event) => log.push({ seq: log.length, atMs: Date.now(), event }));
}

/** A database file with one experiment, in which runs are stored as `main/lab/run-cell.ts` stores them. */
export class BenchStore {
  readonly store: Store;
  #runs = 0;

  constructor(file: string, shape: PlayedShape) {
    const opened = Store.open({ file });
    if (!opened.ok) throw new Error(`The bench's database did not open: ${opened.error.code}`);
    this.store = opened.store;
    const { plan, suite, hash } = emptyPlan();
    this.store.orgs.keepVersion(hash, shape.org, null, 0);
    this.store.orgs.keepSuite(hash, suite, 0);
    this.store.experiments.create({ id: "x", planHash: hash, name: "bench", plan, suiteHash: hash, createdAtMs: 0 });
  }

  /** Plays one run; when an event has been appended, it is in the file. */
  async play(shape: PlayedShape, model: ModelPort): Promise<void> {
    const { runs } = this.store;
    const id = `run_${randomUUID()}`;
    this.#runs += 1;
    runs.start({ experimentId: "x", armId: "org", taskId: "t1", repeat: 1, id, attempt: this.#runs, startedAtMs: Date.now() });
    const log: StampedEvent[] = [];
    const append = (event: RunEvent) => {
      const stamped = { seq: log.length, atMs: Date.now(), event };
      runs.append(id, stamped, () => null);
      log.push(stamped);
    };
    await playOnce(shape, model, append, new StoredTogether((emits) => runs.together(id, emits)));
  }
}
