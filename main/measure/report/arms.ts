/** Owns what a report says of an arm as a whole: its cells, its scores, its deliverables' own loss (M4, M9, M11). */
import type { ArmReport, DeliverableReport, Score } from "#shared/drift/report.ts";
import type { Arm } from "#shared/experiment/plan.ts";
import type { Estimate } from "#shared/drift/types.ts";
import type { CellOutcome, RunStatus } from "#shared/run/events.ts";
import type { MeasuredRun } from "#shared/run/measured.ts";
import { armSpend } from "#main/measure/arm-spend.ts";
import type { ReportInput } from "#main/measure/report/input.ts";
import { meanParts, mirrored, overTasks, present, type Value } from "#main/measure/report/over-tasks.ts";
import { type Done, withReason } from "#main/measure/report/reasons.ts";

/** One arm over its finished runs. */
export function armReport(input: ReportInput, arm: Arm): ArmReport {
  const runs = input.runs.filter((run) => run.armId === arm.id);
  const outcomes = input.outcomes.filter((cell) => cell.armId === arm.id);
  const done = { runs, outcomes };
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
      ...scoreOf(
        done,
        (run) => run.asksMet,
        (values) => overTasks(input, values, 1),
      ),
      measure: "asks met",
    },
    retention: scoreOf(
      done,
      (run) => run.retention,
      (values) =>
        mirrored(
          overTasks(
            input,
            values.map(({ taskId, value }) => ({ taskId, value: 1 - value })),
            2,
          ),
        ),
    ),
    ...armSpend(runs),
  };
}

/** A score over the runs that have it; the others are counted by what became of them (M11). */
function scoreOf(
  done: { runs: readonly MeasuredRun[]; outcomes: Done["outcomes"] },
  scoreIn: (run: MeasuredRun) => number | null,
  estimate: (values: readonly Value[]) => Estimate,
): Score {
  const values = present(done.runs, scoreIn);
  const leftOut = (status: RunStatus) => done.runs.filter((run) => run.status === status && scoreIn(run) === null).length;
  return {
    ...withReason(estimate(values), done),
    runs: values.length,
    leftOut: { complete: leftOut("complete"), refused: leftOut("refused"), incomplete: leftOut("incomplete") },
  };
}

/** M4: the own loss of an arm's deliverables, against what their writers held. */
export function deliverableReport(input: ReportInput, arm: Arm): DeliverableReport {
  const runs = input.runs.filter((run) => run.armId === arm.id);
  const drift = overTasks(
    input,
    present(runs, (run) => run.loss),
    2,
  );
  const nothing = runs.length > 0 && runs.every((run) => run.lossReason === "nothing-to-lose");
  const named = withReason(drift, { runs, outcomes: input.outcomes.filter((cell) => cell.armId === arm.id) });
  return {
    arm: arm.id,
    measured: runs.filter((run) => run.loss !== null).length,
    drift: nothing ? { ...named, reason: "nothing-to-lose" } : named,
    parts: meanParts(input, runs),
  };
}
