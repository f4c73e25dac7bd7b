/** Owns turning measured runs into the report: arms, comparisons, edges, deliverables, each with its uncertainty (M14–M16, M21, M22). Pure. */
import type { MeasuredEdge, MeasuredRun } from "#shared/run/measured.ts";
import type { ArmFacts } from "#shared/drift/confounds.ts";
import type { Badge, Estimate, Interval, Parts, Reason } from "#shared/drift/types.ts";
import {
  type ComparisonReport,
  type DeliverableReport,
  type EdgeReport,
  REPORT_FORMAT,
  REPORT_VERSION,
  type Report,
} from "#shared/drift/report.ts";
import type { Arm, Endpoint, Plan } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import type { CellOutcome, RunStatus } from "#shared/run/events.ts";
import { armSpend } from "#main/measure/arm-spend.ts";
import { boundedEstimate } from "#main/measure/stats/bounded.ts";
import { armClusterMeans, clusterMeans, type DrawValue, pairedClusterMeans } from "#main/measure/stats/clusters.ts";
import { dataConfounds } from "#main/measure/confounds/data.ts";
import { designConfounds } from "#main/measure/confounds/design.ts";
import { holm } from "#main/measure/stats/holm.ts";
import { mean } from "#main/measure/stats/moments.ts";
import { pairedEstimate } from "#main/measure/stats/paired.ts";
import { theseTasksDifference } from "#main/measure/stats/these-tasks.ts";

export interface ReportInput {
  experimentId: string;
  planHash: string;
  plan: Plan;
  /** The designs that were run, by arm id. */
  designs: ReadonlyMap<string, Org>;
  /** A task and its twin are one cluster (M14): cluster id by task id. */
  clusterOf: ReadonlyMap<string, string>;
  outcomes: readonly { armId: string; outcome: CellOutcome | null }[];
  runs: readonly MeasuredRun[];
  edges: readonly MeasuredEdge[];
  /** What the finished runs of each arm took, for the confound check (M13). */
  facts?: readonly ArmFacts[];
  /** Whether an org's temperature is sent. */
  takesTemperature?: boolean;
  /** Uniform in [0, 1), seeded: for the sign-flip test above 20 tasks. */
  dice: () => number;
}

/** The whole report. The same input gives the same report, whatever order it comes in. */
export function buildReport(input: ReportInput): Report {
  const { plan } = input;
  const badge: Badge = plan.connection.kind === "simulated" ? "simulated" : "observed";
  return {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    experiment: { id: input.experimentId, planHash: input.planHash, seed: plan.seed },
    badge,
    arms: plan.arms.map((arm) => armReport(input, arm)),
    comparisons: comparisons(input),
    edges: plan.arms.filter((arm) => arm.kind === "org").flatMap((arm) => edgeReports(input, arm)),
    deliverables: plan.arms.map((arm) => deliverableReport(input, arm)),
    confounds: [
      ...designConfounds({ plan, designs: input.designs, connection: { takesTemperature: input.takesTemperature ?? false } }),
      ...(input.facts ? dataConfounds({ plan, arms: input.facts, designs: input.designs }) : []),
    ],
  };
}

type Value = { taskId: string; value: number };

/** One figure over tasks: runs average to a task, a task with its twin to a cluster, clusters to the mean. */
function overTasks(input: ReportInput, values: readonly Value[], bound: 1 | 2): Estimate {
  return boundedEstimate(clusters(input, values), bound);
}

function clusters(input: ReportInput, values: readonly Value[]): number[] {
  const byTask = new Map<string, number[]>();
  for (const { taskId, value } of values) byTask.set(taskId, [...(byTask.get(taskId) ?? []), value]);
  const taskValues = [...byTask].map(([task, list]) => ({ cluster: input.clusterOf.get(task) ?? task, task, value: mean(list) ?? 0 }));
  return clusterMeans(taskValues).map((each) => each.mean);
}

/** A figure in [−1, 1] as one minus a loss in [0, 2], so that M16's interval serves it too. */
function mirrored(estimate: Estimate): Estimate {
  const flip = (interval: Interval | null): Interval | null =>
    interval ? { ...interval, low: 1 - interval.high, high: 1 - interval.low } : null;
  return { ...estimate, mean: estimate.mean === null ? null : 1 - estimate.mean, interval: flip(estimate.interval) };
}

/** `not-fired` is a word for edges; where nothing was measured on a run at all, say that. */
function withReason(estimate: Estimate, runs: readonly { status: RunStatus }[]): Estimate {
  if (estimate.reason !== "not-fired") return estimate;
  const reason: Reason =
    runs.length === 0
      ? "no-runs"
      : runs.every((run) => run.status === "refused")
        ? "refused"
        : runs.some((run) => run.status === "complete")
          ? "no-probe"
          : "incomplete";
  return { ...estimate, reason };
}

