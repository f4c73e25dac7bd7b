/** Owns how drift is drawn: bands of colour and thickness, labels, words for what cannot be computed. Pure. */
import type { AgentSpend } from "#shared/drift/confounds.ts";
import type { ComparisonReport, EdgeReport } from "#shared/drift/report.ts";
import { reachableFrom } from "#shared/org/graph.ts";
import type { Org } from "#shared/org/schema.ts";
import type { Span } from "#shared/drift/types.ts";
import type { HandoffEdgeData } from "#renderer/canvas/handoff-edge.tsx";
import { figure, plural, REASON_WORDS, signed } from "#renderer/ui/words.ts";

export interface Band {
  /** Upper end, included. */
  upTo: number;
  color: string;
  width: number;
  label: string;
}

export const BANDS: readonly Band[] = [
  { upTo: 0.1, color: "var(--d0)", width: 2, label: "≤ .10" },
  { upTo: 0.2, color: "var(--d1)", width: 3.2, label: "≤ .20" },
  { upTo: 0.35, color: "var(--d2)", width: 4.6, label: "≤ .35" },
  { upTo: 0.7, color: "var(--d3)", width: 6, label: "≤ .70" },
  { upTo: 1.4, color: "var(--d4)", width: 7.5, label: "≤ 1.40" },
  { upTo: Number.POSITIVE_INFINITY, color: "var(--d5)", width: 9, label: "> 1.40" },
];

/** By the figure as it is shown: two that read alike look alike. */
export function bandOf(mean: number): Band {
  const shown = Number(mean.toFixed(2));
  return BANDS.find((band) => shown <= band.upTo) ?? (BANDS.at(-1) as Band);
}

/** What stands for words where a label has no room for them; the legend says so. */
export const UNKNOWN = "?";
export const NOTHING = "∅";

/** `fired 42 %` where an edge was silent in some runs; empty where it always fired. */
export function firingWords(edge: Pick<EdgeReport, "runs" | "runsFired">): string {
  if (edge.runs === 0 || edge.runsFired === edge.runs) return "";
  return `fired ${Math.round((100 * edge.runsFired) / edge.runs)} %`;
}

/** The range as a label has room for it. */
export function rangeWords(edge: Pick<EdgeReport, "drift">): string {
  const { interval, reason } = edge.drift;
  if (!interval) return reason ? REASON_WORDS[reason] : "";
  const { low, high, oneSided } = interval;
  if (oneSided === "at-most") return `≤ ${figure(high)}`;
  return oneSided === "at-least" ? `≥ ${figure(low)}` : `${figure(low)}–${figure(high)}`;
}

/** What an edge looks like on the drift map. Nothing that cannot be computed is drawn as a zero (M21). */
export function driftEdge(edge: EdgeReport): Partial<HandoffEdgeData> {
  const { mean, interval, tasks, flags } = edge.drift;
  const firing = firingWords(edge);
  if (mean === null) {
    const why = edge.drift.reason ? REASON_WORDS[edge.drift.reason] : "nothing measured";
    return {
      label: firing || why,
      detail: firing ? why : "",
      short: edge.drift.reason?.startsWith("nothing") ? NOTHING : UNKNOWN,
      must: true,
      color: "var(--d0)",
      width: 1.5,
      dash: "2 5",
      mark: "",
      quiet: true,
      spoken: `${edge.direction}: ${why}`,
    };
  }
  const band = bandOf(mean);
  const detail = [rangeWords(edge), plural(tasks, "task"), firing, flags.includes("few-tasks") ? "few" : ""].filter(Boolean).join(" · ");
  return {
    label: figure(mean),
    detail,
    must: true,
    color: band.color,
    width: interval ? band.width : 1.5,
    dash: interval ? "" : "2 5",
    level: Math.round(mean * 100) + 1,
    mark: interval && band !== BANDS[0] ? band.color : "",
    quiet: !interval,
    spoken: `${edge.direction}: loss ${figure(mean)}, ${detail}`,
  };
}

/** `1.4 turns · 3.1k tokens`, what an agent took on average in a run; empty where it had no turn. */
export function spendWords(spend: AgentSpend | undefined): string {
  if (!spend) return "";
  const turns = `${spend.turns.toFixed(1)} ${spend.turns.toFixed(1) === "1.0" ? "turn" : "turns"}`;
  if (spend.outputTokens === null) return turns;
  const tokens = spend.outputTokens < 1_000 ? String(Math.round(spend.outputTokens)) : `${(spend.outputTokens / 1_000).toFixed(1)}k`;
  return `${turns} · ${tokens} tokens`;
}

export type SortKey =
  | "direction"
  | "drift"
  | "measured"
  | "fired"
  | "perRun"
  | "omitted"
  | "weakened"
  | "contradicted"
  | "introduced"
  | "handoffs";

/** Columns that hold estimates: there an edge with too few tasks or runs behind it is in no order with the others. */
const ESTIMATES: ReadonlySet<SortKey> = new Set(["drift", "perRun", "omitted", "weakened", "contradicted"]);

/** An edge that fired in fewer tasks is in no ranking (M16). */
const LEAST_TASKS = 5;

/** Whether an edge's figure in a column has too little behind it to be ranked. */
export function isTooFew(edge: EdgeReport, key: SortKey): boolean {
  const { interval, tasks } = key === "perRun" ? edge.perRun : edge.drift;
  return ESTIMATES.has(key) && (interval === null || tasks < LEAST_TASKS);
}

