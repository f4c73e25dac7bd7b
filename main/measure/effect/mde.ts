/** Owns the smallest effect that a study of one edge's repairs can see (M18's formula for M6). */
import type { Reason } from "#shared/drift/types.ts";
import { tCritical } from "#main/measure/stats/student-t.ts";

export interface MdeInput {
  /** ω: standard deviation of the effect between tasks, in the endpoint's unit; as the next two from a pilot or stated defaults. */
  omega: number;
  /** ω_c: between a task's checkpoints. */
  omegaC: number;
  /** σ: between the draws from one checkpoint on one side. */
  sigma: number;
  /** Draws per checkpoint and side. */
  K: number;
  /** Checkpoints per task. */
  C: number;
  /** Tasks. */
  T: number;
}

/**
 * M18 for M6: (t_{.975,T−1} + t_{.8,T−1})·√[(ω² + (ω_c² + 2σ²/K)/C)/T], the effect seen with power .8 at a two-sided
 * .05, in the endpoint's unit. Under 2 tasks: null, `too-few`.
 *
 * @throws RangeError on a spread that is negative or no number, or on K, C or T that is no whole number from 1
 */
export function mdeEffect({ omega, omegaC, sigma, K, C, T }: MdeInput): { mde: number | null; reason: Reason | null } {
  for (const spread of [omega, omegaC, sigma])
    if (!(spread >= 0 && spread < 1e100)) throw new RangeError(`${spread} is no standard deviation.`);
  for (const count of [K, C, T]) if (!(Number.isSafeInteger(count) && count >= 1)) throw new RangeError(`${count} is no count of draws.`);
  if (T < 2) return { mde: null, reason: "too-few" };
  // t_{.8} is the upper end of a two-sided interval of level .6.
  const critical = tCritical(0.95, T - 1) + tCritical(0.6, T - 1);
  return { mde: critical * Math.sqrt((omega ** 2 + (omegaC ** 2 + (2 * sigma ** 2) / K) / C) / T), reason: null };
}
