/** Owns the tidy tables of an experiment: arms, comparisons, edges, handoffs × constraints, runs. */
import type { Report } from "#shared/drift/report.ts";
import type { Estimate } from "#shared/drift/types.ts";
import { cellName } from "#shared/experiment/plan.ts";
import type { Suite } from "#shared/task/schema.ts";
import { type CsvValue, csvText } from "#main/exchange/csv.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";
import type { Store } from "#main/store/store.ts";

/** A table's columns by name, in order: what stands there in a row. */
type Columns<T> = Record<string, (row: T) => CsvValue>;

/**
 * The tables by file name; every row says its badge and plan hash. A run goes by its cell's name: its id in the store
 * tells attempts apart, and the same results must be the same tables however often the experiment was stopped.
 */
export function csvTables(store: Store, row: ExperimentRow, report: Report): Record<string, string> {
  const stamp: Columns<unknown> = { badge: () => report.badge, plan_hash: () => report.experiment.planHash };
  const table = <T>(rows: readonly T[], columns: Columns<T>): string => {
    const all: Columns<T> = { ...columns, ...stamp };
    return csvText(
      Object.keys(all),
      rows.map((each) => Object.values(all).map((value) => value(each))),
    );
  };
  const suite = store.orgs.suite(row.suiteHash);
  const armName = (id: string) => report.arms.find((arm) => arm.id === id)?.name ?? id;
  return {
    "arms.csv": table(armRows(report), armColumns),
    "comparisons.csv": table(report.comparisons, comparisonColumns(armName)),
    "edges.csv": table(report.edges, edgeColumns(armName)),
    "handoff-constraints.csv": table(codeRows(store, row.id), codeColumns(suite)),
    "runs.csv": table(store.results.runs(row.id), runColumns(armName, suite)),
  };
}

/**
 * A figure, its interval's ends, which of them was estimated, at what level and of what it speaks (M14), why it or its
 * interval is null, the tasks behind it, and what to mind.
 *
 * @param name of the figure's own column and of its ends
 * @param prefix of the other columns
 */
function figureColumns<T>(name: string, prefix: string, of: (row: T) => Estimate): Columns<T> {
  return {
    [name]: (row) => of(row).mean,
    [`${name}_low`]: (row) => of(row).interval?.low ?? null,
    [`${name}_high`]: (row) => of(row).interval?.high ?? null,
    [`${prefix}side`]: (row) => {
      const { interval } = of(row);
      return interval && (interval.oneSided ?? "both");
    },
    [`${prefix}level`]: (row) => of(row).interval?.level ?? null,
    [`${prefix}scope`]: (row) => of(row).scope,
    [`${prefix}reason`]: (row) => of(row).reason,
    [`${prefix}tasks`]: (row) => of(row).tasks,
    [`${prefix}flags`]: (row) => of(row).flags.join(" "),
  };
}

function partColumns<T extends { parts: Report["edges"][number]["parts"] }>(prefix = ""): Columns<T> {
  return {
    [`${prefix}omitted`]: (row) => row.parts?.omitted ?? null,
    [`${prefix}weakened`]: (row) => row.parts?.weakened ?? null,
    [`${prefix}contradicted`]: (row) => row.parts?.contradicted ?? null,
  };
}

/** An arm with its deliverables' own loss. */
type ArmRow = Report["arms"][number] & Pick<Report["deliverables"][number], "measured" | "drift" | "parts">;

function armRows({ arms, deliverables }: Report): ArmRow[] {
  return arms.flatMap((arm) => {
    const own = deliverables.find((each) => each.arm === arm.id);
    return own ? [{ ...arm, measured: own.measured, drift: own.drift, parts: own.parts }] : [];
  });
}

const armColumns: Columns<ArmRow> = {
  arm: (arm) => arm.id,
  arm_name: (arm) => arm.name,
  kind: (arm) => arm.kind,
  baseline: (arm) => arm.baseline,
  org_hash: (arm) => arm.orgHash,
  runs: (arm) => arm.runs,
  cells_failed: (arm) => arm.cells.failed,
  cells_stopped: (arm) => arm.cells.stopped,
  complete: (arm) => arm.status.complete,
  refused: (arm) => arm.status.refused,
  incomplete: (arm) => arm.status.incomplete,
  ...figureColumns("asks_met", "asks_", (arm) => arm.effectiveness),
  asks_runs: (arm) => arm.effectiveness.runs,
  ...figureColumns("retention", "retention_", (arm) => arm.retention),
  retention_runs: (arm) => arm.retention.runs,
  ...figureColumns("deliverable_loss", "deliverable_", (arm) => arm.drift),
  deliverable_runs: (arm) => arm.measured,
  ...partColumns("deliverable_"),
  input_tokens: (arm) => arm.inputTokens,
  cache_read_tokens: (arm) => arm.cacheReadTokens,
  cache_write_tokens: (arm) => arm.cacheWriteTokens,
  output_tokens: (arm) => arm.outputTokens,
  cost_usd: (arm) => arm.costUsd,
  cost_reason: (arm) => arm.costReason,
};

