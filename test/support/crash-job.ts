/** Owns what a process that is to be killed is told to run, and its plan: the same in that process and in an undisturbed run. */
import type { Baseline } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import type { Population } from "#shared/population/schema.ts";
import type { ConnectionSpec } from "#shared/run/connection.ts";
import type { Suite } from "#shared/task/schema.ts";
import { hashOrg } from "#main/exchange/hash.ts";
import type { PastRuns } from "#main/lab/arms/budgets.ts";
import type { Caps } from "#main/lab/budget.ts";
import { makePlan, type Planned } from "#main/lab/make-plan.ts";
import { prepareExperiment } from "#main/lab/start-experiment.ts";
import type { Store } from "#main/store/store.ts";

export interface CrashPlan {
  orgs: Org[];
  solos: Baseline[];
  suite: Suite;
  repeats: number;
  seed: number;
  population: Population;
  connection: ConnectionSpec;
  model: string;
}

export interface CrashJob {
  plan: CrashPlan;
  db: string;
  /** Gets a line with the call's name for each request that reaches the simulated population. */
  log: string;
  /** How long the population makes each request wait, in milliseconds. */
  slowMs: number;
  caps: Caps;
}

/** Budgets as if past runs had been looked at: an org took three times what a one-shot took. */
function pastOf({ orgs }: CrashPlan): PastRuns {
  const hashes = new Set(orgs.map((org) => hashOrg(org)));
  return { median: (hash) => ({ outputTokens: hashes.has(hash) ? 800 : 300, costUsd: null, runs: 3 }) };
}

export function plannedOf(plan: CrashPlan): Planned {
  const made = makePlan({ ...plan, past: pastOf(plan), tasks: null });
  if (!made.ok) throw new Error(made.problems.map((each) => each.message).join(" "));
  return made.planned;
}

/** Puts the plan into a store, unless it is there; its experiment's id. */
export function prepare(store: Store, plan: CrashPlan): string {
  return prepareExperiment(store, plannedOf(plan), plan.suite, { fresh: false, name: "Crash", nowMs: 0 }).id;
}
