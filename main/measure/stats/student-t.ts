/** Owns what is taken from Student's t: its quantile and the interval mean ± t·SE. */
import quantile from "@stdlib/stats-base-dists-t-quantile";
import type { Interval } from "#shared/drift/types.ts";

/** Nominal coverage of an interval where nobody asked for another. */
export const DEFAULT_LEVEL = 0.95;

export interface LevelOption {
  /** Nominal coverage, above 0 and below 1; default 0.95. */
  level?: number | undefined;
}

/**
 * Two-sided critical value t_{(1 + level)/2, df}: 2.262157 for level .95 and 9 degrees of freedom.
 *
 * @throws RangeError where level is not between 0 and 1 or df is not above 0
 */
export function tCritical(level: number, df: number): number {
  const critical = level > 0 && level < 1 && df > 0 ? quantile((1 + level) / 2, df) : Number.NaN;
  if (!Number.isFinite(critical)) throw new RangeError(`There is no critical t for level ${level} and ${df} degrees of freedom.`);
  return critical;
}

/** mean ± t_{(1 + level)/2, df}·se, unbounded, in the unit of the mean. */
export function tInterval(mean: number, se: number, df: number, level: number): Interval {
  const half = tCritical(level, df) * se;
  return { low: mean - half, high: mean + half, level, oneSided: null };
}
