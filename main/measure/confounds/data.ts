/** Owns the comparison of arms on their finished runs: what was served, taken, retried, refused, left open, and when (M13). Pure. */
import type { ArmFacts, Confound, Counted, Severity } from "#shared/drift/confounds.ts";
import type { Plan } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import { type ArmPair, armPairs, asConfound, count, type Finding, named, sortConfounds } from "#main/measure/confounds/pairs.ts";
import { timeFinding } from "#main/measure/confounds/time.ts";

export interface DataConfoundInput {
  plan: Plan;
  /** Facts of each arm; an arm without any is left out. */
  arms: readonly ArmFacts[];
  /** The designs by arm id, so that two orgs of one experiment are not taken for variants of each other. */
  designs?: ReadonlyMap<string, Org>;
}

/** Ratio of the larger median to the smaller. Two arms of the same design differ by up to a quarter from run to run. */
export const RATIO_SHOWN = 1.25;
/** Twice as much is a difference nobody would call equal spending; five times as much is another kind of arm. */
export const RATIO_OF: Record<"medium" | "high", number> = { medium: 2, high: 5 };
/** Differences of rates: 1 in 20 is the least that moves a mean of 0 to 1 visibly; 1 in 10 by more than most margins; 1 in 4 can turn a sign. */
export const RATE_SHOWN = 0.05;
export const RATE_OF: Record<"medium" | "high", number> = { medium: 0.1, high: 0.25 };
/** The same models, but one's share of calls differs by a tenth: a part of the runs was served by another. */
export const SERVED_SHARE = 0.1;
/** Reasons by which a limit on spending, time or memory, and not the arm's own work, ends a run; raising it mends that. */
export const CUT_BY_LIMITS: readonly string[] = ["token-limit", "time-limit", "cost-limit", "memory-full"];

/**
 * All that differs between the finished runs of each org arm and its solo arms, and between variants of one org. Rates are shares of
 * 0 to 1, tokens are medians a run. What follows from the treatment is shown and never adjusted for. Fixable ones first.
 */
export function dataConfounds({ plan, arms, designs }: DataConfoundInput): Confound[] {
  const facts = new Map(arms.map((each) => [each.armId, each]));
  const found = armPairs(plan, designs).flatMap((pair) => {
    const a = facts.get(pair.a.id);
    const b = facts.get(pair.b.id);
    if (!a || !b) return [];
    const findings: (Finding | null)[] = [
      servedFinding(pair, a, b),
      promptsFinding(pair, a, b),
      missingFinding(pair, a, b),
      ...incompleteFindings(pair, a, b),
      refusedFinding(pair, a, b),
      retryFinding(pair, a, b),
      timeFinding(pair, a, b, plan.connection.kind),
      ...spentFindings(pair, a, b),
    ];
    return findings.filter((each) => each !== null).map((each) => asConfound(pair, each));
  });
  return sortConfounds(found);
}

function servedFinding(pair: ArmPair, a: ArmFacts, b: ArmFacts): Finding | null {
  const differs = sharesDiffer(a.served, b.served);
  if (differs === null) return null;
  const details = { a: shares(a.served), b: shares(b.served) };
  const treatment = pair.kind === "variant" && pair.changed.includes("model");
  return {
    what: "model-served",
    class: treatment ? "treatment" : "fixable",
    severity: treatment || differs === "set" ? "high" : "medium",
    sentence:
      `The calls of ${named(pair.a)} were answered by ${details.a}, those of ${named(pair.b)} by ${details.b}. ` +
      (treatment
        ? "The model was set for the comparison: read the difference as its effect."
        : "Name one model for all arms, by its dated name where it has one, and run the experiment afresh."),
    details,
  };
}

function promptsFinding(pair: ArmPair, a: ArmFacts, b: ArmFacts): Finding | null {
  if (sharesDiffer(a.prompts, b.prompts) === null) return null;
  const details = { a: shares(a.prompts), b: shares(b.prompts) };
  return {
    what: "prompts",
    class: "fixable",
    severity: "medium",
    sentence:
      `Runs of ${named(pair.a)} were begun with the engine's texts of ${details.a}, those of ${named(pair.b)} with ${details.b}: ` +
      "Driftlab was updated between them. Run the experiment afresh with one version.",
    details,
  };
}

