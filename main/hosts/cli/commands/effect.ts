/** Owns `driftlab effect`: what repairing the messages of an edge changes (M5, M6), with its uncertainty. */
import type { EffectFigure, EffectStudy } from "#shared/drift/effect.ts";
import { pText } from "#shared/drift/p-text.ts";
import { problemsAsLine } from "#shared/problem.ts";
import { capsFrom, findExperiment, retryText, runnerFor, type SpendFlags, untilEnd } from "#main/hosts/cli/commands/session.ts";
import { BadInput, EXIT } from "#main/hosts/cli/exit.ts";
import { readCount } from "#main/hosts/cli/inputs.ts";
import { openCliStore } from "#main/hosts/cli/open-store.ts";
import { writeOut } from "#main/hosts/cli/write-out.ts";
import { ProgressLine } from "#main/hosts/cli/progress.ts";
import { estimateText, figure, table } from "#main/hosts/cli/table.ts";
import { planStudy, runStudy, studyProgress, studyResult } from "#main/lab/effect-study.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";

export interface EffectFlags extends SpendFlags {
  org?: string;
  edge?: string[];
  checkpoints: string;
  draws: string;
  seed: string;
  db?: string;
  json?: string;
}

/** Plans the study, runs what is missing of it, and prints what came of it. */
export async function effectCommand(id: string, flags: EffectFlags): Promise<number> {
  const caps = capsFrom(flags);
  const { store, folder } = openCliStore(flags.db, false);
  try {
    const row = findExperiment(store, id);
    const planned = planStudy(
      store,
      {
        experimentId: row.id,
        armId: armFrom(row, flags.org),
        edges: flags.edge ?? null,
        checkpointsPerTask: readCount("--checkpoints", flags.checkpoints, 1),
        drawsPerSide: readCount("--draws", flags.draws, 1),
        seed: readCount("--seed", flags.seed, 0),
      },
      Date.now(),
    );
    if (!planned.ok) throw new BadInput(problemsAsLine(planned.problems));
    const { study } = planned;
    const { checkpoints } = study.plan;
    const { total, done } = studyProgress(store, study);
    process.stderr.write(
      `${study.id}: ${checkpoints.length} handoffs drawn, ${checkpoints.filter((each) => each.lossy).length} of them lost something · ${total} branches (${done} done already)\n`,
    );
    for (const why of new Set(checkpoints.flatMap((each) => each.why ?? []))) process.stderr.write(`Not repaired: ${why}\n`);
    const runner = runnerFor(store, folder, row, flags);
    const progress = new ProgressLine(process.stderr, total, Date.now, "branches");
    const running = runStudy(runner, store, study, {
      caps,
      onEvent: (_arm, event) => {
        if (event.type === "call-retried") progress.retry(retryText(event));
      },
      onChange: () => progress.show({ ...studyProgress(store, study), stopped: 0 }),
    });
    const end = await untilEnd(running, () => void runner.stop(study.id));
    progress.end();
    const result = studyResult(store, study);
    process.stdout.write(effectText(result));
    if (flags.json !== undefined) writeOut(flags.json, `${JSON.stringify(result, null, 2)}\n`, "The results are in the database.");
    if (end.message) process.stderr.write(`${end.message}\n`);
    if (end.end === "stopped") {
      process.stderr.write("Stopped; everything finished so far is kept. The same command goes on with what is missing.\n");
      return EXIT.stopped;
    }
    if (end.end === "cap-reached") return EXIT.stopped;
    const { failed } = studyProgress(store, study);
    if (failed > 0) process.stderr.write(`${failed} branches failed. The same command tries them again.\n`);
    return end.end === "failed" || failed > 0 ? EXIT.failed : EXIT.done;
  } finally {
    store.close();
  }
}

function armFrom(row: ExperimentRow, wanted: string | undefined): string {
  const orgs = row.plan.arms.filter((arm) => arm.kind === "org");
  const found = wanted === undefined ? orgs : orgs.filter((arm) => arm.id === wanted || arm.name === wanted);
  if (found.length === 1 && found[0]) return found[0].id;
  const names = orgs.map((arm) => `"${arm.name}"`).join(", ");
  throw new BadInput(
    wanted === undefined
      ? `The experiment has several orgs; say which with --org: ${names}.`
      : `There is no single org "${wanted}" in it; there are ${names}.`,
  );
}

/** The study as a terminal shows it. */
export function effectText(study: EffectStudy): string {
  const rows = study.edges.flatMap(({ edgeId, direction, outcome, sway }) => {
    const member = study.family.edges.find((each) => each.edgeId === edgeId);
    const line = (what: string, each: EffectFigure, holm: number | null | undefined) => [
      direction,
      what,
      estimateText(each),
      String(each.tasks),
      pText(each.p),
      holm === undefined ? "" : pText(holm),
    ];
    return [
      ...(outcome
        ? [
            line("alignment", outcome.alignment.effect, member?.pHolm.alignment),
            line("  per lossy handoff", outcome.alignment.perLossy, undefined),
            line("  sham − as sent", outcome.alignment.shamMinusAsSent, undefined),
            line("effectiveness", outcome.effectiveness.effect, member?.pHolm.effectiveness),
          ]
        : []),
      ...(sway ? [line("recipient sway", sway.estimate, undefined)] : []),
    ];
  });
  const selected = study.family.edges.filter((each) => each.selected);
  const notes = [
    ...(selected.length > 0 ? ["The edge was chosen because it lost most; estimate it again on fresh tasks before you rely on it."] : []),
    "repaired − sham; positive: repairing helps. Intervals speak of tasks like these. Effects of several edges do not add up.",
    ...study.family.residuals.map(
      (each) =>
        `${each.endpoint}: org − solo ${figure(each.gap)}, repaired ${figure(each.repaired)}, left ${figure(each.residual)}${each.reason ? ` (${each.reason})` : ""}`,
    ),
  ];
  return `${study.badge}\n\n${table(["edge", "effect on", "repaired − sham [95 %]", "tasks", "p", "Holm"], rows)}\n\n${notes.join("\n")}\n`;
}
