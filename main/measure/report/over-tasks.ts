/** Owns taking a figure from rows to its estimate: runs average to a task, tasks to a cluster, clusters to the mean (M14, M16, M3). */
import type { Estimate, Interval, Parts } from "#shared/drift/types.ts";
import type { ReportInput } from "#main/measure/report/input.ts";
import { boundedEstimate } from "#main/measure/stats/bounded.ts";
import { clusterMeans } from "#main/measure/stats/clusters.ts";
import { mean } from "#main/measure/stats/moments.ts";

export type Value = { taskId: string; value: number };

/** One figure over tasks: runs average to a task, a task with its twin to a cluster, clusters to the mean. */
export function overTasks(input: ReportInput, values: readonly Value[], bound: 1 | 2): Estimate {
  return boundedEstimate(clusters(input, values), bound);
}

function clusters(input: ReportInput, values: readonly Value[]): number[] {
  const byTask = new Map<string, number[]>();
  for (const { taskId, value } of values) byTask.set(taskId, [...(byTask.get(taskId) ?? []), value]);
  const taskValues = [...byTask].map(([task, list]) => ({ cluster: input.clusterOf.get(task) ?? task, task, value: mean(list) ?? 0 }));
  return clusterMeans(taskValues).map((each) => each.mean);
}

/** The end that is left when a scale is turned round. */
const MIRRORED = { "at-most": "at-least", "at-least": "at-most", neither: null } as const;

/** A figure in [−1, 1] as one minus a loss in [0, 2], so that M16's interval serves it too. */
export function mirrored(estimate: Estimate): Estimate {
  const flip = (interval: Interval | null): Interval | null =>
    interval && { ...interval, low: 1 - interval.high, high: 1 - interval.low, oneSided: MIRRORED[interval.oneSided ?? "neither"] };
  return { ...estimate, mean: estimate.mean === null ? null : 1 - estimate.mean, interval: flip(estimate.interval) };
}

/** The rows that have a value, in its unit. */
export function present<T extends { taskId: string }>(rows: readonly T[], value: (row: T) => number | null): Value[] {
  return rows.flatMap((row) => {
    const found = value(row);
    return found === null ? [] : [{ taskId: row.taskId, value: found }];
  });
}

/** M3: averaged as the loss is, so that they still add up to it. */
export function meanParts(
  input: ReportInput,
  rows: readonly { taskId: string; omitted: number | null; weakened: number | null; contradicted: number | null }[],
): Parts | null {
  const part = (name: "omitted" | "weakened" | "contradicted") =>
    mean(
      clusters(
        input,
        present(rows, (row) => row[name]),
      ),
    );
  const omitted = part("omitted");
  const weakened = part("weakened");
  const contradicted = part("contradicted");
  return omitted === null || weakened === null || contradicted === null ? null : { omitted, weakened, contradicted };
}
