/** Owns the live picture of an experiment: cells, words, pace, spending, what went wrong; and watching it. */
import type { Plan } from "#shared/experiment/plan.ts";
import type { CellLetter, ExperimentView, PaceInfo } from "#shared/rpc/experiment-types.ts";
import type { Lab } from "#main/lab/lab.ts";
import type { LivePicture } from "#main/lab/live.ts";
import type { CellRow, ExperimentRow } from "#main/store/experiments.ts";

/** Looks again at least this often while something runs, and never more often than the pause. */
const LOOK_MS = 400;
const PAUSE_MS = 120;
/** Sentences of failures that are shown. */
const MOST_FAILURES = 3;

/** The live picture now, and again whenever it has changed, until aborted. Slow readers miss pictures, never the last one. */
export async function* watchExperiment(lab: Lab, id: string, signal: AbortSignal | undefined): AsyncGenerator<ExperimentView> {
  let last = "";
  while (!signal?.aborted) {
    const changed = lab.signalOf(id).next(signal, lab.runner.isRunning(id) ? LOOK_MS : undefined);
    const row = lab.store.experiments.get(id);
    if (!row) return;
    const view = viewOf(lab, row);
    const text = JSON.stringify(view);
    if (text !== last) yield view;
    last = text;
    await changed;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Cells whose run was cut off when the process died; while it runs, or where another process may be running it, none are said to be. */
export function interruptedCells(lab: Lab, id: string): number {
  return lab.runner.isRunning(id) || lab.store.readOnly ? 0 : lab.store.experiments.interrupted(id);
}

function viewOf(lab: Lab, row: ExperimentRow): ExperimentView {
  const { plan } = row;
  const cells = lab.store.experiments.cells(row.id);
  const live = lab.runner.live(row.id);
  const interrupted = interruptedCells(lab, row.id);
  const failures = failuresOf(cells);
  const spent = lab.store.spending.spent({ experiment: row.id });
  return {
    id: row.id,
    name: row.name,
    badge: plan.connection.kind === "simulated" ? "simulated" : "observed",
    running: live !== null,
    counts: lab.store.experiments.counts(row.id),
    cells: lettersOf(plan, cells, live, interrupted > 0),
    live: live ? plan.arms.map((arm) => ({ armId: arm.id, ...live.arm(arm.id) })) : [],
    pace: live ? paceOf(lab, plan) : null,
    queue: lab.runner.queue.size,
    retries: live?.retries ?? 0,
    lastRetry: live?.lastRetry ?? null,
    ...spent,
    caps: capsOf(lab, row.id, live, spent.costUsd),
    interrupted,
    capReached: live === null && lab.runner.lastEnd(row.id)?.end === "cap-reached",
    message: live ? null : restWords(lab, row.id, interrupted),
    firstFailure: failures[0]?.sentence ?? null,
    failures,
  };
}

/** Why it rests; null where it has simply finished. */
function restWords(lab: Lab, id: string, interrupted: number): string | null {
  const end = lab.runner.lastEnd(id);
  if (end?.message) return end.message;
  if (end?.end === "stopped") return "Stopped. What had finished is kept; go on whenever you like.";
  if (interrupted === 0) return null;
  return `Driftlab ended while ${interrupted === 1 ? "1 cell was" : `${interrupted} cells were`} being run. Nothing that was stored is lost: “Go on” takes each up at its last stored step.`;
}

function lettersOf(plan: Plan, cells: readonly CellRow[], live: LivePicture | null, cutOff: boolean): ExperimentView["cells"] {
  const letters = new Map<string, CellLetter>();
  for (const cell of cells) {
    const { armId, taskId, repeat } = cell;
    letters.set(`${armId}/${taskId}/${repeat}`, letterOf(cell, live?.isRunning(armId, taskId, repeat) ?? false, cutOff));
  }
  const repeats = Array.from({ length: plan.repeats }, (_, index) => index + 1);
  return plan.arms.flatMap((arm) =>
    plan.tasks.map((task) => ({
      armId: arm.id,
      taskId: task.id,
      letters: repeats.map((repeat) => letters.get(`${arm.id}/${task.id}/${repeat}`) ?? ".").join(""),
    })),
  );
}

/** The state of a cell that has been begun. */
export function letterOf(cell: CellRow, running: boolean, cutOff: boolean): CellLetter {
  if (cell.outcome === "failed") return "f";
  if (cell.outcome === "stopped") return "s";
  if (cell.outcome === "done") return cell.status === "refused" ? "u" : cell.status === "incomplete" ? "i" : "d";
  if (running) return "r";
  return cutOff && cell.runId !== null && cell.status === null ? "x" : ".";
}

/** The sentences of what failed, the most frequent first, and of those that are as frequent the one that failed first. */
function failuresOf(cells: readonly CellRow[]): ExperimentView["failures"] {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    if (cell.outcome !== "failed") continue;
    const sentence = `${cell.failureCode}: ${cell.failureMessage}`;
    counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  }
  return [...counts]
    .map(([sentence, failed]) => ({ sentence, cells: failed }))
    .sort((a, b) => b.cells - a.cells)
    .slice(0, MOST_FAILURES);
}

function paceOf(lab: Lab, plan: Plan): PaceInfo | null {
  const pace = lab.runner.pace(plan.connection);
  if (!pace) return null;
  const heldMs = (pace.heldUntilMs ?? 0) - lab.nowMs();
  return {
    inFlight: pace.inFlight,
    limit: pace.limit,
    waiting: pace.waiting,
    cuts: pace.cuts,
    heldSeconds: heldMs > 0 ? Math.ceil(heldMs / 1000) : null,
  };
}

/** What counts against the caps: while it runs what the budget says, else what is stored. */
function capsOf(lab: Lab, id: string, live: LivePicture | null, costUsd: number | null): ExperimentView["caps"] {
  const caps = lab.store.experiments.caps(id);
  const used = live?.budget?.spent;
  return {
    outputTokens:
      caps.outputTokens === null
        ? null
        : { cap: caps.outputTokens, used: used?.outputTokens ?? lab.store.spending.outputTokensSpent({ experiment: id }) },
    usd: caps.usd === null ? null : { cap: caps.usd, used: used ? used.usd : costUsd },
  };
}
