/** Owns the types of what was measured on one run: every handoff, every edge, the deliverable. */
import type { Code, Parts, Reason, Span, Verdict } from "#shared/drift/types.ts";

/** One constraint on one text. */
export interface ConstraintCode {
  constraintId: string;
  /** M1: what the writer held, 0, 0.5 or 1; null like the next two where there is no probe (M21). */
  held: number | null;
  /** What the receiver held before. */
  receiverHeld: number | null;
  code: Code | null;
  verdict: Verdict;
  /** Where in the shown text it was read. */
  spans: Span[];
}

export interface HandoffMeasure {
  id: string;
  messageId: string;
  edgeId: string;
  source: string;
  target: string;
  round: number;
  codes: ConstraintCode[];
  /** M2, 0 to 3; null with a reason. */
  loss: number | null;
  reason: Reason | null;
  parts: Parts | null;
  /** M2b: contradictions that began here beside the loss. */
  introduced: number;
}

/** M2a: one edge in one run. */
export interface EdgeRunMeasure {
  edgeId: string;
  handoffs: number;
  loss: number | null;
  reason: Reason | null;
  parts: Parts | null;
  introduced: number;
}

export interface AskMeasure {
  askId: string;
  met: boolean | null;
  spans: Span[];
}

export interface DeliverableMeasure {
  codes: ConstraintCode[];
  /** M4: Σ w·code / Σ w, −1 to 1. */
  retention: number | null;
  retentionReason: Reason | null;
  /** Its own loss against what its writer held. */
  loss: number | null;
  lossReason: Reason | null;
  parts: Parts | null;
  introduced: number;
  asks: AskMeasure[];
  /** Weighted share of asks met, 0 to 1. */
  asksMet: number | null;
  asksReason: Reason | null;
}

export interface RunMeasure {
  handoffs: HandoffMeasure[];
  edges: EdgeRunMeasure[];
  deliverable: DeliverableMeasure;
}