function missingFinding(pair: ArmPair, a: ArmFacts, b: ArmFacts): Finding | null {
  const total = ({ cells }: ArmFacts) => cells.done + cells.failed + cells.stopped + cells.waiting;
  const severity = rateSeverity([total(a) - a.cells.done, total(a)], [total(b) - b.cells.done, total(b)]);
  if (severity === null) return null;
  const words = (facts: ArmFacts) => {
    const { failed, stopped, waiting } = facts.cells;
    const parts = [failed > 0 ? `${failed} failed` : "", stopped > 0 ? `${stopped} stopped` : "", waiting > 0 ? `${waiting} waiting` : ""];
    return `${parts.filter(Boolean).join(", ") || "none"} of ${count(total(facts), "cell")}`;
  };
  const details = { a: words(a), b: words(b) };
  return {
    what: "incomplete",
    part: "cells",
    class: "fixable",
    severity,
    sentence:
      `Cells without a finished run: ${details.a} in ${named(pair.a)}, ${details.b} in ${named(pair.b)}. ` +
      "What is missing may not be like the rest. Go on with the experiment: the same plan runs only what is missing.",
    details,
  };
}

/** Runs that a limit cut off can be mended, runs that came to nothing by themselves are what the arm does. */
function incompleteFindings(pair: ArmPair, a: ArmFacts, b: ArmFacts): (Finding | null)[] {
  const cut = (facts: ArmFacts) =>
    facts.incompleteReasons.reduce((total, { value, count: n }) => total + (CUT_BY_LIMITS.includes(value) ? n : 0), 0);
  const own = (facts: ArmFacts) => facts.status.incomplete - cut(facts);
  const finding = (part: string, of: (facts: ArmFacts) => number, fixable: boolean, says: string, advice: string): Finding | null => {
    const severity = rateSeverity([of(a), a.runs.length], [of(b), b.runs.length]);
    if (severity === null) return null;
    const words = (facts: ArmFacts) => {
      const why = facts.incompleteReasons.filter(({ value }) => CUT_BY_LIMITS.includes(value) === fixable);
      const reasons = why.map(({ value, count: n }) => `${value} ${n}`).join(", ");
      return `${ofRuns(of(facts), facts)}${reasons === "" ? "" : ` (${reasons})`}`;
    };
    const details = { a: words(a), b: words(b) };
    return {
      what: "incomplete",
      part,
      class: fixable ? "fixable" : "consequence",
      severity,
      sentence: `${says}: ${details.a} in ${named(pair.a)}, ${details.b} in ${named(pair.b)}. ${advice}`,
      details,
    };
  };
  return [
    finding(
      "limit",
      cut,
      true,
      "Runs that a limit ended before there was a deliverable",
      "Raise that limit in the design and run it again.",
    ),
    finding(
      "own",
      own,
      false,
      "Runs that ended without a deliverable by themselves",
      "It is an outcome: read the means with these at best and at worst beside the primary ones.",
    ),
  ];
}

function refusedFinding(pair: ArmPair, a: ArmFacts, b: ArmFacts): Finding | null {
  const severity = rateSeverity([a.status.refused, a.runs.length], [b.status.refused, b.runs.length]);
  if (severity === null) return null;
  const details = { a: ofRuns(a.status.refused, a), b: ofRuns(b.status.refused, b) };
  return {
    what: "refused",
    class: "consequence",
    severity,
    sentence:
      `Refused: ${details.a} in ${named(pair.a)}, ${details.b} in ${named(pair.b)}. ` +
      "A refusal is an outcome: read the rates themselves, and the means with and without refusals.",
    details,
  };
}

function retryFinding(pair: ArmPair, a: ArmFacts, b: ArmFacts): Finding | null {
  const severity = rateSeverity([a.retries, callsOf(a)], [b.retries, callsOf(b)]);
  if (severity === null) return null;
  const words = (facts: ArmFacts) => `${facts.retries === 1 ? "1 retry" : `${facts.retries} retries`} in ${count(callsOf(facts), "call")}`;
  const details = { a: words(a), b: words(b) };
  return {
    what: "retries",
    class: "fixable",
    // A retry sends the very same request again: it costs time and tokens, and hardly changes what is answered.
    severity: severity === "high" ? "medium" : "low",
    sentence:
      `Calls were sent again more often in one arm: ${details.a} in ${named(pair.a)}, ${details.b} in ${named(pair.b)}. ` +
      "Run fewer cells at once or at a quieter time, so that both arms meet the same server.",
    details,
  };
}

