/** Owns the sign-flip test: how often chance signs on the tasks' differences reach what was seen (M15). */
import { largestSize, ROUNDING, sum } from "#main/measure/stats/moments.ts";

/** Uniform numbers in [0, 1); the caller seeds it. */
export type Dice = () => number;

/** Up to here all 2ⁿ sign patterns are counted; above, patterns are drawn. */
export const EXACT_UP_TO = 20;

export const DEFAULT_DRAWS = 19_999;

export interface SignFlipOptions {
  /** Called n times per draw, only above 20 differences. */
  dice: Dice;
  /** Patterns drawn above 20 differences; default 19,999. */
  draws?: number | undefined;
  /** Size of the numbers the differences were taken from, for telling ties from rounding; default: their own largest. */
  scale?: number | undefined;
}

/**
 * Two-sided p that differences with signs at random have a |mean| at least as large as the observed one. Sums that come
 * within 1e-12·n·scale of the observed one are ties and count.
 *
 * @returns p in (0, 1]: exact, a multiple of 2/2ⁿ or 1, up to n = 20; above, (1 + count)/(1 + draws) (Phipson & Smyth 2010).
 *   No differences: 1.
 */
export function signFlipP(differences: readonly number[], options: SignFlipOptions): number {
  const slack = ROUNDING * differences.length * Math.max(options.scale ?? 0, largestSize(differences));
  const threshold = Math.abs(sum(differences)) - slack;
  if (threshold <= 0) return 1; // every pattern reaches 0
  if (differences.length > EXACT_UP_TO) return sampledP(differences, threshold, options.dice, options.draws ?? DEFAULT_DRAWS);
  // The patterns are symmetric about 0: as many sums lie at or below −threshold as at or above it.
  return (2 * countAtLeast(differences, threshold)) / 2 ** differences.length;
}

/** The smallest p that can come out: 2/2ⁿ, or 1/(1 + draws) where patterns are drawn and that is larger. */
export function signFlipFloor(tasks: number, draws: number = DEFAULT_DRAWS): number {
  const exact = 2 ** (1 - tasks);
  return tasks > EXACT_UP_TO ? Math.max(exact, 1 / (1 + draws)) : exact;
}

/**
 * How many of the 2ⁿ sums are ≥ threshold, by meeting in the middle: 2·2^{n/2} half sums instead of 2ⁿ, each of few
 * additions. (A Gray code's running sum would gather rounding of the size of the tie tolerance.)
 */
function countAtLeast(differences: readonly number[], threshold: number): number {
  const middle = differences.length >> 1;
  const left = signedSums(differences.slice(0, middle)).sort();
  const right = signedSums(differences.slice(middle)).sort();
  let count = 0;
  let from = right.length;
  for (const one of left) {
    while (from > 0 && one + (right[from - 1] as number) >= threshold) from -= 1;
    count += right.length - from;
  }
  return count;
}

/** All 2ⁿ sums of ±differences, in no order. None: [0]. */
function signedSums(differences: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** differences.length);
  let filled = 1;
  for (const difference of differences) {
    for (let index = 0; index < filled; index += 1) {
      const before = sums[index] as number;
      sums[index] = before + difference;
      sums[filled + index] = before - difference;
    }
    filled *= 2;
  }
  return sums;
}

function sampledP(differences: readonly number[], threshold: number, dice: Dice, draws: number): number {
  let count = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    let total = 0;
    for (const difference of differences) total += dice() < 0.5 ? difference : -difference;
    if (Math.abs(total) >= threshold) count += 1;
  }
  return (1 + count) / (1 + draws);
}
