/** Owns what runs in the store have taken, for plans under the same conditions. Reads only. */
import type { Plan } from "#shared/experiment/plan.ts";
import type { Population } from "#shared/population/schema.ts";
import type { ConnectionSpec } from "#shared/run/connection.ts";
import type { Suite } from "#shared/task/schema.ts";
import { hashJson } from "#main/exchange/hash.ts";
import type { PastRuns } from "#main/lab/arms/budgets.ts";
import type { Store } from "#main/store/store.ts";

/** What must be the same for a past run to count, beside the design, the task's id and the model. */
export interface PastConditions {
  suite: Suite;
  connection: ConnectionSpec;
  /** Asked about simulated runs only. */
  population: Population;
}

interface PastRun {
  outputTokens: number;
  costUsd: number | null;
}

/**
 * The medians of all finished runs of a design, whichever experiment made them: on the same kind of connection (of a
 * compatible server, the same address), with the same model override, the same population where it is simulated, and the
 * task word for word as it is now. Refused and incomplete runs count: they cost what they cost. Of solo arms only
 * `one-shot` counts, since `best-of-n` runs the same design n times. Read at the first question; make another after a run.
 */
export function pastRuns(store: Store, conditions: PastConditions): PastRuns {
  let known: Map<string, PastRun[]> | null = null;
  return {
    median(orgHash, taskId, model, connectionKind) {
      known ??= readRuns(store, conditions);
      const runs = known.get(keyOf(orgHash, taskId, model, connectionKind)) ?? [];
      if (runs.length === 0) return null;
      const costs = runs.map((run) => run.costUsd).filter((cost) => cost !== null);
      return {
        outputTokens: median(runs.map((run) => run.outputTokens)),
        costUsd: costs.length === runs.length ? median(costs) : null,
        runs: runs.length,
      };
    },
  };
}

function readRuns(store: Store, conditions: PastConditions): Map<string, PastRun[]> {
  const taskHashes = new Map(conditions.suite.tasks.map((task) => [task.id, hashJson(task)]));
  const populationHash = hashJson(conditions.population);
  const found = new Map<string, PastRun[]>();
  for (const { id, plan } of store.experiments.list()) {
    if (!sameConditions(plan, conditions.connection, populationHash)) continue;
    const sameTasks = new Set(plan.tasks.filter((task) => taskHashes.get(task.id) === task.hash).map((task) => task.id));
    const arms = plan.arms.filter((arm) => arm.kind === "org" || arm.baseline === "one-shot");
    if (sameTasks.size === 0 || arms.length === 0) continue;
    const hashes = new Map(arms.map((arm) => [arm.id, arm.orgHash]));
    for (const run of store.results.runs(id)) {
      const orgHash = hashes.get(run.armId);
      if (orgHash === undefined || !sameTasks.has(run.taskId)) continue;
      const key = keyOf(orgHash, run.taskId, plan.model, plan.connection.kind);
      const runs = found.get(key) ?? [];
      runs.push({ outputTokens: run.outputTokens, costUsd: run.costUsd });
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

/** The middle value; of an even number the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] ?? 0)) / 2;
}
