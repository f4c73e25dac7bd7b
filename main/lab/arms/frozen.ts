/** Owns keeping budgets frozen: a plan that was locked before goes on with the budgets it was locked with. */
import type { Plan } from "#shared/experiment/plan.ts";
import { hashJson } from "#main/exchange/hash.ts";
import type { Planned } from "#main/lab/make-plan.ts";
import type { Store } from "#main/store/store.ts";

/**
 * The plan as it was locked where the store has it with other budgets, else the plan itself. An experiment's own runs move
 * the medians that budgets come from; without this, going on with it would start another one.
 */
export function frozenBefore(store: Store, planned: Planned): Planned {
  if (!planned.plan.arms.some((arm) => arm.budgets !== null)) return planned;
  const wanted = hashJson(withoutBudgets(planned.plan));
  // Newest first, as it is the latest that goes on.
  const earlier = store.experiments
    .list()
    .find((row) => row.suiteHash === planned.suiteHash && hashJson(withoutBudgets(row.plan)) === wanted);
  return earlier ? { ...planned, plan: earlier.plan, planHash: earlier.planHash } : planned;
}

/** A plan without what was read off earlier runs. */
function withoutBudgets(plan: Plan): Plan {
  return { ...plan, arms: plan.arms.map((arm) => (arm.budgets === null ? arm : { ...arm, budgets: null, settings: {} })) };
}
