/** Owns what runs in the store have taken, for plans under the same conditions. Reads only. */
import type { Plan } from "#shared/experiment/plan.ts";
import type { Population } from "#shared/population/schema.ts";
import { type ConnectionSpec, SIMULATED_MODEL } from "#shared/run/connection.ts";
import type { Suite } from "#shared/task/schema.ts";
import { hashJson } from "#main/exchange/hash.ts";
import type { PastRuns } from "#main/lab/arms/budgets.ts";
import type { PastRun, PastRuns as RunsForForecast } from "#main/lab/forecast.ts";
import type { Store } from "#main/store/store.ts";

/** What must be the same for a past run to count, beside the design and the task's id. */
export interface PastConditions {
  suite: Suite;
  connection: ConnectionSpec;
  /** The plan's override; null for each agent's own. Of simulated runs nobody asks. */
  model: string | null;
  /** Asked about simulated runs only. */
  population: Population;
}

/** Past runs for budgets (their medians) and for forecasts (one by one). */
export type StoredPast = PastRuns & RunsForForecast;

interface Source {
  experimentId: string;
  plan: Plan;
  /** Ids of tasks that are word for word as they are now. */
  tasks: ReadonlySet<string>;
}

/**
 * All finished runs of a design, whichever experiment made them: on the same kind of connection (of a
 * compatible server, the same address), with the same model override, the same population where it is simulated, and the
 * task word for word as it is now. Refused and incomplete runs count: they cost what they cost. Of solo arms only
 * `one-shot` and `role-play` count, since `best-of-n` runs the same design n times. Read at the first question about a design;
 * make another after a run.
 */
export function pastRuns(store: Store, conditions: PastConditions): StoredPast {
  let sources: Source[] | null = null;
  const known = new Map<string, Map<string, PastRun[]>>();
  const runsOf = (orgHash: string, taskId: string, model: string | null, kind: ConnectionSpec["kind"]): PastRun[] => {
    let found = known.get(orgHash);
    if (!found) {
      sources ??= sourcesFor(store, conditions);
      found = readRuns(store, sources, orgHash);
      known.set(orgHash, found);
    }
    return found.get(keyOf(taskId, model, kind)) ?? [];
  };
  return {
    median(orgHash, taskId, model, connectionKind) {
      const runs = runsOf(orgHash, taskId, model, connectionKind);
      if (runs.length === 0) return null;
      return {
        outputTokens: knownMedian(runs.map((run) => run.outputTokens)),
        costUsd: knownMedian(runs.map((run) => run.costUsd)),
        runs: runs.length,
      };
    },
    of(orgHash, taskId) {
      const { kind } = conditions.connection;
      return runsOf(orgHash, taskId, kind === "simulated" ? SIMULATED_MODEL : conditions.model, kind);
    },
  };
}

function sourcesFor(store: Store, conditions: PastConditions): Source[] {
  const taskHashes = new Map(conditions.suite.tasks.map((task) => [task.id, hashJson(task)]));
  const populationHash = hashJson(conditions.population);
  return store.experiments.list().flatMap(({ id, plan }) => {
    if (!sameConditions(plan, conditions.connection, populationHash)) return [];
    const tasks = new Set(plan.tasks.filter((task) => taskHashes.get(task.id) === task.hash).map((task) => task.id));
    return tasks.size === 0 ? [] : [{ experimentId: id, plan, tasks }];
  });
}

/** The runs of one design by task, model and kind of connection. */
function readRuns(store: Store, sources: readonly Source[], orgHash: string): Map<string, PastRun[]> {
  const found = new Map<string, PastRun[]>();
  for (const { experimentId, plan, tasks } of sources)
    for (const arm of plan.arms) {
      if (arm.orgHash !== orgHash || (arm.kind === "solo" && arm.budgets !== null)) continue;
      for (const { taskId, calls, outputTokens, costUsd } of store.results.runs(experimentId, arm.id)) {
        if (!tasks.has(taskId)) continue;
        const key = keyOf(taskId, plan.model, plan.connection.kind);
        const runs = found.get(key) ?? [];
        runs.push({ calls, outputTokens, costUsd });
        found.set(key, runs);
      }
    }
  return found;
}

function sameConditions(plan: Plan, connection: ConnectionSpec, populationHash: string): boolean {
  if (plan.connection.kind === "simulated") return plan.population !== null && hashJson(plan.population) === populationHash;
  if (plan.connection.kind === "compatible") return connection.kind === "compatible" && plan.connection.baseUrl === connection.baseUrl;
  return true;
}

function keyOf(...parts: (string | null)[]): string {
  return JSON.stringify(parts);
}

/** Null where one of the values is. */
function knownMedian(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? median(known) : null;
}

/** The middle value; of an even number the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] ?? 0)) / 2;
}
