/** Owns running an experiment in a test: a store in memory, the real runner, the simulated population underneath the SDK. */
import type { Report } from "#shared/drift/report.ts";
import type { Org } from "#shared/org/schema.ts";
import { type Population, populationSchema } from "#shared/population/schema.ts";
import type { Suite } from "#shared/task/schema.ts";
import { NO_PAST_RUNS } from "#main/lab/arms/budgets.ts";
import type { Caps } from "#main/lab/budget.ts";
import { makePlan, type Planned, type PlanInput } from "#main/lab/make-plan.ts";
import { reportOf } from "#main/lab/report.ts";
import { Runner, type RunnerParts } from "#main/lab/runner.ts";
import { prepareExperiment } from "#main/lab/start-experiment.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import type { PopulationOptions } from "#main/models/simulated/population.ts";
import type { RetryPorts } from "#main/models/retry.ts";
import { Store } from "#main/store/store.ts";

export function memoryStore(): Store {
  const opened = Store.open({ file: ":memory:" });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.store;
}

/** No real waiting in tests: sleeping takes no time, and the clock counts calls. */
export function testPorts(): RetryPorts {
  let nowMs = 0;
  return {
    dice: () => 0.5,
    sleep: async (_ms, signal) => signal.throwIfAborted(),
    nowMs: () => {
      nowMs += 1;
      return nowMs;
    },
  };
}

export function population(fields: Record<string, unknown>): Population {
  return populationSchema.parse({ format: "driftlab.population", version: 1, ...fields });
}

/** What is planned; the orgs and the suite have to be named. */
export interface PlannedOptions extends Partial<PlanInput> {
  orgs: readonly Org[];
  suite: Suite;
}

export interface ExperimentOptions extends PlannedOptions {
  store?: Store;
  populationOptions?: PopulationOptions;
  caps?: Caps;
  runnerParts?: Partial<RunnerParts>;
}

export interface ExperimentRun {
  report: Report;
  store: Store;
  id: string;
}

/** A plan; it throws where there is none. */
export function testPlan(choices: PlannedOptions): Planned {
  const result = makePlan({
    solos: [],
    tasks: null,
    repeats: 5,
    connection: { kind: "simulated" },
    model: null,
    population: population({}),
    seed: 1,
    past: NO_PAST_RUNS,
    ...choices,
  });
  if (!result.ok) throw new Error(result.problems.map((each) => each.message).join(" "));
  return result.planned;
}

/** Plans, and puts the experiment into the store; nothing runs yet. */
export function prepareTestExperiment(store: Store, choices: PlannedOptions, fresh = false): { id: string; existing: boolean } {
  return prepareExperiment(store, testPlan(choices), choices.suite, { fresh, name: "Test", nowMs: 0 });
}

/** A runner on a store, without keys and without real waiting. */
export function runnerOn(store: Store, more: Partial<RunnerParts> = {}): Runner {
  return new Runner({
    store,
    secrets: { anthropicKey: () => null, serverKey: () => null },
    prices: () => BUILT_IN_PRICES,
    ports: testPorts(),
    ...more,
  });
}

/** Plans, runs and reports. */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentRun> {
  const { store = memoryStore(), populationOptions, caps = { outputTokens: null, usd: null }, runnerParts, ...choices } = options;
  const { id } = prepareTestExperiment(store, choices);
  const runner = runnerOn(store, { ...(populationOptions ? { population: populationOptions } : {}), ...runnerParts });
  const end = await runner.start(id, { caps });
  if (end.end === "failed") throw new Error(end.message ?? "failed");
  const row = store.experiments.get(id);
  if (!row) throw new Error("no experiment");
  return { report: reportOf(store, row), store, id };
}
