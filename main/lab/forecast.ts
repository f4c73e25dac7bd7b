/** Owns what an experiment will take before it starts: calls, tokens and dollars as ranges, from structure or from past runs. */
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import { depth, reachableFrom } from "#shared/org/graph.ts";
import { type Org, resolvedSettings } from "#shared/org/schema.ts";
import { costUsd, type PriceTable } from "#main/models/prices.ts";
import { contextWindow } from "#main/models/windows.ts";

export interface Range {
  low: number;
  high: number;
}

/** US dollars, or why there are none (M21). */
export type UsdForecast = { usd: Range; usdReason: null } | { usd: null; usdReason: "unknown-price" };

interface Amounts {
  calls: Range;
  /** Output tokens: from short messages to every answer at its limit. */
  outputTokens: Range;
  /** Input tokens, cached or not, from the structure alone. */
  inputTokens: Range;
}

export type ArmForecast = Amounts &
  UsdForecast & {
    armId: string;
    /** Cells that are left to do. */
    cells: number;
    /** What calls and output tokens rest on. */
    basis: "structure" | "past runs";
  };

export type Forecast = Amounts &
  UsdForecast & {
    /** All cells of the plan, those that are done among them. */
    cells: number;
    arms: ArmForecast[];
  };

export interface PastRun {
  calls: number;
  /** Null: not known. */
  outputTokens: number | null;
  costUsd: number | null;
}

/**
 * Finished runs of a design on a task. Whoever makes one leaves out runs on another connection or with another model, and those
 * of `best-of-n` and `budget-matched`, which take more or less by their budgets: the one shares its design with the one-shot.
 */
export interface PastRuns {
  of(orgHash: string, taskId: string): readonly PastRun[];
}

export interface ForecastOptions {
  /** How many cells of an arm are done already: of them only the count of all cells knows. */
  cellsDone?: (armId: string) => number;
  past?: PastRuns;
  /** Without a table no price is known. */
  prices?: PriceTable;
  /** A task's brief; without it a brief is taken to have between 100 and 4,000 tokens. */
  briefOf?: (taskId: string) => string;
}

/** A short message's tokens, for the low end. */
const SHORT_MESSAGE = 100;
/** Tokens of what every call holds beside brief and instructions: the engine's own words and its tools. */
const FRAME: Range = { low: 50, high: 2_500 };
const UNKNOWN_BRIEF: Range = { low: 100, high: 4_000 };
/** UTF-8 bytes to a token, for texts that are known: few tokens to many. */
const BYTES_TO_A_TOKEN: Range = { low: 5, high: 2 };
/** Fewer past runs than this say nothing about a spread. */
const FEWEST_PAST_RUNS = 3;

/**
 * Calls, tokens and dollars of what is left of a plan.
 *
 * From the structure: one call a turn; the high end has every agent acting in every round, every answer at its limit, every call
 * reading all that was written before it, at the dearest price of input; the low end has short messages, read from the cache.
 * `best-of-n` makes its n calls; `budget-matched` spends its budget give or take one answer (with nothing to add it ends sooner).
 * Not counted: retries, turns whose
 * calls are refused and made again, summaries of memory, judges. What must not be passed is said by the cap, not by this.
 *
 * From past runs, where an arm's design has at least three on the plan's tasks: calls, output tokens and (where three had a
 * known cost) dollars of a cell range from the 10th to the 90th percentile (Hyndman & Fan 1996, type 7) of the runs on its task,
 * or of all the arm's runs where that task had fewer than three; each task counts equally and the sum is scaled to the cells left.
 * A `best-of-n` takes n of its design's one-shots; of `budget-matched` its budget says more than any run.
 * That is what the whole would take if every cell were as cheap, or as dear, as one in ten was: for many cells alike more room
 * than they need, though a few very long runs can still lift a sum beyond it.
 */
