/** Owns the tidy tables of an experiment: edges, handoffs × constraints, runs. */
import type { Report } from "#shared/drift/report.ts";
import { cellName } from "#shared/experiment/plan.ts";
import { type CsvValue, csvText } from "#main/exchange/csv.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";
import type { Store } from "#main/store/store.ts";

/**
 * The three tables by file name; every row says its badge and plan hash. A run goes by its cell's name: its id in the store
 * tells attempts apart, and the same results must be the same tables however often the experiment was stopped.
 */
export function csvTables(store: Store, row: ExperimentRow, report: Report): Record<string, string> {
  const stamp: CsvValue[] = [report.badge, report.experiment.planHash];
  const armName = (id: string) => report.arms.find((arm) => arm.id === id)?.name ?? id;
  const edges = report.edges.map((edge): CsvValue[] => [
    edge.arm,
    armName(edge.arm),
    edge.edgeId,
    edge.source,
    edge.target,
    edge.runs,
    edge.runsFired,
    edge.measured,
    edge.handoffs,
    edge.nothingToLose,
    edge.nothingToCarry,
    edge.introduced,
    edge.drift.mean,
    edge.drift.interval?.low ?? null,
    edge.drift.interval?.high ?? null,
    edge.drift.reason,
    edge.drift.tasks,
    edge.drift.flags.join(" "),
    edge.parts?.omitted ?? null,
    edge.parts?.weakened ?? null,
    edge.parts?.contradicted ?? null,
    edge.perRun.mean,
    edge.perRun.interval?.low ?? null,
    edge.perRun.interval?.high ?? null,
    edge.perRun.reason,
    edge.perRun.flags.join(" "),
    ...stamp,
  ]);
  const handoffs = store.results
    .handoffs(row.id)
    .flatMap((handoff) =>
      store.results
        .codes(handoff.runId, handoff.id)
        .map((code): CsvValue[] => [
          cellName(handoff.armId, handoff.taskId, handoff.repeat),
          handoff.armId,
          handoff.taskId,
          handoff.repeat,
          handoff.edgeId,
          handoff.id,
          handoff.messageId,
          handoff.round,
          code.constraintId,
          code.held,
          code.receiverHeld,
          code.code,
          code.verdict,
          handoff.loss,
          handoff.reason,
          ...stamp,
        ]),
    );
  const runs = store.results
    .runs(row.id)
    .map((run): CsvValue[] => [
      cellName(run.armId, run.taskId, run.repeat),
      run.armId,
      armName(run.armId),
      run.taskId,
      run.repeat,
      run.status,
      run.reason,
      run.retention,
      run.retentionReason,
      run.asksMet,
      run.asksReason,
      run.loss,
      run.lossReason,
      run.inputTokens,
      run.cacheReadTokens,
      run.cacheWriteTokens,
      run.outputTokens,
      run.costUsd,
      run.costReason,
      ...stamp,
    ]);
  const end = ["badge", "plan_hash"];
  return {
    "edges.csv": csvText(
      [
        "arm",
        "arm_name",
        "edge",
        "source",
        "target",
        "runs",
        "runs_fired",
        "runs_measured",
        "handoffs",
        "nothing_to_lose",
        "nothing_to_carry",
        "introduced",
        "drift",
        "drift_low",
        "drift_high",
        "reason",
        "tasks",
        "flags",
        "omitted",
        "weakened",
        "contradicted",
        "per_run",
        "per_run_low",
        "per_run_high",
        "per_run_reason",
        "per_run_flags",
        ...end,
      ],
      edges,
    ),
    "handoff-constraints.csv": csvText(
      [
        "cell",
        "arm",
        "task",
        "repeat",
        "edge",
        "handoff",
        "message",
        "round",
        "constraint",
        "held",
        "receiver_held",
        "code",
        "verdict",
        "handoff_loss",
        "reason",
        ...end,
      ],
      handoffs,
    ),
    "runs.csv": csvText(
      [
        "cell",
        "arm",
        "arm_name",
        "task",
        "repeat",
        "status",
        "end_reason",
        "retention",
        "retention_reason",
        "asks_met",
        "asks_reason",
        "deliverable_loss",
        "deliverable_reason",
        "input_tokens",
        "cache_read_tokens",
        "cache_write_tokens",
        "output_tokens",
        "cost_usd",
        "cost_reason",
        ...end,
      ],
      runs,
    ),
  };
}