/** Calls and tokens of a run, over the tasks that both arms have finished, tasks counting equally (M14). */
function spentFindings(pair: ArmPair, a: ArmFacts, b: ArmFacts): (Finding | null)[] {
  const tasks = new Set(a.runs.map((run) => run.taskId).filter((id) => b.runs.some((run) => run.taskId === id)));
  if (tasks.size === 0) return [];
  const finding = (
    what: "calls" | "tokens",
    part: string | undefined,
    words: string,
    of: (run: ArmFacts["runs"][number]) => number | null,
  ) => {
    // Where a server did not say what its calls took, nothing can be compared (M21).
    if ([...a.runs, ...b.runs].some((run) => tasks.has(run.taskId) && of(run) === null)) return null;
    const typical = (facts: ArmFacts) =>
      median([...tasks].map((id) => median(facts.runs.filter((run) => run.taskId === id).map((run) => of(run) ?? 0))));
    const [inA, inB] = [typical(a), typical(b)];
    const [least, most] = [Math.min(inA, inB), Math.max(inA, inB)];
    if (most === least || most < RATIO_SHOWN * least) return null;
    const missed = pair.b.baseline === "budget-matched" && part === "output";
    const severity: Severity = most >= RATIO_OF.high * least ? "high" : most >= RATIO_OF.medium * least ? "medium" : "low";
    const details = { a: tidy(inA), b: tidy(inB) };
    const times = least > 0 ? `, ${Number((most / least).toPrecision(2))} times as many in ${named(inA > inB ? pair.a : pair.b)}` : "";
    const advice = missed
      ? "The budget was to make them equal: freeze a new one from these runs and run the arm again."
      : "It follows from the treatment: shown, and never adjusted for.";
    const result: Finding = {
      what,
      ...(part === undefined ? {} : { part }),
      class: missed ? "fixable" : "consequence",
      severity,
      sentence: `${words} of a run (median): ${details.a} in ${named(pair.a)}, ${details.b} in ${named(pair.b)}${times}. ${advice}`,
      details,
    };
    return result;
  };
  return [
    finding("calls", undefined, "Calls", (run) => run.calls),
    finding("tokens", "input", "Input tokens", (run) => run.inputTokens),
    finding("tokens", "output", "Output tokens", (run) => run.outputTokens),
  ];
}

function callsOf(facts: ArmFacts): number {
  return facts.runs.reduce((total, run) => total + run.calls, 0);
}

function ofRuns(n: number, facts: ArmFacts): string {
  return `${n} of ${count(facts.runs.length, "run")}`;
}

type Share = readonly [seen: number, of: number];

/** How far two rates are apart, in words; null where too little, or where one of them has nothing behind it. */
function rateSeverity([seenA, ofA]: Share, [seenB, ofB]: Share): Severity | null {
  if (ofA === 0 || ofB === 0) return null;
  const apart = Math.abs(seenA / ofA - seenB / ofB);
  if (apart < RATE_SHOWN) return null;
  return apart >= RATE_OF.high ? "high" : apart >= RATE_OF.medium ? "medium" : "low";
}

/** `set`: one has a value that the other lacks; `share`: the same values in other shares; null: alike, or nothing to tell from. */
function sharesDiffer(a: readonly Counted[], b: readonly Counted[]): "set" | "share" | null {
  const [inA, inB] = [totalOf(a), totalOf(b)];
  if (inA === 0 || inB === 0) return null;
  const shareOf = (list: readonly Counted[], total: number, value: string) =>
    (list.find((each) => each.value === value)?.count ?? 0) / total;
  const values = [...new Set([...a, ...b].filter((each) => each.count > 0).map((each) => each.value))];
  if (values.some((value) => shareOf(a, inA, value) === 0 || shareOf(b, inB, value) === 0)) return "set";
  return values.some((value) => Math.abs(shareOf(a, inA, value) - shareOf(b, inB, value)) >= SERVED_SHARE) ? "share" : null;
}

function shares(list: readonly Counted[]): string {
  const seen = list.filter((each) => each.count > 0);
  if (seen.length === 1) return seen.map((each) => each.value).join("");
  return seen.map((each) => `${each.value} (${Math.round((100 * each.count) / totalOf(list))} %)`).join(", ");
}

function totalOf(list: readonly Counted[]): number {
  return list.reduce((total, each) => total + each.count, 0);
}

/** The middle value, or the mean of the two in the middle; never asked of no values. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

function tidy(value: number): string {
  return String(Math.round(value * 10) / 10);
}
