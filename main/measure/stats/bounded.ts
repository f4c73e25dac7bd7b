/** Owns M16: the estimate of a loss or a rate that lives between 0 and a bound, with its logit-t interval and zero rule. */
import type { Estimate, Interval } from "#shared/drift/types.ts";
import { clamp, isConstant, mean, requireNumbers, standardError } from "#main/measure/stats/moments.ts";
import { DEFAULT_LEVEL, type LevelOption, tCritical } from "#main/measure/stats/student-t.ts";

/** 2 for a loss (M2a; single values may reach 3), 1 for a rate. */
export type Bound = 2 | 1;

/**
 * Mean and interval of a loss on an edge (bound 2) or of a rate (bound 1), scope *tasks like these*.
 *
 * - L = mean of y_t, SE = s_y/√n, q = L/bound, h = t_{n−1}·SE/(bound·q(1 − q)), interval bound·expit(logit q ± h).
 * - n = 0: mean null, `not-fired`. n = 1, 2: interval null, `too-few`. n = 3–5: flag `few-tasks`.
 * - All y_t alike: the zero rule, see `zeroRule`.
 * - L at the bound or above with some y_t above it: flag `clipped`; `mean` stays as it was seen, the interval is made of
 *   min(y_t, bound) and reaches up to the bound. (With L alone clipped, q = 1 and the formula's limit is [0, bound], which
 *   says nothing even where every task lost everything.)
 *
 * @param taskMeans y_t ≥ 0, one per task or cluster in which the edge fired
 * @throws RangeError on a negative y_t or one that is not a number
 */
export function boundedEstimate(taskMeans: readonly number[], bound: Bound, options: LevelOption = {}): Estimate {
  requireNumbers(taskMeans);
  if (taskMeans.some((value) => value < 0)) throw new RangeError("A loss or a rate cannot be negative.");
  const tasks = taskMeans.length;
  const level = options.level ?? DEFAULT_LEVEL;
  const estimate: Estimate = { mean: mean(taskMeans), interval: null, reason: null, tasks, scope: "tasks like these", flags: [] };
  if (estimate.mean === null) return { ...estimate, reason: "not-fired" };
  if (tasks < 3) return { ...estimate, reason: "too-few" };
  if (tasks <= 5) estimate.flags.push("few-tasks");
  if (estimate.mean < bound || taskMeans.every((value) => value <= bound))
    return { ...estimate, interval: inside(taskMeans, bound, level) };
  estimate.flags.push("clipped");
  const clipped = inside(
    taskMeans.map((value) => Math.min(value, bound)),
    bound,
    level,
  );
  return { ...estimate, interval: { ...clipped, high: bound } };
}

/**
 * The share of tasks that may behave unlike the n that were seen to behave alike: U = 1 − .05^{1/n} at level .95, the
 * upper end of Clopper and Pearson's one-sided interval for 0 of n.
 */
export function unseenShare(tasks: number, level: number = DEFAULT_LEVEL): number {
  return -Math.expm1(Math.log1p(-level) / tasks);
}

/** The interval of values whose mean is not above the bound; ≥ 3 values. */
function inside(values: readonly number[], bound: Bound, level: number): Interval {
  const centre = mean(values) as number;
  // A mean that vanishes in rounding has no logit; it is none seen.
  if (centre === 0 || isConstant(values)) return zeroRule(clamp(centre, 0, bound), values.length, bound, level);
  const se = standardError(values) as number;
  if (centre >= bound) return { low: 0, high: bound, level, oneSided: null }; // 1 − q lost to rounding: the limit of the formula
  const logit = Math.log(centre) - Math.log(bound - centre);
  // bound·q(1 − q) = centre·(bound − centre)/bound, in an order that neither under- nor overflows: SE ≤ centre for values ≥ 0.
  const h = tCritical(level, values.length - 1) * (se / centre) * (bound / (bound - centre));
  return {
    low: Math.min(bound * expit(logit - h), centre),
    high: Math.min(Math.max(bound * expit(logit + h), centre), bound),
    level,
    oneSided: null,
  };
}

/**
 * SE = 0. A share 1 − U of tasks is as seen; the others may lie anywhere in [0, bound]. Constant c > 0:
 * [c(1 − U), c(1 − U) + bound·U], which for bound 2 is M16's "+ 2U" and for a rate "+ U", so it never leaves [0, bound].
 * All zero: [0, U] whatever the bound, one-sided. U bounds the share of runs that lose anything, tasks counting alike, and not
 * how much they lose: where runs lose with a mean chance r over tasks, n tasks show nothing with a chance of at most (1 − r)ⁿ.
 */
function zeroRule(constant: number, tasks: number, bound: Bound, level: number): Interval {
  const unseen = unseenShare(tasks, level);
  if (constant === 0) return { low: 0, high: unseen, level, oneSided: "at-most" };
  const low = constant * (1 - unseen);
  return { low, high: Math.min(Math.max(low + bound * unseen, constant), bound), level, oneSided: null };
}

function expit(x: number): number {
  // Each branch takes exp of a number that is not positive, so nothing overflows.
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}