function armReport(input: ReportInput, arm: Arm): Report["arms"][number] {
  const runs = input.runs.filter((run) => run.armId === arm.id);
  const outcomes = input.outcomes.filter((cell) => cell.armId === arm.id);
  const count = (outcome: CellOutcome) => outcomes.filter((cell) => cell.outcome === outcome).length;
  const status = (wanted: RunStatus) => runs.filter((run) => run.status === wanted).length;
  return {
    id: arm.id,
    kind: arm.kind,
    name: arm.name,
    orgHash: arm.orgHash,
    baseline: arm.baseline,
    settings: arm.settings,
    runs: runs.length,
    cells: { done: count("done"), failed: count("failed"), stopped: count("stopped") },
    status: { complete: status("complete"), refused: status("refused"), incomplete: status("incomplete") },
    effectiveness: {
      ...withReason(
        overTasks(
          input,
          present(runs, (run) => run.asksMet),
          1,
        ),
        runs,
      ),
      measure: "asks met",
    },
    retention: withReason(
      mirrored(
        overTasks(
          input,
          present(runs, (run) => (run.retention === null ? null : 1 - run.retention)),
          2,
        ),
      ),
      runs,
    ),
    ...armSpend(runs),
  };
}

function present<T extends { taskId: string }>(rows: readonly T[], value: (row: T) => number | null): Value[] {
  return rows.flatMap((row) => {
    const found = value(row);
    return found === null ? [] : [{ taskId: row.taskId, value: found }];
  });
}

const VALUE_OF: Record<Endpoint, (run: MeasuredRun) => number | null> = {
  effectiveness: (run) => run.asksMet,
  alignment: (run) => run.retention,
};

/** M15: each org against its solo arm, paired over tasks; two endpoints × comparisons are one Holm family. */
function comparisons(input: ReportInput): ComparisonReport[] {
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

function edgeReports(input: ReportInput, arm: Arm): EdgeReport[] {
  const design = input.designs.get(arm.id);
  if (!design) return [];
  const runs = input.runs.filter((run) => run.armId === arm.id);
  const name = (id: string) => design.agents.find((agent) => agent.id === id)?.name ?? id;
  return design.handoffs.map((handoff) => {
    const rows = input.edges.filter((row) => row.armId === arm.id && row.edgeId === handoff.id);
    const fired = new Set(rows.map((row) => `${row.taskId}/${row.repeat}`));
    const drift = overTasks(
      input,
      present(rows, (row) => row.loss),
      2,
    );
    const silent = runs.filter((run) => !fired.has(`${run.taskId}/${run.repeat}`)).map((run) => ({ taskId: run.taskId, value: 0 }));
    // An edge that fired and could never be measured has no loss per run either: the silent runs' zeros alone would be a false 0 (M21).
    const known = present(rows, (row) => row.loss);
    const perRun = overTasks(input, rows.length > 0 && known.length === 0 ? [] : [...known, ...silent], 2);
    return {
      arm: arm.id,
      edgeId: handoff.id,
      direction: `${name(handoff.source)} → ${name(handoff.target)}`,
      source: handoff.source,
      target: handoff.target,
      handoffs: rows.reduce((total, row) => total + row.handoffs, 0),
      runs: runs.length,
      runsFired: rows.length,
      measured: rows.filter((row) => row.loss !== null).length,
      nothingToLose: rows.filter((row) => row.reason === "nothing-to-lose").length,
      nothingToCarry: rows.filter((row) => row.reason === "nothing-to-carry").length,
      introduced: rows.reduce((total, row) => total + row.introduced, 0),
      drift: { ...drift, reason: drift.mean === null ? whyNoLoss(rows, runs.length) : drift.reason },
      parts: meanParts(input, rows),
      perRun: perRun.mean === null ? { ...perRun, reason: runs.length === 0 ? "no-runs" : whyNoLoss(rows, runs.length) } : perRun,
    };
  });
}

/** Why an edge has no loss at all, most telling first. */
function whyNoLoss(rows: readonly MeasuredEdge[], runs: number): Reason {
  if (runs === 0) return "no-runs";
  if (rows.length === 0) return "not-fired";
  for (const reason of ["no-probe", "nothing-to-lose", "nothing-to-carry"] as const)
    if (rows.every((row) => row.reason === reason)) return reason;
  return rows.some((row) => row.reason === "nothing-to-carry") ? "nothing-to-carry" : "nothing-to-lose";
}

/** M3: averaged as the loss is, so that they still add up to it. */
function meanParts(
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

function deliverableReport(input: ReportInput, arm: Arm): DeliverableReport {
  const runs = input.runs.filter((run) => run.armId === arm.id);
  const drift = overTasks(
    input,
    present(runs, (run) => run.loss),
    2,
  );
  const nothing = runs.length > 0 && runs.every((run) => run.lossReason === "nothing-to-lose");
  const named = withReason(drift, runs);
  return {
    arm: arm.id,
    measured: runs.filter((run) => run.loss !== null).length,
    drift: nothing ? { ...named, reason: "nothing-to-lose" } : named,
    parts: meanParts(input, runs),
  };
}
