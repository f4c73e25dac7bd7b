/** Owns putting a plan into the store: the same plan goes on with what is missing, unless a fresh one is wanted. */
import type { Planned } from "#main/lab/make-plan.ts";
import { experimentId } from "#main/lab/make-plan.ts";
import type { Store } from "#main/store/store.ts";
import type { Suite } from "#shared/task/schema.ts";

export interface Prepared {
  id: string;
  /** Whether an experiment with this plan was there already. */
  existing: boolean;
}

/** Writes designs, suite and experiment where they are not there yet. */
export function prepareExperiment(
  store: Store,
  planned: Planned,
  suite: Suite,
  options: { fresh: boolean; name: string; nowMs: number },
): Prepared {
  const earlier = store.experiments.byPlan(planned.planHash);
  const latest = earlier.at(-1);
  if (latest && !options.fresh) return { id: latest.id, existing: true };
  // A number that was never used: deleting one must not let another take its id.
  let nth = 1;
  while (store.experiments.get(experimentId(planned.planHash, nth))) nth += 1;
  const id = experimentId(planned.planHash, nth);
  for (const [hash, design] of planned.designs) store.orgs.keepVersion(hash, design, null, options.nowMs);
  store.orgs.keepSuite(planned.suiteHash, suite, options.nowMs);
  store.experiments.create({
    id,
    planHash: planned.planHash,
    name: options.name,
    plan: planned.plan,
    suiteHash: planned.suiteHash,
    createdAtMs: options.nowMs,
  });
  return { id, existing: false };
}
