/** Owns one cell from start to measured end: engine, store and probes brought together. */
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import { cellName } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import type { CellOutcome, RunEvent } from "#shared/run/events.ts";
import { takesTemperature } from "#shared/run/connection.ts";
import type { CallFailure } from "#shared/run/messages.ts";
import type { ModelPort } from "#main/engine/ports.ts";
import { runOrg } from "#main/engine/run-org.ts";
import { hashJson } from "#main/exchange/hash.ts";
import { PATTERN_PROBE } from "#main/measure/pattern-probe.ts";
import type { TaskProbes } from "#main/measure/task-probes.ts";
import type { Connection } from "#main/models/connection.ts";
import type { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { cellScript } from "#main/models/simulated/script.ts";
import type { CellKey } from "#main/store/experiments.ts";
import type { PriceCall } from "#main/store/runs.ts";
import type { Store } from "#main/store/store.ts";
import type { TokenBudget } from "#main/lab/budget.ts";
import { measureGently } from "#main/lab/measure-gently.ts";

export interface CellParts {
  experimentId: string;
  plan: Plan;
  arm: Arm;
  design: Org;
  probes: TaskProbes;
  repeat: number;
  store: Store;
  connection: Connection;
  /** The population of this experiment alone: cells are told apart by their names within it. */
  simulated: SimulatedPopulation;
  budget: TokenBudget;
  price: PriceCall;
  nowMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
  /** Told of each event after it is stored. */
  onEvent(event: RunEvent): void;
}

export interface CellEnd {
  outcome: CellOutcome;
  /** The cap left no room for another call. */
  capReached: boolean;
}

/** Runs and measures a cell. Rejects only on a bug or when the store cannot write. */
export async function runCell(parts: CellParts): Promise<CellEnd> {
  const { store, plan, arm, probes, repeat, experimentId } = parts;
  const { task } = probes;
  const key: CellKey = { experimentId, armId: arm.id, taskId: task.id, repeat };
  const attempt = store.runs.attempts(key) + 1;
  const cell = cellName(arm.id, task.id, repeat);
  const runId = `run_${hashJson([experimentId, cell, attempt]).slice(0, 20)}`;
  const org = withModel(parts.design, plan.model);
  if (plan.population) parts.simulated.open(cellScript(cell, org, task, plan.population, plan.seed));
  store.runs.start({ ...key, id: runId, attempt, startedAtMs: parts.nowMs() });
  const events: RunEvent[] = [];
  const emit = (event: RunEvent) => {
    store.runs.append(runId, { seq: events.length, atMs: parts.nowMs(), event }, parts.price);
    events.push(event);
    parts.onEvent(event);
  };
  try {
    const result = await runOrg(
      { org, brief: task.brief, cell, solo: arm.kind === "solo", takesTemperature: takesTemperature(plan.connection) },
      { model: budgeted(parts), clock: { nowMs: parts.nowMs, sleep: parts.sleep }, emit, signal: parts.signal },
    );
    if (result.outcome === "done") {
      const { status, reason, deliverable } = result;
      store.results.finish({
        ...key,
        runId,
        status,
        reason,
        deliverable,
        measure: await measureGently(org, probes, events, parts.nowMs),
        probe: PATTERN_PROBE,
        endedAtMs: parts.nowMs(),
      });
      return { outcome: "done", capReached: false };
    }
    const capReached = result.outcome === "failed" && result.failure.code === "budget";
    const outcome: CellOutcome = result.outcome === "stopped" || capReached ? "stopped" : "failed";
    store.experiments.finishCell(key, outcome, result.outcome === "failed" ? result.failure : null);
    return { outcome, capReached };
  } finally {
    parts.simulated.close(cell);
  }
}

/** A model's port with the cap in front of it: every attempt has room before it is sent, and what broke on the way counts. */
function budgeted({ connection, budget, plan }: CellParts): ModelPort {
  const noRoom: CallFailure = { code: "budget", message: `the cap of ${budget.cap} output tokens leaves no room for another call` };
  return {
    async call(request, options) {
      const { max_tokens } = request;
      let held = false;
      const reserve = async (): Promise<CallFailure | null> => {
        try {
          held = await budget.reserve(max_tokens, options.signal);
        } catch (error) {
          if (!options.signal.aborted) throw error;
          return { code: "aborted", message: "the call was called off before it was sent" };
        }
        return held ? null : noRoom;
      };
      const refused = await reserve();
      if (refused) return { ok: false, attempts: 0, failure: refused };
      // Until it is known better, the worst case is what counts.
      let used = max_tokens;
      try {
        const result = await connection.call(request, {
          ...options,
          async admitRetry(lostTokens) {
            budget.settle(max_tokens, lostTokens);
            held = false;
            return reserve();
          },
        });
        // The simulated population takes nothing for a call that was called off.
        const lost = result.ok || (result.failure.code === "aborted" && plan.connection.kind === "simulated") ? 0 : result.lostTokens;
        used = result.ok ? result.answer.usage.outputTokens : lost;
        return result.ok ? result : { ...result, lostTokens: lost };
      } finally {
        if (held) budget.settle(max_tokens, used);
      }
    },
  };
}

/** The design with one model for all agents, where the plan names one. */
export function withModel(org: Org, model: string | null): Org {
  if (model === null) return org;
  return { ...org, defaults: { ...org.defaults, model }, agents: org.agents.map((agent) => ({ ...agent, model: null })) };
}
