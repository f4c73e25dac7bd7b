/** Owns what a report says of an org's edges: loss where they fired, and how often they did (M16, M21, M22). */
import type { EdgeReport } from "#shared/drift/report.ts";
import type { Arm } from "#shared/experiment/plan.ts";
import type { ReportInput } from "#main/measure/report/input.ts";
import { meanParts, overTasks, present } from "#main/measure/report/over-tasks.ts";
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
      drift: { ...drift, reason: drift.mean === null ? whyNoLoss(rows, done) : drift.reason },
      parts: meanParts(input, rows),
      perRun: perRun.mean === null ? { ...perRun, reason: whyNoLoss(rows, done) } : perRun,
    };
  });
}
