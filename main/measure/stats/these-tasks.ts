/** Owns M14's second scope: estimates that speak about these tasks only, from the spread of runs within each task. */
import type { Estimate } from "#shared/drift/types.ts";
import { isConstant, mean, requireNumbers, sampleVariance, sum } from "#main/measure/stats/moments.ts";
import { DEFAULT_LEVEL, type LevelOption, tInterval } from "#main/measure/stats/student-t.ts";

/** Runs of a task × arm from which its spread can be judged. */
const FEWEST_RUNS = 3;

/** One task's values, one per run, in each arm. */
export interface TaskRuns {
  a: readonly number[];
  b: readonly number[];
}

/**
 * Mean over tasks of mean(A) − mean(B), each task with the same weight: SE² = Σ_t(s²_At/K_A + s²_Bt/K_B)/T², degrees of
 * freedom by Satterthwaite (1946). The interval is not bounded.
 *
 * - No task, or a task without a run in one arm: mean null, `no-runs`.
 * - Under 3 runs in any task × arm: interval null, `too-few`.
 * - Runs alike within every task × arm: interval null, `no-variance`.
 *
 * @throws RangeError on a value that is not a number
 */
export function theseTasksDifference(perTask: readonly TaskRuns[], options: LevelOption = {}): Estimate {
  const groups = perTask.flatMap(({ a, b }) => [
    { sign: 1, runs: a },
    { sign: -1, runs: b },
  ]);
  return combine(groups, perTask.length, options.level ?? DEFAULT_LEVEL);
}

/** The same for one arm: mean over tasks of the mean of its runs, SE² = Σ_t(s²_t/K_t)/T²; the same degenerate cases. */
export function theseTasksMean(perTask: readonly (readonly number[])[], options: LevelOption = {}): Estimate {
  const groups = perTask.map((runs) => ({ sign: 1, runs }));
  return combine(groups, perTask.length, options.level ?? DEFAULT_LEVEL);
}

function combine(groups: readonly { sign: number; runs: readonly number[] }[], tasks: number, level: number): Estimate {
  const estimate: Estimate = { mean: null, interval: null, reason: null, tasks, scope: "these tasks only", flags: [] };
  for (const { runs } of groups) requireNumbers(runs);
  if (tasks === 0 || groups.some(({ runs }) => runs.length === 0)) return { ...estimate, reason: "no-runs" };
  const centre = sum(groups.map(({ sign, runs }) => sign * (mean(runs) as number))) / tasks;
  estimate.mean = centre;
  if (groups.some(({ runs }) => runs.length < FEWEST_RUNS)) return { ...estimate, reason: "too-few" };
  const parts = groups.map(({ runs }) => ({
    variance: isConstant(runs) ? 0 : (sampleVariance(runs) as number) / runs.length,
    df: runs.length - 1,
  }));
  const largest = Math.max(...parts.map(({ variance }) => variance));
  if (largest === 0) return { ...estimate, reason: "no-variance" };
  // Relative to the largest part, so that squares of small variances do not vanish.
  const total = parts.reduce((before, { variance }) => before + variance / largest, 0);
  const squares = parts.reduce((before, { variance, df }) => before + (variance / largest) ** 2 / df, 0);
  const se = Math.sqrt(total * largest) / tasks;
  return { ...estimate, interval: tInterval(centre, se, total ** 2 / squares, level) };
}
