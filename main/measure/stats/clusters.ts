/** Owns M14's averaging: judge draws to a run, runs to a task × arm mean, task means to clusters, each step with equal weights. */
import { mean } from "#main/measure/stats/moments.ts";

/** A value on a task; a task and its no-tension twin carry the same cluster. */
export interface TaskValue {
  cluster: string;
  task: string;
  value: number;
}

/** One judge draw (or the one value) on a run of an arm on a task. */
export interface DrawValue extends TaskValue {
  arm: string;
  run: string;
}

export interface ClusterMean {
  cluster: string;
  mean: number;
}

/** One task's values in two arms, one per run. */
export interface TaskRuns {
  cluster: string;
  task: string;
  a: readonly number[];
  b: readonly number[];
}

/** The two arms' means on one cluster, ready for `pairedEstimate`. */
export interface ClusterPair {
  cluster: string;
  a: number;
  b: number;
}

/**
 * Mean per cluster as the mean of its task means, in the values' unit, sorted by cluster id (by code units, so alike on
 * every machine). Several values of one task count as one task. Nothing in: nothing out; a value that is unknown is
 * left out by the caller.
 *
 * @throws RangeError on a value that is not a number, or a task in two clusters
 */
export function clusterMeans(values: readonly TaskValue[]): ClusterMean[] {
  requireOneCluster(values);
  return byId(values, (value) => value.cluster).map(([cluster, members]) => ({
    cluster,
    mean: average(byId(members, (value) => value.task).map(([, ofTask]) => average(ofTask.map(({ value }) => value)))),
  }));
}

/**
 * Judge draws averaged to one value per run, so that a run judged more often does not weigh more. Runs are told apart by
 * task, arm and run id; sorted by them.
 */
export function runMeans(draws: readonly DrawValue[]): DrawValue[] {
  requireOneCluster(draws);
  return byId(draws, (draw) => draw.task).flatMap(([, ofTask]) =>
    byId(ofTask, (draw) => draw.arm).flatMap(([, ofArm]) =>
      byId(ofArm, (draw) => draw.run).map(([, ofRun]) => ({ ...(ofRun[0] as DrawValue), value: average(ofRun.map(({ value }) => value)) })),
    ),
  );
}

/** Cluster means of one arm: draws → runs → task × arm → cluster. An arm without draws: nothing. */
export function armClusterMeans(draws: readonly DrawValue[], arm: string): ClusterMean[] {
  return clusterMeans(runMeans(draws.filter((draw) => draw.arm === arm)));
}

/**
 * The runs' values of both arms on each task that both ran, sorted by task. Tasks are matched before they are averaged: a
 * cluster where one arm ran the task and the other its twin would compare two tasks, not two arms.
 */
export function pairedTasks(draws: readonly DrawValue[], armA: string, armB: string): TaskRuns[] {
  return byId(runMeans(draws), (run) => run.task).flatMap(([task, runs]) => {
    const of = (arm: string) => runs.filter((run) => run.arm === arm).map(({ value }) => value);
    const [a, b] = [of(armA), of(armB)];
    return a.length === 0 || b.length === 0 ? [] : [{ cluster: (runs[0] as DrawValue).cluster, task, a, b }];
  });
}

/** Both arms' means on each cluster, over its tasks that both ran. */
export function pairedClusterMeans(draws: readonly DrawValue[], armA: string, armB: string): ClusterPair[] {
  return byId(pairedTasks(draws, armA, armB), (each) => each.cluster).map(([cluster, tasks]) => ({
    cluster,
    a: average(tasks.map(({ a }) => average(a))),
    b: average(tasks.map(({ b }) => average(b))),
  }));
}

function requireOneCluster(values: readonly TaskValue[]): void {
  const clusterOf = new Map<string, string>();
  for (const { task, cluster } of values) {
    if ((clusterOf.get(task) ?? cluster) !== cluster) throw new RangeError(`Task "${task}" is in two clusters.`);
    clusterOf.set(task, cluster);
  }
}

function byId<T>(items: readonly T[], id: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(id(item));
    if (group) group.push(item);
    else groups.set(id(item), [item]);
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Groups are never empty, so their mean is never null. */
function average(values: readonly number[]): number {
  return mean(values) as number;
}
