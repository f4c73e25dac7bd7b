/** Owns how drift is drawn: bands of colour and thickness, labels, words for what cannot be computed. Pure. */
import type { AgentSpend } from "#shared/drift/confounds.ts";
import type { ComparisonReport, EdgeReport } from "#shared/drift/report.ts";
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
  { upTo: 0.2, color: "var(--d1)", width: 3.5, label: "≤ .20" },
  { upTo: 0.35, color: "var(--d2)", width: 5, label: "≤ .35" },
  { upTo: Number.POSITIVE_INFINITY, color: "var(--d3)", width: 7, label: "> .35" },
];

export function bandOf(mean: number): Band {
  return BANDS.find((band) => mean <= band.upTo) ?? (BANDS.at(-1) as Band);
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
  return interval.oneSided ? `≤ ${figure(interval.high)}` : `${figure(interval.low)}–${figure(interval.high)}`;
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
    spoken: `${edge.direction}: drift ${figure(mean)}, ${detail}`,
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

export type SortKey = "direction" | "drift" | "omitted" | "weakened" | "contradicted" | "introduced" | "fired" | "handoffs";

/** Edges in the order of a column; what cannot be computed stands last either way. */
export function sortEdges(edges: readonly EdgeReport[], key: SortKey, descending: boolean): EdgeReport[] {
  const value = (edge: EdgeReport): number | string | null => {
    if (key === "direction") return edge.direction;
    if (key === "drift") return edge.drift.mean;
    if (key === "introduced") return edge.introduced;
    if (key === "fired") return edge.runs === 0 ? null : edge.runsFired / edge.runs;
    if (key === "handoffs") return edge.handoffs;
    return edge.parts?.[key] ?? null;
  };
  return [...edges].sort((a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    const order = typeof left === "string" ? left.localeCompare(String(right)) : left - Number(right);
    return descending ? -order : order;
  });
}

/** M16: a ranking holds only edges that fired in at least five tasks. */
export function rankable(edges: readonly EdgeReport[]): EdgeReport[] {
  return edges.filter((edge) => edge.drift.mean !== null && edge.drift.tasks >= 5);
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

/** A text cut at its highlighted spans. Where spans overlap, the gravest reading is shown. */
export function pieces(text: string, codes: readonly { constraintId: string; spans: readonly Span[] }[]): Piece[] {
  const cuts = new Set([0, text.length]);
  for (const { spans } of codes)
    for (const { start, end } of spans) {
      cuts.add(Math.max(0, Math.min(start, text.length)));
      cuts.add(Math.max(0, Math.min(end, text.length)));
    }
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
  const what = comparison.endpoint === "effectiveness" ? "meets asks" : "keeps to the ledger";
  if (estimate === null) return "cannot be compared yet";
  if (!interval) return `${signed(estimate)}; too few tasks to say how sure`;
  if (interval.low > 0) return `the org ${what} better`;
  if (interval.high < 0) return `the org ${what} worse`;
  return "no clear difference";
}
