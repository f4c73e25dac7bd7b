/** Owns what a report says of an org's edges: loss where they fired, and how often they did (M16, M21, M22). */
import type { EdgeReport } from "#shared/drift/report.ts";
import type { Arm } from "#shared/experiment/plan.ts";
import type { MeasuredEdge } from "#shared/run/measured.ts";
import type { ReportInput } from "#main/measure/report/input.ts";
import { meanParts, overTasks, present, type Value } from "#main/measure/report/over-tasks.ts";
import { whyNoLoss } from "#main/measure/report/reasons.ts";

/** The edges of one arm, in the design's order. */
export function edgeReports(input: ReportInput, arm: Arm): EdgeReport[] {
  const design = input.designs.get(arm.id);
  if (!design) return [];
  const runs = input.runs.filter((run) => run.armId === arm.id);
  const done = { runs, outcomes: input.outcomes.filter((cell) => cell.armId === arm.id) };
  const name = (id: string) => design.agents.find((agent) => agent.id === id)?.name ?? id;
  return design.handoffs.map((handoff) => {
    const rows = input.edges.filter((row) => row.armId === arm.id && row.edgeId === handoff.id);
    const fired = new Set(rows.map((row) => `${row.taskId}/${row.repeat}`));
    const drift = overTasks(
      input,
      present(rows, (row) => row.loss),
      2,
    );
    const silent = runs.filter((run) => !fired.has(`${run.taskId}/${run.repeat}`));
    const counted = perRunValues(rows, silent);
    const perRun = overTasks(input, counted, 2);
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
      drift: { ...drift, reason: drift.mean === null ? whyNoLoss(rows, done) : drift.reason },
      parts: meanParts(input, rows),
      perRun: { ...perRun, reason: perRun.mean === null ? whyNoLoss(rows, done) : perRun.reason, runs: counted.length },
    };
  });
}

/**
 * M22, loss per run: what was lost where the edge fired, 0 where it was silent. Runs that fired with nothing to carry or to lose
 * have no loss to enter, and the silent runs' zeros alone would be a false 0 (M21). So a task in which less than half of the
 * firing runs could be measured is left out, and nothing is given where that holds of all of the edge's firing runs together.
 */
function perRunValues(rows: readonly MeasuredEdge[], silent: readonly { taskId: string }[]): Value[] {
  const known = (row: MeasuredEdge) => row.loss !== null;
  if (!halfOf(rows, known)) return [];
  const tasks = [...new Set([...rows, ...silent].map(({ taskId }) => taskId))];
  const usable = new Set(
    tasks.filter((task) =>
      halfOf(
        rows.filter((row) => row.taskId === task),
        known,
      ),
    ),
  );
  return [...present(rows, (row) => row.loss), ...silent.map(({ taskId }) => ({ taskId, value: 0 }))].filter(({ taskId }) =>
    usable.has(taskId),
  );
}

/** Whether at least half of the rows are so; true of none. */
function halfOf<T>(rows: readonly T[], isSo: (row: T) => boolean): boolean {
  return 2 * rows.filter(isSo).length >= rows.length;
}
