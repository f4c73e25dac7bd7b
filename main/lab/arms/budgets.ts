/** Owns the budgets that solo arms are given, frozen before the start from runs that were made earlier (M12). */
import type { Arm } from "#shared/experiment/plan.ts";
import { errorProblem, type Problem } from "#shared/problem.ts";
import type { ConnectionSpec } from "#shared/run/connection.ts";

export interface PastMedian {
  /** Medians over the runs, null where what one of them took is not known; a cost is in US dollars. */
  outputTokens: number | null;
  costUsd: number | null;
  /** How many runs they are the medians of; at least 1. */
  runs: number;
}

/** What runs of a design have taken before. */
export interface PastRuns {
  /**
   * @param orgHash content hash of the design
   * @param model the plan's override; null for each agent's own
   * @returns null where no such run has been made
   */
  median(orgHash: string, taskId: string, model: string | null, connectionKind: ConnectionSpec["kind"]): PastMedian | null;
}

/** For plans whose arms need no budget, and where nothing has run yet. */
export const NO_PAST_RUNS: PastRuns = { median: () => null };

/** A design whose past is asked for. */
interface Known {
  hash: string;
  name: string;
}

export interface BudgetInput {
  baseline: "budget-matched" | "best-of-n";
  org: Known;
  oneShot: Known;
  /** Ids of tasks. */
  tasks: readonly string[];
  past: PastRuns;
  model: string | null;
  connectionKind: ConnectionSpec["kind"];
}

/** What n or a budget was worked out from. */
export type BudgetBasis = "US dollars" | "output tokens";

export type Frozen =
  | { ok: true; budgets: NonNullable<Arm["budgets"]>; settings: { "budget-basis": BudgetBasis; "budget-runs": string } }
  | { ok: false; problem: Problem };

/**
 * An arm's budgets by task (M12): of `budget-matched` the org's median output tokens; of `best-of-n`
 * max(1, round(org's median cost / one-shot's median cost)). The costs are in dollars where all of them are known and the
 * one-shot's are above 0, else, for all tasks alike, in output tokens; which of the two stands in the arm's settings,
 * with the smallest number of runs behind any of the medians.
 */
export function freezeBudgets({ baseline, org, oneShot, tasks, past, model, connectionKind }: BudgetInput): Frozen {
  const medians = (design: Known) => tasks.map((task) => past.median(design.hash, task, model, connectionKind));
  const ofOrg = medians(org);
  const ofOneShot = baseline === "best-of-n" ? medians(oneShot) : [];
  const orgMedians = ofOrg.filter((each) => each !== null);
  const soloMedians = ofOneShot.filter((each) => each !== null);
  if (orgMedians.length < ofOrg.length) return noPilot(baseline, org, tasks, ofOrg);
  if (soloMedians.length < ofOneShot.length) return noPilot(baseline, oneShot, tasks, ofOneShot);
  const unpriced = orgMedians.some((each) => each.costUsd === null) || soloMedians.some((each) => (each.costUsd ?? 0) <= 0);
  const byTokens = baseline === "budget-matched" || unpriced;
  if (byTokens && [...orgMedians, ...soloMedians].some((each) => each.outputTokens === null)) return noUsage(baseline, org);
  const runs = String(Math.min(...[...orgMedians, ...soloMedians].map((each) => each.runs)));
  if (baseline === "budget-matched")
    return {
      ok: true,
      budgets: byTask(tasks, (index) => orgMedians[index]?.outputTokens ?? 1),
      settings: { "budget-basis": "output tokens", "budget-runs": runs },
    };
  const cost = (each: PastMedian | undefined) => (unpriced ? each?.outputTokens : each?.costUsd) ?? 0;
  return {
    ok: true,
    budgets: byTask(tasks, (index) => cost(orgMedians[index]) / Math.max(Number.MIN_VALUE, cost(soloMedians[index]))),
    settings: { "budget-basis": unpriced ? "output tokens" : "US dollars", "budget-runs": runs },
  };
}

function byTask(tasks: readonly string[], valueOf: (index: number) => number): Record<string, number> {
  // A one-shot that wrote nothing at all says nothing about how many go into an org's cost.
  const whole = (value: number) => (Number.isFinite(value) && value < Number.MAX_SAFE_INTEGER ? Math.max(1, Math.round(value)) : 1);
  return Object.fromEntries(tasks.map((task, index) => [task, whole(valueOf(index))]));
}

function noUsage(baseline: string, org: Known): Frozen {
  return {
    ok: false,
    problem: errorProblem(
      "no-usage",
      `The server did not say how many tokens the earlier runs of "${org.name}" took, and ${baseline} takes its budget from that: use a server that reports usage, or leave ${baseline} out.`,
      [],
    ),
  };
}

function noPilot(baseline: string, design: Known, tasks: readonly string[], medians: readonly (PastMedian | null)[]): Frozen {
  const missing = tasks.filter((_, index) => medians[index] === null);
  return {
    ok: false,
    problem: errorProblem(
      "no-pilot",
      `There is no finished run of "${design.name}" on ${missing.length === tasks.length ? (tasks.length === 1 ? "the task" : `any of the ${tasks.length} tasks`) : `${missing.length} of the ${tasks.length} tasks`} with this connection, model and population, and ${baseline} takes its budget from one: run "${design.name}" a few times first, as a pilot does.`,
      missing,
    ),
  };
}