export function forecast(
  plan: Plan,
  designs: ReadonlyMap<string, Org>,
  options: ForecastOptions | ((armId: string) => number) = {},
): Forecast {
  const asked: ForecastOptions = typeof options === "function" ? { cellsDone: options } : options;
  const perArm = plan.tasks.length * plan.repeats;
  const arms = plan.arms.flatMap((arm): ArmForecast[] => {
    const org = designs.get(arm.orgHash);
    return org ? [armForecast(plan, arm, org, Math.max(0, perArm - (asked.cellsDone?.(arm.id) ?? 0)), asked)] : [];
  });
  // An arm whose design is not there is an arm whose price is not known.
  const priced = arms.length === plan.arms.length ? arms.map((arm) => arm.usd) : [null];
  return {
    cells: perArm * plan.arms.length,
    calls: sum(arms.map((arm) => arm.calls)),
    outputTokens: sum(arms.map((arm) => arm.outputTokens)),
    inputTokens: sum(arms.map((arm) => arm.inputTokens)),
    ...usdOr(priced.every((usd) => usd !== null) ? sum(priced) : null),
    arms,
  };
}

function armForecast(plan: Plan, arm: Arm, org: Org, cells: number, { past, prices, briefOf }: ForecastOptions): ArmForecast {
  const tasks = plan.tasks.map(({ id }) => id);
  const share = cells / tasks.length;
  const structure = tasks.map((task) => cellFromStructure(plan, arm, org, task, briefOf?.(task) ?? null));
  const total = (of: (cell: Amounts) => Range) => whole(scaled(sum(structure.map(of)), share));
  const runs = arm.baseline === "budget-matched" ? [] : tasks.map((task) => past?.of(arm.orgHash, task) ?? []);
  const draws = tasks.map((task) => (arm.baseline === "best-of-n" ? (arm.budgets?.[task] ?? 1) : 1));
  const pastTotal = (of: (run: PastRun) => number | null) => pastRange(runs, of, draws, share);
  const calls = pastTotal((run) => run.calls);
  const outputTokens = pastTotal((run) => run.outputTokens);
  const known = calls !== null && outputTokens !== null;
  const amounts: Amounts = {
    calls: known ? whole(calls) : total((cell) => cell.calls),
    outputTokens: known ? whole(outputTokens) : total((cell) => cell.outputTokens),
    inputTokens: total((cell) => cell.inputTokens),
  };
  const usd = cells === 0 ? { low: 0, high: 0 } : (pastTotal((run) => run.costUsd) ?? usdOf(amounts, modelsOf(plan, org), prices));
  return { armId: arm.id, cells, basis: known ? "past runs" : "structure", ...amounts, ...usdOr(usd) };
}

/** One cell's worth, from the design and the budget of its task. */
function cellFromStructure(plan: Plan, arm: Arm, org: Org, task: string, brief: string | null): Amounts {
  const most = Math.max(...org.agents.map((agent) => resolvedSettings(org, agent).settings.maxOutputTokens));
  const short = Math.min(SHORT_MESSAGE, most);
  const tokenCap = org.limits.outputTokens ?? Number.POSITIVE_INFINITY;
  const budget = arm.budgets?.[task] ?? null;
  let calls = arm.kind === "solo" ? { low: 1, high: 1 } : callsOf(org);
  let outputTokens: Range | null = null;
  if (arm.baseline === "best-of-n" && budget !== null) calls = { low: budget, high: budget };
  if (arm.baseline === "budget-matched" && budget !== null) {
    outputTokens = { low: Math.max(Math.min(short, budget), budget - most), high: budget + most };
    calls = { low: Math.max(1, Math.ceil(outputTokens.low / most)), high: Math.max(1, Math.ceil(budget / short)) };
  }
  outputTokens ??= { low: calls.low * short, high: calls.high * most };
  outputTokens = { low: Math.min(outputTokens.low, tokenCap), high: Math.min(outputTokens.high, tokenCap) };
  // Calls that know nothing of each other: one-shots read the brief and no more.
  const apart = arm.kind === "solo" && arm.baseline !== "budget-matched";
  return { calls, outputTokens, inputTokens: inputOf(plan, org, brief, calls, apart ? 0 : outputTokens.high) };
}

