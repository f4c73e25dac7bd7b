/** Owns comparing two sides of the same handoffs: draws to a handoff, handoffs to a task, tasks to M15's interval and p. */
import type { EffectFigure } from "#shared/drift/effect.ts";
import type { Reason } from "#shared/drift/types.ts";
import { type ClusterPair, type DrawValue, pairedClusterMeans } from "#main/measure/stats/clusters.ts";
import { pairedEstimate } from "#main/measure/stats/paired.ts";
import type { Dice } from "#main/measure/stats/sign-flip.ts";

/** One handoff with its scores on both sides; the order of its draws means nothing. */
export interface Sides {
  taskId: string;
  /** Of the handoff, among all of its task. */
  handoff: string;
  a: readonly number[];
  b: readonly number[];
}

export interface ContrastOptions {
  /** A task and its twin are one cluster (M14): cluster id by task id; a task that is missing is its own. */
  clusterOf: ReadonlyMap<string, string>;
  /** Uniform in [0, 1), seeded: for the sign-flip test above 20 tasks. A fresh one for every figure, so that none hangs on another. */
  dice: () => Dice;
}

export interface Contrast {
  figure: EffectFigure;
  perTask: ClusterPair[];
}

/**
 * M15 on mean(a) − mean(b): each handoff counts alike within its task, each task within its cluster, in the scores' unit.
 * A handoff without a score on one side is left out. The same rows give the same figure, whatever order they come in.
 *
 * @param why the reason given where nothing is left to compare (M21)
 * @throws RangeError on a score that is not a number
 */
export function contrast(sides: readonly Sides[], options: ContrastOptions, why: Reason = "no-runs"): Contrast {
  const both = sides.filter(({ a, b }) => a.length > 0 && b.length > 0);
  const values = both.flatMap(({ taskId, handoff, a, b }): DrawValue[] => {
    const base = { cluster: options.clusterOf.get(taskId) ?? taskId, task: taskId, run: handoff };
    const rows = (arm: string, scores: readonly number[]) => [...scores].sort((x, y) => x - y).map((value) => ({ ...base, arm, value }));
    return [...rows("a", a), ...rows("b", b)];
  });
  const perTask = pairedClusterMeans(values, "a", "b");
  const figure = pairedEstimate(perTask, { dice: options.dice() });
  if (figure.mean !== null) return { figure, perTask };
  return { figure: { ...figure, reason: why, pReason: "no p: no task has a score on both sides" }, perTask };
}