function comparisonColumns(armName: (id: string) => string): Columns<Report["comparisons"][number]> {
  return {
    org: (each) => each.org,
    org_name: (each) => armName(each.org),
    solo: (each) => each.solo,
    solo_name: (each) => armName(each.solo),
    endpoint: (each) => each.endpoint,
    ...figureColumns("difference", "", (each) => ({ ...each, mean: each.estimate, flags: [] })),
    tasks_planned: (each) => each.perTask.length,
    p: (each) => each.p,
    p_holm: (each) => each.pHolm,
    p_floor: (each) => each.floor,
    p_note: (each) => each.pReason,
  };
}

function edgeColumns(armName: (id: string) => string): Columns<Report["edges"][number]> {
  return {
    arm: (edge) => edge.arm,
    arm_name: (edge) => armName(edge.arm),
    edge: (edge) => edge.edgeId,
    source: (edge) => edge.source,
    target: (edge) => edge.target,
    runs: (edge) => edge.runs,
    runs_fired: (edge) => edge.runsFired,
    runs_measured: (edge) => edge.measured,
    handoffs: (edge) => edge.handoffs,
    nothing_to_lose: (edge) => edge.nothingToLose,
    nothing_to_carry: (edge) => edge.nothingToCarry,
    introduced: (edge) => edge.introduced,
    ...figureColumns("drift", "", (edge) => edge.drift),
    ...partColumns(),
    ...figureColumns("per_run", "per_run_", (edge) => edge.perRun),
    per_run_runs: (edge) => edge.perRun.runs,
  };
}

function codeRows(store: Store, experimentId: string) {
  return store.results
    .handoffs(experimentId)
    .flatMap((handoff) => store.results.codes(handoff.runId, handoff.id).map((code) => ({ handoff, code })));
}

function codeColumns(suite: Suite | null): Columns<ReturnType<typeof codeRows>[number]> {
  const weights = new Map((suite?.tasks ?? []).map((task) => [task.id, new Map(task.ledger.map(({ id, weight }) => [id, weight]))]));
  return {
    cell: ({ handoff }) => cellName(handoff.armId, handoff.taskId, handoff.repeat),
    arm: ({ handoff }) => handoff.armId,
    task: ({ handoff }) => handoff.taskId,
    repeat: ({ handoff }) => handoff.repeat,
    edge: ({ handoff }) => handoff.edgeId,
    handoff: ({ handoff }) => handoff.id,
    message: ({ handoff }) => handoff.messageId,
    round: ({ handoff }) => handoff.round,
    constraint: ({ code }) => code.constraintId,
    weight: ({ handoff, code }) => weights.get(handoff.taskId)?.get(code.constraintId) ?? null,
    held: ({ code }) => code.held,
    receiver_held: ({ code }) => code.receiverHeld,
    code: ({ code }) => code.code,
    verdict: ({ code }) => code.verdict,
    handoff_loss: ({ handoff }) => handoff.loss,
    reason: ({ handoff }) => handoff.reason,
  };
}

function runColumns(armName: (id: string) => string, suite: Suite | null): Columns<ReturnType<Store["results"]["runs"]>[number]> {
  const clusters = new Map((suite?.tasks ?? []).map((task) => [task.id, task.twinOf ?? task.id]));
  return {
    cell: (run) => cellName(run.armId, run.taskId, run.repeat),
    arm: (run) => run.armId,
    arm_name: (run) => armName(run.armId),
    task: (run) => run.taskId,
    cluster: (run) => clusters.get(run.taskId) ?? run.taskId,
    repeat: (run) => run.repeat,
    status: (run) => run.status,
    end_reason: (run) => run.reason,
    retention: (run) => run.retention,
    retention_reason: (run) => run.retentionReason,
    asks_met: (run) => run.asksMet,
    asks_reason: (run) => run.asksReason,
    deliverable_loss: (run) => run.loss,
    deliverable_reason: (run) => run.lossReason,
    input_tokens: (run) => run.inputTokens,
    cache_read_tokens: (run) => run.cacheReadTokens,
    cache_write_tokens: (run) => run.cacheWriteTokens,
    output_tokens: (run) => run.outputTokens,
    cost_usd: (run) => run.costUsd,
    cost_reason: (run) => run.costReason,
  };
}
