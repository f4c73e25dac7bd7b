/** Owns the mean, the spread and the test for "all alike" that every estimate here is built on. */

/** Differences below this share of the values' own size are rounding, not data. */
export const ROUNDING = 1e-12;

/** Squares of anything larger could overflow; no figure of this project comes near it. */
const LARGEST = 1e150;

/**
 * Lets only numbers pass that can be squared and summed: a NaN here is a bug upstream, and must not become a figure.
 *
 * @throws RangeError on NaN, ±Infinity or a size above 1e150
 */
export function requireNumbers(values: readonly number[]): void {
  for (const value of values) if (!(Math.abs(value) <= LARGEST)) throw new RangeError(`A statistic was asked for with the value ${value}.`);
}

/** Compensated sum (Neumaier 1974), so that the order of the values does not show. Empty: 0. */
export function sum(values: readonly number[]): number {
  requireNumbers(values);
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Arithmetic mean in the values' unit; never outside their range, so exactly c for values all c. Empty: null. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return clamp(sum(values) / values.length, smallest(values), largest(values));
}

/** Standard deviation with n − 1, in the values' unit; exactly 0 for equal values. Fewer than 2 values: null. */
export function sampleSd(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  const deviations = values.map((value) => value - centre);
  const scale = largestSize(deviations);
  if (scale === 0) return 0;
  // Scaled, so that squares of tiny deviations do not vanish and turn a spread into a false zero.
  return scale * Math.sqrt(sum(deviations.map((deviation) => (deviation / scale) ** 2)) / (values.length - 1));
}

/** Variance with n − 1, in the square of the values' unit. Fewer than 2 values: null. */
export function sampleVariance(values: readonly number[]): number | null {
  const sd = sampleSd(values);
  return sd === null ? null : sd * sd;
}

/** Standard error of the mean, s/√n, in the values' unit. Fewer than 2 values: null. */
export function standardError(values: readonly number[]): number | null {
  const sd = sampleSd(values);
  return sd === null ? null : sd / Math.sqrt(values.length);
}

/**
 * Whether the values are all alike up to rounding. Without this, .1 + .2 beside .3 would pass for a spread of 1e-17
 * and draw an interval of no width.
 *
 * @param scale size the rounding is relative to, where the values are differences of larger ones; default: their own largest size
 * @returns true for no value and for one
 */
export function isConstant(values: readonly number[], scale: number = largestSize(values)): boolean {
  requireNumbers(values);
  return values.length < 2 || largest(values) - smallest(values) <= ROUNDING * scale;
}

/** The largest |value|. Empty: 0. */
export function largestSize(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** `value`, or the end of low..high that it lies beyond. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}
