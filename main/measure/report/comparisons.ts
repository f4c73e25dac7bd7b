/** Owns comparing each org with its solo arms, paired over tasks (M14, M15). */
import type { ComparisonReport } from "#shared/drift/report.ts";
import { pText } from "#shared/drift/p-text.ts";
import type { Estimate, Reason } from "#shared/drift/types.ts";
import type { Arm, Endpoint } from "#shared/experiment/plan.ts";
import type { MeasuredRun } from "#shared/run/measured.ts";
import type { ReportInput } from "#main/measure/report/input.ts";
import { type Done, whyNoScore } from "#main/measure/report/reasons.ts";
import { armClusterMeans, type DrawValue, pairedClusterMeans, pairedTasks } from "#main/measure/stats/clusters.ts";
import { holm } from "#main/measure/stats/holm.ts";
import { pairedEstimate } from "#main/measure/stats/paired.ts";
import { theseTasksDifference } from "#main/measure/stats/these-tasks.ts";

const VALUE_OF: Record<Endpoint, (run: MeasuredRun) => number | null> = {
  effectiveness: (run) => run.asksMet,
  alignment: (run) => run.retention,
};

/** M15: each org against its solo arm, paired over tasks; two endpoints × comparisons are one Holm family. */
export function comparisons(input: ReportInput): ComparisonReport[] {
  const rows = input.plan.arms
    .flatMap((arm) => arm.solos.map((solo) => ({ arm, solo })))
    .flatMap(({ arm, solo }) => input.plan.endpoints.map((endpoint) => comparison(input, arm, solo, endpoint)));
  const adjusted = holm(rows.map((row) => row.p));
  // No data make a p smaller than its floor, nor an adjusted one smaller than this.
  const best = holm(rows.map((row) => (row.p === null ? null : row.floor)));
  return rows.map((row, index) => ({
    ...row,
    pHolm: adjusted[index] ?? null,
    pReason: row.pReason ?? outOfReach(best[index] ?? null, row.tasks, rows.length),
  }));
}

/** The level a family of comparisons is held to. */
const ALPHA = 0.05;

/** M15: a sentence where α cannot be reached whatever the data; null where it can. */
function outOfReach(best: number | null, tasks: number, family: number): string | null {
  if (best === null || best <= ALPHA) return null;
  return `${pText(ALPHA)} cannot be reached with ${tasks} tasks and ${family} comparisons: Holm's p is at least ${pText(best)}`;
}

function comparison(input: ReportInput, arm: Arm, soloId: string, endpoint: Endpoint): ComparisonReport {
  const cluster = (task: string) => input.clusterOf.get(task) ?? task;
  const ofArms = <T extends { armId: string }>(rows: readonly T[]) => [arm.id, soloId].map((id) => rows.filter((row) => row.armId === id));
  const scored = input.runs
    .filter((run) => run.armId === arm.id || run.armId === soloId)
    .map((run) => ({ ...run, value: VALUE_OF[endpoint](run) }));
  const draws: DrawValue[] = scored.flatMap(({ armId, taskId, repeat, value }) =>
    value === null ? [] : [{ cluster: cluster(taskId), task: taskId, arm: armId, run: `${taskId}/${repeat}`, value }],
  );
  const pairs = pairedClusterMeans(draws, arm.id, soloId);
  const paired = pairedEstimate(pairs, { dice: input.dice });
  // Below three tasks only "these tasks" can be spoken about (M14).
  const few = pairs.length > 0 && pairs.length < 3;
  const estimate: Estimate = few ? theseTasksDifference(pairedTasks(draws, arm.id, soloId)) : paired;
  const why = (of: (row: { taskId: string }) => boolean): Reason => whyNoPair(ofArms(scored.filter(of)), ofArms(input.outcomes.filter(of)));
  const nothing = pairs.length === 0 ? why(() => true) : null;
  const alone = [arm.id, soloId].map((id) => new Map(armClusterMeans(draws, id).map((each) => [each.cluster, each.mean])));
  const tasks = [...new Set(input.plan.tasks.map((task) => cluster(task.id)))];
  return {
    org: arm.id,
    solo: soloId,
    endpoint,
    tasks: pairs.length,
    estimate: estimate.mean,
    interval: estimate.interval,
    scope: estimate.scope,
    p: paired.p,
    pHolm: null,
    reason: nothing ?? estimate.reason,
    pReason: nothing === null || nothing === "no-runs" ? paired.pReason : `no p: no task has a score in both arms (${nothing})`,
    floor: paired.floor,
    perTask: tasks.map((task) => {
      const pair = pairs.find((each) => each.cluster === task);
      if (pair) return { task, org: pair.a, solo: pair.b, difference: pair.a - pair.b, reason: null };
      const [org = null, solo = null] = alone.map((means) => means.get(task));
      return { task, org, solo, difference: null, reason: why((row) => cluster(row.taskId) === task) };
    }),
  };
}

/** Why two arms have no score on the same task: what keeps the arms without any from having one, before a cell that has not been run. */
function whyNoPair(runs: readonly Scored[][], outcomes: readonly Done["outcomes"][]): Reason {
  const unscored = runs.flatMap((ofArm, at) =>
    ofArm.every(({ value }) => value === null) ? [whyNoScore({ runs: ofArm, outcomes: outcomes[at] ?? [] })] : [],
  );
  if (unscored.length > 0) return unscored.find((reason) => reason !== "no-runs") ?? "no-runs";
  // Both have scores, on different ones of a task and its twin.
  return whyNoScore({ runs: runs.flat().filter(({ value }) => value === null), outcomes: [] });
}

type Scored = MeasuredRun & { value: number | null };
