/** Owns comparing each org with its solo arms, paired over tasks (M14, M15). */
import type { ComparisonReport } from "#shared/drift/report.ts";
import type { Estimate } from "#shared/drift/types.ts";
import type { Arm, Endpoint } from "#shared/experiment/plan.ts";
import type { MeasuredRun } from "#shared/run/measured.ts";
import type { ReportInput } from "#main/measure/report/input.ts";
import { armClusterMeans, type DrawValue, pairedClusterMeans } from "#main/measure/stats/clusters.ts";
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
  const short = (value: number) => String(Number(value.toPrecision(3))).replace(/^0(?=\.)/, "");
  return `${short(ALPHA)} cannot be reached with ${tasks} tasks and ${family} comparisons: Holm's p is at least ${short(best)}`;
}

function comparison(input: ReportInput, arm: Arm, soloId: string, endpoint: Endpoint): ComparisonReport {
  const draws: DrawValue[] = input.runs.flatMap((run) => {
    const value = VALUE_OF[endpoint](run);
    if (value === null || (run.armId !== arm.id && run.armId !== soloId)) return [];
    return [
      {
        cluster: input.clusterOf.get(run.taskId) ?? run.taskId,
        task: run.taskId,
        arm: run.armId,
        run: `${run.taskId}/${run.repeat}`,
        value,
      },
    ];
  });
  const pairs = pairedClusterMeans(draws, arm.id, soloId);
  const paired = pairedEstimate(pairs, { dice: input.dice });
  // Below three tasks only "these tasks" can be spoken about (M14).
  const few =
    pairs.length > 0 && pairs.length < 3
      ? theseTasksDifference(pairs.map(({ cluster }) => ({ a: valuesOf(draws, cluster, arm.id), b: valuesOf(draws, cluster, soloId) })))
      : null;
  const estimate: Estimate = few?.interval ? few : paired;
  const orgMeans = new Map(armClusterMeans(draws, arm.id).map((each) => [each.cluster, each.mean]));
  const soloMeans = new Map(armClusterMeans(draws, soloId).map((each) => [each.cluster, each.mean]));
  const tasks = [...new Set(input.plan.tasks.map((task) => input.clusterOf.get(task.id) ?? task.id))];
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
    reason: estimate.reason,
    pReason: paired.pReason,
    floor: paired.floor,
    perTask: tasks.map((task) => {
      const org = orgMeans.get(task) ?? null;
      const solo = soloMeans.get(task) ?? null;
      return { task, org, solo, difference: org === null || solo === null ? null : org - solo };
    }),
  };
}

function valuesOf(draws: readonly DrawValue[], cluster: string, arm: string): number[] {
  return draws.filter((draw) => draw.cluster === cluster && draw.arm === arm).map((draw) => draw.value);
}
