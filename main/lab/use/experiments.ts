/** Owns the use cases around experiments: forecast, start, watch. */
import type { ExperimentChoices } from "#shared/rpc/contract.ts";
import type { Org } from "#shared/org/schema.ts";
import { errorProblem, type Problem } from "#shared/problem.ts";
import type { CellLetter, ExperimentDetail, ExperimentSummary, ExperimentView, PlanAnswer, StartAnswer } from "#shared/rpc/types.ts";
import { frozenBefore } from "#main/lab/arms/frozen.ts";
import { pastRuns } from "#main/lab/arms/past-runs.ts";
import type { Caps } from "#main/lab/budget.ts";
import { forecast } from "#main/lab/forecast.ts";
import type { Lab } from "#main/lab/lab.ts";
import { makePlan, type Planned } from "#main/lab/make-plan.ts";
import { prepareExperiment } from "#main/lab/start-experiment.ts";
import { findSuite } from "#main/lab/use/orgs.ts";
import type { CellRow, ExperimentRow } from "#main/store/experiments.ts";
import type { Suite } from "#shared/task/schema.ts";

type PlannedOrNot = { ok: true; planned: Planned; suite: Suite } | { ok: false; problems: Problem[] };

function planOf(lab: Lab, choices: ExperimentChoices): PlannedOrNot {
  const suite = findSuite(lab, choices.suiteId);
  if (!suite)
    return { ok: false, problems: [errorProblem("no-suite", `The suite "${choices.suiteId}" is no longer there; choose another.`)] };
  const rows = choices.orgs.map((id) => lab.store.orgs.get(id));
  if (rows.some((row) => row === null))
    return { ok: false, problems: [errorProblem("no-org", "One of the chosen orgs is no longer there; choose again.")] };
  const past = pastRuns(lab.store, { suite, connection: choices.connection, population: choices.population });
  const result = makePlan({ ...choices, orgs: rows.map((row) => row?.draft as Org), suite, past });
  return result.ok ? { ok: true, planned: frozenBefore(lab.store, result.planned), suite } : result;
}

/** What the chosen experiment would take, or why it cannot start. */
export function forecastExperiment(lab: Lab, choices: ExperimentChoices): PlanAnswer {
  const result = planOf(lab, choices);
  if (!result.ok) return result;
  const { plan, planHash, designs } = result.planned;
  const existing = lab.store.experiments.byPlan(planHash).at(-1)?.id ?? null;
  return { ok: true, forecast: { planHash, ...forecast(plan, designs), existing } };
}

/** Locks the plan and starts; the same plan goes on unless a fresh one is wanted. */
export function startExperiment(lab: Lab, input: { choices: ExperimentChoices; name: string; fresh: boolean; caps: Caps }): StartAnswer {
  const result = planOf(lab, input.choices);
  if (!result.ok) return result;
  if (input.choices.connection.kind === "anthropic" && lab.secrets.anthropicKey() === null)
    return {
      ok: false,
      problems: [
        errorProblem("no-key", "The Anthropic API needs a key: type one in under Settings, or start Driftlab with ANTHROPIC_API_KEY set."),
      ],
    };
  const { id, existing } = prepareExperiment(lab.store, result.planned, result.suite, {
    fresh: input.fresh,
    name: input.name,
    nowMs: lab.nowMs(),
  });
  lab.run(id, input.caps);
  return { ok: true, id, existing };
}

export function listExperiments(lab: Lab): ExperimentSummary[] {
  return lab.store.experiments.list().map((row) => summaryOf(lab, row));
}

export function summaryOf(lab: Lab, row: ExperimentRow): ExperimentSummary {
  return {
    id: row.id,
    name: row.name,
    planHash: row.planHash,
    badge: row.plan.connection.kind === "simulated" ? "simulated" : "observed",
    createdAtMs: row.createdAtMs,
    archived: row.archived,
    running: lab.runner.isRunning(row.id),
    counts: lab.store.experiments.counts(row.id),
    tasks: row.plan.tasks.length,
    repeats: row.plan.repeats,
    arms: row.plan.arms.map(({ id, kind, name }) => ({ id, kind, name })),
  };
}

export function experimentDetail(lab: Lab, id: string): ExperimentDetail | null {
  const row = lab.store.experiments.get(id);
  const suite = row ? lab.store.orgs.suite(row.suiteHash) : null;
  if (!row || !suite) return null;
  return { summary: summaryOf(lab, row), plan: row.plan, designs: designsOf(lab, row), suite };
}

/** The designs that were frozen for an experiment, by arm. */
export function designsOf(lab: Lab, row: ExperimentRow): Record<string, Org> {
  return Object.fromEntries(
    row.plan.arms.flatMap((arm) => {
      const design = lab.store.orgs.version(arm.orgHash);
      return design ? [[arm.id, design]] : [];
    }),
  );
}

/** Looks again at least this often while something runs, and never more often than the pause. */
const LOOK_MS = 400;
const PAUSE_MS = 120;

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

function viewOf(lab: Lab, row: ExperimentRow): ExperimentView {
  const { plan } = row;
  const cells = lab.store.experiments.cells(row.id);
  const live = lab.runner.live(row.id);
  const letters = new Map<string, CellLetter>();
  for (const cell of cells)
    letters.set(
      `${cell.armId}/${cell.taskId}/${cell.repeat}`,
      letterOf(cell, live?.isRunning(cell.armId, cell.taskId, cell.repeat) ?? false),
    );
  const repeats = Array.from({ length: plan.repeats }, (_, index) => index + 1);
  const end = lab.runner.lastEnd(row.id);
  const failure = cells.find((cell) => cell.outcome === "failed");
  return {
    id: row.id,
    name: row.name,
    badge: plan.connection.kind === "simulated" ? "simulated" : "observed",
    running: live !== null,
    counts: lab.store.experiments.counts(row.id),
    cells: plan.arms.flatMap((arm) =>
      plan.tasks.map((task) => ({
        armId: arm.id,
        taskId: task.id,
        letters: repeats.map((repeat) => letters.get(`${arm.id}/${task.id}/${repeat}`) ?? ".").join(""),
      })),
    ),
    live: live ? plan.arms.map((arm) => ({ armId: arm.id, ...live.arm(arm.id) })) : [],
    retries: live?.retries ?? 0,
    lastRetry: live?.lastRetry ?? null,
    ...lab.store.results.spent({ experiment: row.id }),
    message: live
      ? null
      : (end?.message ?? (end?.end === "stopped" ? "Stopped. What had finished is kept; go on whenever you like." : null)),
    firstFailure: failure ? `${failure.failureCode}: ${failure.failureMessage}` : null,
  };
}

function letterOf(cell: CellRow, running: boolean): CellLetter {
  if (cell.outcome === "failed") return "f";
  if (cell.outcome === "stopped") return "s";
  if (cell.outcome === "done") return cell.status === "refused" ? "u" : cell.status === "incomplete" ? "i" : "d";
  return running ? "r" : ".";
}
