/** Owns finished runs for tests, written straight into a store with what they took. */
import type { CellOutcome } from "#shared/run/events.ts";
import type { RunMeasure } from "#shared/drift/run-measure.ts";
import type { Suite } from "#shared/task/schema.ts";
import type { Planned, PlanInput } from "#main/lab/make-plan.ts";
import { makePlan } from "#main/lab/make-plan.ts";
import { NO_PAST_RUNS } from "#main/lab/arms/budgets.ts";
import { prepareExperiment } from "#main/lab/start-experiment.ts";
import type { Store } from "#main/store/store.ts";
import { population } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

export const SUITE = plainSuite(2, 1);

export function planInput(change: Partial<PlanInput> = {}): PlanInput {
  return {
    orgs: [testOrg("A>B")],
    solos: [],
    past: NO_PAST_RUNS,
    suite: SUITE,
    tasks: null,
    repeats: 3,
    connection: { kind: "anthropic" },
    model: null,
    population: population({}),
    seed: 1,
    ...change,
  };
}

export function plannedOf(change: Partial<PlanInput> = {}): Planned {
  const made = makePlan(planInput(change));
  if (!made.ok) throw new Error(made.problems.map((each) => each.message).join(" "));
  return made.planned;
}

/** Creates the experiment; its id. */
export function create(store: Store, planned: Planned, suite: Suite = SUITE, nowMs = 0): string {
  return prepareExperiment(store, planned, suite, { fresh: false, name: "Past", nowMs }).id;
}

const NOTHING_MEASURED: RunMeasure = {
  handoffs: [],
  edges: [],
  deliverable: {
    codes: [],
    retention: null,
    retentionReason: "no-probe",
    loss: null,
    lossReason: "no-probe",
    parts: null,
    introduced: 0,
    asks: [],
    asksMet: null,
    asksReason: "no-probe",
  },
};

export interface Took {
  armId: string;
  taskId: string;
  repeat: number;
  outputTokens: number;
  costUsd: number | null;
  outcome?: CellOutcome;
}

/** One run of a cell from its start to its end, with one call that took this much. */
export function record(store: Store, experimentId: string, { outcome = "done", ...took }: Took): void {
  const key = { experimentId, armId: took.armId, taskId: took.taskId, repeat: took.repeat };
  const runId = `run_${experimentId}_${took.armId}_${took.taskId}_${took.repeat}`;
  store.runs.start({ ...key, id: runId, attempt: 1, startedAtMs: 0 });
  const call = { id: "c1", agent: "agent_a" };
  const request = { model: "m", max_tokens: 1, system: [], messages: [], tools: [] };
  const usage = { inputTokens: 0, outputTokens: took.outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const answer = { content: [], stopReason: "end_turn", usage, servedModel: "m", requestId: null, durationMs: 0, attempts: 1 };
  const price = () => took.costUsd;
  store.runs.append(runId, { seq: 0, atMs: 0, event: { type: "call-started", ...call, turn: 1, call: 1, request, shows: [] } }, price);
  store.runs.append(runId, { seq: 1, atMs: 0, event: { type: "call-ended", ...call, answer } }, price);
  if (outcome === "done")
    store.results.finish({
      ...key,
      runId,
      status: "complete",
      reason: "delivered",
      deliverable: "x",
      measure: NOTHING_MEASURED,
      probe: "p",
      endedAtMs: 1,
    });
  else store.experiments.finishCell(key, outcome, null);
}
