/** Owns one cell from start to measured end: engine, store and probes brought together. */
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import { cellName } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import type { CellOutcome, RunEvent } from "#shared/run/events.ts";
import { takesTemperature } from "#shared/run/connection.ts";
import type { ModelPort } from "#main/engine/ports.ts";
import { runOrg } from "#main/engine/run-org.ts";
import { hashJson } from "#main/exchange/hash.ts";
import { measureRun } from "#main/measure/measure-run.ts";
import { PATTERN_PROBE } from "#main/measure/pattern-probe.ts";
import type { TaskProbes } from "#main/measure/task-probes.ts";
import type { Connection } from "#main/models/connection.ts";
import type { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { cellScript } from "#main/models/simulated/script.ts";
import type { CellKey } from "#main/store/experiments.ts";
import type { PriceCall } from "#main/store/runs.ts";
import type { Store } from "#main/store/store.ts";
import type { TokenBudget } from "#main/lab/budget.ts";

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
      { model: budgeted(parts), clock: { nowMs: parts.nowMs }, emit, signal: parts.signal },
    );
    if (result.outcome === "done") {
      const { status, reason, deliverable } = result;
      store.results.finish({
        ...key,
        runId,
        status,
        reason,
        deliverable,
        measure: measureRun(org, probes, events),
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

/** A model's port with the cap in front of it. */
function budgeted({ connection, budget }: CellParts): ModelPort {
  return {
    async call(request, options) {
      if (!(await budget.reserve(request.max_tokens, options.signal)))
        return {
          ok: false,
          attempts: 0,
          failure: { code: "budget", message: `the cap of ${budget.cap} output tokens leaves no room for another call` },
        };
      let used = 0;
      try {
        const result = await connection.call(request, options);
        // A stream that broke may have been paid for; its worst case is what counts.
        const unsure = !result.ok && (result.failure.code === "broken-answer" || result.failure.code === "network");
        used = result.ok ? result.answer.usage.outputTokens : unsure ? request.max_tokens : 0;
        return result;
      } finally {
        budget.settle(request.max_tokens, used);
      }
    },
  };
}

/** The design with one model for all agents, where the plan names one. */
export function withModel(org: Org, model: string | null): Org {
  if (model === null) return org;
  return { ...org, defaults: { ...org.defaults, model }, agents: org.agents.map((agent) => ({ ...agent, model: null })) };
}
