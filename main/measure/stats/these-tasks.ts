/** Owns M14's second scope: a difference that speaks about these tasks only, from the spread of runs within each task. */
import type { Estimate } from "#shared/drift/types.ts";
import type { TaskRuns } from "#main/measure/stats/clusters.ts";
import { isConstant, mean, requireNumbers, sampleVariance, sum } from "#main/measure/stats/moments.ts";
import { DEFAULT_LEVEL, type LevelOption, tInterval } from "#main/measure/stats/student-t.ts";

/** Runs of a task × arm from which its spread can be judged. */
const FEWEST_RUNS = 3;

/**
 * Mean over clusters of the mean over their tasks of mean(A) − mean(B), in the values' unit; the interval is not bounded.
 *
 * With C clusters, of which c has n_c tasks, a task weighs w_t = 1/(C·n_c). Only runs vary, tasks and twins are fixed:
 * SE² = Σ_t w_t²·(s²_At/K_At + s²_Bt/K_Bt), which is M14's Σ_t(…)/T² where each task is its own cluster. Degrees of freedom
 * by Satterthwaite (1946) over the same weighted parts.
 *
 * - No task, or a task without a run in one arm: mean null, `no-runs`.
 * - Under 3 runs in any task × arm: interval null, `too-few`.
 * - Runs alike within every task × arm: interval null, `no-variance`.
 *
 * @param perTask the tasks that both arms ran, see `pairedTasks`
 * @returns `tasks` counts clusters
 * @throws RangeError on a value that is not a number
 */
export function theseTasksDifference(perTask: readonly TaskRuns[], options: LevelOption = {}): Estimate {
  const size = new Map<string, number>();
  for (const { cluster } of perTask) size.set(cluster, (size.get(cluster) ?? 0) + 1);
  const groups = perTask.flatMap(({ cluster, a, b }) => {
    const weight = 1 / (size.size * (size.get(cluster) as number));
    return [
      { weight, runs: a },
      { weight: -weight, runs: b },
    ];
  });
  const estimate: Estimate = { mean: null, interval: null, reason: null, tasks: size.size, scope: "these tasks only", flags: [] };
  for (const { runs } of groups) requireNumbers(runs);
  if (groups.length === 0 || groups.some(({ runs }) => runs.length === 0)) return { ...estimate, reason: "no-runs" };
  const centre = sum(groups.map(({ weight, runs }) => weight * (mean(runs) as number)));
  estimate.mean = centre;
  if (groups.some(({ runs }) => runs.length < FEWEST_RUNS)) return { ...estimate, reason: "too-few" };
  const parts = groups.map(({ weight, runs }) => ({
    variance: isConstant(runs) ? 0 : (weight ** 2 * (sampleVariance(runs) as number)) / runs.length,
    df: runs.length - 1,
  }));
  const largest = Math.max(...parts.map(({ variance }) => variance));
  if (largest === 0) return { ...estimate, reason: "no-variance" };
  // Relative to the largest part, so that squares of small variances do not vanish.
  const total = parts.reduce((before, { variance }) => before + variance / largest, 0);
  const squares = parts.reduce((before, { variance, df }) => before + (variance / largest) ** 2 / df, 0);
  return { ...estimate, interval: tInterval(centre, Math.sqrt(total * largest), total ** 2 / squares, options.level ?? DEFAULT_LEVEL) };
}