/** What a cell's calls read: at least the agents' instructions, at most also the brief, and half of all that is written on average. */
function inputOf(plan: Plan, org: Org, brief: string | null, calls: Range, written: number): Range {
  const instructions = org.agents.map((agent) => Buffer.byteLength(agent.instructions));
  const shortest = Math.min(...instructions) / BYTES_TO_A_TOKEN.low;
  const longest = Math.max(...instructions) / BYTES_TO_A_TOKEN.high;
  const bytes = brief === null ? null : Buffer.byteLength(brief);
  const briefTokens = bytes === null ? UNKNOWN_BRIEF : { low: bytes / BYTES_TO_A_TOKEN.low, high: bytes / BYTES_TO_A_TOKEN.high };
  const windows = modelsOf(plan, org).map((model) => org.limits.contextTokens ?? contextWindow(model));
  const perCall = Math.min(FRAME.high + longest + briefTokens.high + (written * (calls.high - 1)) / (2 * calls.high), Math.max(...windows));
  const low = calls.low * (FRAME.low + shortest) + briefTokens.low;
  return { low: Math.min(low, calls.high * perCall), high: calls.high * perCall };
}

function callsOf(org: Org): Range {
  const entries = org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id);
  const reached = reachableFrom(org, entries).size;
  const rounds = org.limits.rounds ?? org.limits.handoffs ?? (org.limits.turnsPerAgent ?? 1) * org.agents.length;
  const turns = Math.min(rounds, org.limits.turnsPerAgent ?? rounds) * reached + 1;
  return { low: Math.min(reached, depth(org) + 1), high: Math.max(turns, reached) };
}

function modelsOf(plan: Plan, org: Org): string[] {
  return [...new Set(org.agents.map((agent) => plan.model ?? resolvedSettings(org, agent).model))];
}

/** Dollars of so many tokens: all by the cheapest model with its input from the cache, to all by the dearest with none. */
function usdOf({ inputTokens, outputTokens }: Amounts, models: readonly string[], prices: PriceTable | undefined): Range | null {
  if (!prices) return null;
  const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const ends = models.map((model) => {
    const input = [{ inputTokens: 1 }, { cacheReadTokens: 1 }, { cacheWriteTokens: 1 }].map((one) =>
      costUsd(prices, model, { ...none, ...one }),
    );
    const output = costUsd(prices, model, { ...none, outputTokens: 1 });
    if (output === null || !input.every((each) => each !== null)) return null;
    return {
      low: inputTokens.low * Math.min(...input) + outputTokens.low * output,
      high: inputTokens.high * Math.max(...input) + outputTokens.high * output,
    };
  });
  if (!ends.every((each) => each !== null)) return null;
  return { low: Math.min(...ends.map(({ low }) => low)), high: Math.max(...ends.map(({ high }) => high)) };
}

/** The 10th to the 90th percentile of each task's runs, times its draws, summed and scaled; null where too few runs are known. */
function pastRange(
  runsByTask: readonly (readonly PastRun[])[],
  of: (run: PastRun) => number | null,
  draws: readonly number[],
  share: number,
): Range | null {
  const byTask = runsByTask.map((runs) => runs.map(of).filter((value) => value !== null));
  const all = byTask.flat();
  if (all.length < FEWEST_PAST_RUNS) return null;
  const ranges = byTask.map((own, task) => {
    const values = own.length < FEWEST_PAST_RUNS ? all : own;
    return scaled({ low: quantile(values, 0.1), high: quantile(values, 0.9) }, draws[task] ?? 1);
  });
  return scaled(sum(ranges), share);
}

/** A quantile of at least one value: linear between order statistics (Hyndman & Fan 1996, type 7). */
function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)] as number;
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] as number) - below);
}

function usdOr(usd: Range | null): UsdForecast {
  return usd === null ? { usd, usdReason: "unknown-price" } : { usd, usdReason: null };
}

function sum(ranges: readonly Range[]): Range {
  return ranges.reduce((total, { low, high }) => ({ low: total.low + low, high: total.high + high }), { low: 0, high: 0 });
}

function scaled({ low, high }: Range, by: number): Range {
  return { low: low * by, high: high * by };
}

/** Whole numbers, outwards, but not for what is only noise of floating point. */
function whole({ low, high }: Range): Range {
  const noise = 1e-9 * Math.max(1, Math.abs(high));
  return { low: Math.floor(low + noise), high: Math.ceil(high - noise) };
}
