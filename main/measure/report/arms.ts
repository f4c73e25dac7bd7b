/** Owns what a report says of an arm as a whole: its cells, its scores, its deliverables' own loss (M4, M9, M11). */
import type { ArmReport, DeliverableReport } from "#shared/drift/report.ts";
import type { Arm } from "#shared/experiment/plan.ts";
import type { CellOutcome, RunStatus } from "#shared/run/events.ts";
import { armSpend } from "#main/measure/arm-spend.ts";
import type { ReportInput } from "#main/measure/report/input.ts";
import { meanParts, mirrored, overTasks, present } from "#main/measure/report/over-tasks.ts";
import { withReason } from "#main/measure/report/reasons.ts";

/** One arm over its finished runs. */
export function armReport(input: ReportInput, arm: Arm): ArmReport {
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
        { runs, outcomes },
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
      { runs, outcomes },
    ),
    ...armSpend(runs),
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
