/** Owns the use cases around effect studies (M5, M6): start, go on, look. */
import { errorProblem, type Problem } from "#shared/problem.ts";
import type { StudyForecast, StudyView } from "#shared/rpc/drift-types.ts";
import type { Caps } from "#main/lab/budget.ts";
import { draftStudy, planStudy, runStudy, type StudyChoice, studyOrders, studyProgress, studyResult } from "#main/lab/effect-study.ts";
import type { Lab } from "#main/lab/lab.ts";
import type { StudyRow } from "#main/store/studies.ts";

/** Locks a study and starts it; the same choice goes on with the one that is there. */
export function startStudy(lab: Lab, input: StudyChoice & { caps: Caps }): { ok: true; id: string } | { ok: false; problems: Problem[] } {
  const { caps, ...choice } = input;
  const connection = lab.store.experiments.get(choice.experimentId)?.plan.connection;
  if (connection?.kind === "anthropic" && lab.secrets.anthropicKey() === null)
    return {
      ok: false,
      problems: [errorProblem("no-key", "This experiment ran on the Anthropic API, which needs a key: type one in under Settings.")],
    };
  const planned = planStudy(lab.store, choice, lab.nowMs());
  if (!planned.ok) return planned;
  void runStudy(lab.runner, lab.store, planned.study, { caps });
  return { ok: true, id: planned.study.id };
}

/** How many runs a study would take, and why they are fewer than its numbers multiplied. */
export function forecastStudy(lab: Lab, choice: StudyChoice): StudyForecast | { ok: false; problems: Problem[] } {
  const drafted = draftStudy(lab.store, choice);
  if (!drafted.ok) return drafted;
  const { row, plan } = drafted;
  return {
    ok: true,
    asked: choice.checkpointsPerTask * row.plan.tasks.length * plan.edges.length,
    drawn: plan.checkpoints.length,
    fromRepeats: plan.fromRepeats,
    nothingLost: plan.checkpoints.filter((each) => !each.lossy).length,
    notRepairable: plan.checkpoints.filter((each) => each.lossy && each.sides === null).length,
    runs: studyOrders({ id: "", plan }).length,
  };
}

export function resumeStudy(lab: Lab, id: string, caps: Caps): true | null {
  const study = lab.store.studies.get(id);
  if (!study) return null;
  void runStudy(lab.runner, lab.store, study, { caps });
  return true;
}

/** The studies of an experiment, newest first. */
export function listStudies(lab: Lab, experimentId: string): StudyView[] {
  return lab.store.studies.list(experimentId).map((study) => viewOf(lab, study));
}

function viewOf(lab: Lab, study: StudyRow): StudyView {
  const { plan } = study;
  const running = lab.runner.isRunning(study.id);
  return {
    id: study.id,
    armId: study.armId,
    edges: plan.edges,
    checkpointsPerTask: plan.checkpointsPerTask,
    drawsPerSide: plan.drawsPerSide,
    drawn: plan.checkpoints.length,
    lossy: plan.checkpoints.filter((each) => each.lossy).length,
    notRepaired: [...new Set(plan.checkpoints.flatMap((each) => each.why ?? []))],
    ...studyProgress(lab.store, study),
    running,
    message: running ? null : (lab.runner.lastEnd(study.id)?.message ?? null),
    createdAtMs: study.createdAtMs,
    result: studyResult(lab.store, study),
  };
}