/** Edges in the order of a column; either way those with too few behind the figure stand last, what cannot be computed behind them. */
export function sortEdges(edges: readonly EdgeReport[], key: SortKey, descending: boolean): EdgeReport[] {
  const value = (edge: EdgeReport): number | string | null => {
    if (key === "direction") return edge.direction;
    if (key === "drift") return edge.drift.mean;
    if (key === "perRun") return edge.perRun.mean;
    if (key === "measured") return edge.runsFired === 0 ? null : edge.measured / edge.runsFired;
    if (key === "fired") return edge.runs === 0 ? null : edge.runsFired / edge.runs;
    if (key === "omitted" || key === "weakened" || key === "contradicted") return edge.parts?.[key] ?? null;
    return edge[key];
  };
  const group = (edge: EdgeReport) => (value(edge) === null ? 2 : isTooFew(edge, key) ? 1 : 0);
  return [...edges].sort((a, b) => {
    const apart = group(a) - group(b);
    const left = value(a);
    const right = value(b);
    if (apart !== 0 || left === null || right === null) return apart;
    const order = typeof left === "string" ? left.localeCompare(String(right)) : left - Number(right);
    return descending ? -order : order;
  });
}

/** The agent that an edge ends at, where nothing it receives can get from it to a deliverable; null where something can. */
export function deadEnd(design: Org, edge: Pick<EdgeReport, "target">): string | null {
  const reached = reachableFrom(design, [edge.target]);
  if (design.agents.some((agent) => agent.delivers && reached.has(agent.id))) return null;
  return design.agents.find((agent) => agent.id === edge.target)?.name ?? edge.target;
}

/** M16: a ranking holds only edges that fired in at least five tasks. */
export function rankable(edges: readonly EdgeReport[]): EdgeReport[] {
  return edges.filter((edge) => edge.drift.mean !== null && edge.drift.tasks >= LEAST_TASKS);
}

/** The edge that loses most among those that fired in at least five tasks (M16). */
export function worstEdge(edges: readonly EdgeReport[]): EdgeReport | null {
  const [top] = sortEdges(rankable(edges), "drift", true);
  return top && (top.drift.mean ?? 0) > 0 ? top : null;
}

/** Whether the interval of the top edge lies above that of every other: only then is it said that most is lost there. */
export function standsOut(edges: readonly EdgeReport[]): boolean {
  const [top, ...others] = sortEdges(rankable(edges), "drift", true);
  const low = top?.drift.interval?.low;
  return low !== undefined && others.every((edge) => edge.drift.interval !== null && edge.drift.interval.high < low);
}

export interface Piece {
  text: string;
  verdict: Span["verdict"] | null;
  /** Constraints whose words these are. */
  constraints: string[];
}

const INSIDE_WORDS = /[\p{L}\p{N}\p{M}_’'-]/u;

/** A span out to the ends of its words: a pattern may end in the middle of one, a reader does not. */
export function toWordEnds({ start, end, verdict }: Span, text: string): Span {
  let from = Math.max(0, Math.min(start, text.length));
  let to = Math.max(from, Math.min(end, text.length));
  if (from === to) return { start: from, end: to, verdict };
  const joined = (at: number) => INSIDE_WORDS.test(text[at - 1] ?? "") && INSIDE_WORDS.test(text[at] ?? "");
  while (joined(from)) from -= 1;
  while (joined(to)) to += 1;
  return { start: from, end: to, verdict };
}

/** A text cut at its highlighted words. Where they overlap, the gravest reading is shown. */
export function pieces(text: string, read: readonly { constraintId: string; spans: readonly Span[] }[]): Piece[] {
  const codes = read.map(({ constraintId, spans }) => ({ constraintId, spans: spans.map((span) => toWordEnds(span, text)) }));
  const cuts = new Set([0, text.length, ...codes.flatMap(({ spans }) => spans.flatMap(({ start, end }) => [start, end]))]);
  const order = [...cuts].sort((a, b) => a - b);
  const gravity = { contradicted: 3, weakened: 2, preserved: 1 } as const;
  return order.slice(0, -1).map((start, index) => {
    const end = order[index + 1] as number;
    const over = codes.flatMap(({ constraintId, spans }) =>
      spans.filter((span) => span.start <= start && span.end >= end).map((span) => ({ constraintId, verdict: span.verdict })),
    );
    const gravest = over.reduce<Span["verdict"] | null>(
      (worst, each) => (worst === null || gravity[each.verdict] > gravity[worst] ? each.verdict : worst),
      null,
    );
    return { text: text.slice(start, end), verdict: gravest, constraints: [...new Set(over.map((each) => each.constraintId))] };
  });
}

/** A sentence for a comparison, as one would say it. */
export function comparisonWords(comparison: ComparisonReport): string {
  const { estimate, interval } = comparison;
  const { reason } = comparison;
  if (estimate === null)
    return reason === null || reason === "no-runs" ? "cannot be compared yet" : `cannot be compared: ${REASON_WORDS[reason]}`;
  if (!interval)
    return `${signed(estimate)}; ${reason === "no-variance" ? "all alike, so nothing says" : "too few tasks or runs to say"} how sure`;
  if (interval.low > 0) return "the org does better";
  if (interval.high < 0) return "the org does worse";
  return "no clear difference";
}
