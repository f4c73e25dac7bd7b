/** Owns the simulated population: a `fetch` that answers real Messages API requests, offline and seeded. */
import { dice } from "#main/models/simulated/dice.ts";
import { type Knowledge, learn, type RequestBody, shownText } from "#main/models/simulated/learn.ts";
import { type CellScript, PRINCIPAL } from "#main/models/simulated/script.ts";
import { errorResponse, estimateTokens, type Fault, streamResponse, type WireAnswer, type WireBlock } from "#main/models/simulated/wire.ts";
import { type Intention, writeDeliverable, writeMessage } from "#main/models/simulated/write.ts";

/** Carries `cell/agent/turn/call/draw`; set on the simulated connection alone. */
export const IDENTITY_HEADER = "x-driftlab-identity";

export interface PopulationOptions {
  /** Opened by tests only. */
  onIntention?: (intention: Intention) => void;
  /** What goes wrong with the n-th attempt (from 1) at a call. */
  faults?: (identity: string, attempt: number) => Fault | null;
}

/** What an agent had told a contact, and in which of its turns and calls: an answer depends only on what came before it. */
interface Told {
  turn: number;
  call: number;
  recipient: string;
  knowledge: Knowledge;
}

export class SimulatedPopulation {
  #cells = new Map<string, { script: CellScript; told: Map<string, Told[]> }>();
  #attempts = new Map<string, number>();
  #options: PopulationOptions;

  constructor(options: PopulationOptions = {}) {
    this.#options = options;
  }

  /** Makes a cell known. */
  open(script: CellScript): void {
    this.#cells.set(script.cell, { script, told: new Map() });
  }

  /** Forgets a cell. */
  close(cell: string): void {
    this.#cells.delete(cell);
  }

  /** Answers as the Messages API does. Handed to the SDK in place of the network. */
  readonly fetch: typeof fetch = async (_url, init) => {
    // A real network always lets others have a turn; without one, a whole run would go by before anything else.
    await new Promise((resolve) => setImmediate(resolve));
    init?.signal?.throwIfAborted();
    const identity = new Headers(init?.headers).get(IDENTITY_HEADER) ?? "";
    const body = JSON.parse(String(init?.body)) as RequestBody;
    const requestId = `req_sim_${Math.floor(dice("request", identity) * 2 ** 40).toString(36)}`;
    const fault = this.#fault(identity);
    if (fault && "status" in fault) return errorResponse(fault, requestId);
    return streamResponse(this.#answer(identity, body, requestId.replace("req_", "msg_")), fault);
  };

  #fault(identity: string): Fault | null {
    if (!this.#options.faults) return null;
    const attempt = (this.#attempts.get(identity) ?? 0) + 1;
    this.#attempts.set(identity, attempt);
    return this.#options.faults(identity, attempt);
  }

  #answer(identity: string, body: RequestBody, id: string): WireAnswer {
    const text = shownText(body);
    const answer = { id, model: body.model, inputTokens: estimateTokens(text), maxTokens: body.max_tokens };
    const [cell = "", agent = "", turn = "1", call = "1"] = identity.split("/").map(decodeURIComponent);
    const known = this.#cells.get(cell);
    if (!known) return { ...answer, blocks: [{ type: "text", text: "The simulated population is here." }], stopReason: "end_turn" };
    const { script, told } = known;
    if (dice(script.seed, identity, "refuse") < script.refuse) return { ...answer, blocks: [], stopReason: "refusal" };
    const blocks = this.#act(script, told, { identity, agent, turn: Number(turn), call: Number(call) }, body, learn(text, script));
    const stopReason = blocks.some((block) => block.type === "tool_use") ? "tool_use" : "end_turn";
    return { ...answer, blocks, stopReason };
  }

  /** Writes to every contact for whom there is something new; delivers when there is nothing more to say. */
  #act(script: CellScript, told: Map<string, Told[]>, at: At, body: RequestBody, knowledge: Knowledge): WireBlock[] {
    const { identity, agent, turn, call } = at;
    const earlier = (told.get(agent) ?? []).filter((each) => each.turn < turn || (each.turn === turn && each.call < call));
    told.set(agent, earlier);
    const contacts = body.tools?.find((tool) => tool.name === "send")?.input_schema?.properties?.to?.items?.enum ?? [];
    const blocks: WireBlock[] = [];
    for (const name of contacts) {
      const recipient = script.names[name] ?? name;
      const odds = script.odds[agent]?.[recipient];
      const before = earlier.filter((each) => each.recipient === recipient).map((each) => each.knowledge);
      const news = newSince(knowledge, before);
      if (!odds || (before.length > 0 && isEmpty(news))) continue;
      if (dice(script.seed, identity, recipient, "silence") < script.silence) continue;
      const { text, intentions } = writeMessage({ script, identity, sender: agent, recipient, odds }, news, name);
      this.#tell(intentions);
      earlier.push({ turn, call, recipient, knowledge });
      blocks.push({ type: "tool_use", id: toolUseId(identity, recipient), name: "send", input: { to: [name], text } });
    }
    const submits = body.tools?.some((tool) => tool.name === "submit_deliverable") ?? false;
    const alone = (body.tools?.length ?? 0) === 0;
    if (blocks.length > 0 || !(submits || alone)) return blocks.length > 0 ? blocks : [{ type: "text", text: "Nothing new to pass on." }];
    const odds = script.odds[agent]?.[PRINCIPAL] ?? { keep: 1, weaken: 0, contradict: 0 };
    const { text, intentions } = writeDeliverable({ script, identity, sender: agent, recipient: PRINCIPAL, odds }, knowledge);
    this.#tell(intentions);
    return [
      submits
        ? { type: "tool_use", id: toolUseId(identity, PRINCIPAL), name: "submit_deliverable", input: { text } }
        : { type: "text", text },
    ];
  }

  #tell(intentions: readonly Intention[]): void {
    for (const intention of intentions) this.#options.onIntention?.(intention);
  }
}

interface At {
  identity: string;
  agent: string;
  turn: number;
  call: number;
}

/** What is known now and was not when the contact was last written to. */
function newSince(now: Knowledge, before: readonly Knowledge[]): Knowledge {
  const most = (id: string) => Math.max(0, ...before.map((each) => each.held.get(id) ?? 0));
  return {
    held: new Map([...now.held].filter(([id, held]) => held > most(id))),
    contradicted: new Set([...now.contradicted].filter((id) => !before.some((each) => each.contradicted.has(id)))),
    asks: new Set([...now.asks].filter((id) => !before.some((each) => each.asks.has(id)))),
  };
}

function isEmpty(knowledge: Knowledge): boolean {
  return knowledge.held.size === 0 && knowledge.contradicted.size === 0 && knowledge.asks.size === 0;
}

function toolUseId(identity: string, recipient: string): string {
  return `toolu_sim_${Math.floor(dice("tool", identity, recipient) * 2 ** 40).toString(36)}`;
}
