/** Owns M15: the difference of two arms over tasks, with its t interval and its sign-flip p. */
import type { Estimate } from "#shared/drift/types.ts";
import { pText } from "#shared/drift/p-text.ts";
import { isConstant, largestSize, mean, requireNumbers, standardError } from "#main/measure/stats/moments.ts";
import { type Dice, signFlipFloor, signFlipP } from "#main/measure/stats/sign-flip.ts";
import { DEFAULT_LEVEL, type LevelOption, tInterval } from "#main/measure/stats/student-t.ts";

/** Below this many tasks no p is given: with 5, none can fall below .0625. */
const FEWEST_FOR_P = 6;

/** The two arms' means on one task (or cluster), in the same unit. */
export interface TaskPair {
  a: number;
  b: number;
}

export interface PairedOptions extends LevelOption {
  /** Seeded; called only above 20 tasks, where sign patterns are drawn. */
  dice: Dice;
  /** Sign patterns drawn above 20 tasks; default 19,999. */
  draws?: number | undefined;
}

export interface PairedEstimate extends Estimate {
  /** Two-sided sign-flip p, not adjusted for other comparisons (see holm.ts). */
  p: number | null;
  /** A short sentence on why p is null; null where p is not. */
  pReason: string | null;
  /** The smallest p this many tasks could give; null with no task. */
  floor: number | null;
}

/**
 * Mean of d_t = a − b, scope *tasks like these*: mean ± t_{n−1}·s_d/√n and an exact two-sided sign-flip p.
 *
 * - n = 0: mean null, `no-runs`. n = 1, 2: interval null, `too-few`.
 * - n ≤ 5: p null, its reason names the floor 2/2ⁿ.
 * - All d_t alike up to rounding, n ≥ 3: interval and p null, `no-variance`; the mean stays.
 *
 * @param perTask one pair per task or cluster that both arms ran
 * @throws RangeError on a value that is not a number
 */
export function pairedEstimate(perTask: readonly TaskPair[], options: PairedOptions): PairedEstimate {
  const arms = perTask.flatMap(({ a, b }) => [a, b]);
  requireNumbers(arms);
  const differences = perTask.map(({ a, b }) => a - b);
  const tasks = differences.length;
  const centre = mean(differences);
  const estimate: PairedEstimate = {
    mean: centre,
    interval: null,
    reason: null,
    tasks,
    scope: "tasks like these",
    flags: [],
    p: null,
    pReason: null,
    floor: tasks === 0 ? null : signFlipFloor(tasks, options.draws),
  };
  if (centre === null) return { ...estimate, reason: "no-runs", pReason: "no p: no task was run in both arms" };
  if (tasks < FEWEST_FOR_P) estimate.pReason = tooFewForP(tasks);
  if (tasks < 3) return { ...estimate, reason: "too-few" };
  // Rounding in a − b is as large as a and b make it, however small the difference.
  const scale = largestSize(arms);
  if (isConstant(differences, scale)) {
    return { ...estimate, reason: "no-variance", pReason: estimate.pReason ?? `no p: all ${tasks} tasks differ by the same amount` };
  }
  estimate.interval = tInterval(centre, standardError(differences) as number, tasks - 1, options.level ?? DEFAULT_LEVEL);
  if (tasks >= FEWEST_FOR_P) estimate.p = signFlipP(differences, { dice: options.dice, draws: options.draws, scale });
  return estimate;
}

function tooFewForP(tasks: number): string {
  return `no p: ${tasks} ${tasks === 1 ? "task" : "tasks"} cannot go below ${pText(signFlipFloor(tasks))}`;
}
