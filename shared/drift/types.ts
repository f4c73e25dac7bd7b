/** Owns the types of measured things: codes, estimates, intervals, reasons, badges. */

/** preserved 1, weakened 0.5, absent 0, contradicted −1. */
export type Code = 1 | 0.5 | 0 | -1;

/** Characters `start` (included) to `end` (excluded) of a text, and what was read there. */
export interface Span {
  start: number;
  end: number;
  verdict: "preserved" | "weakened" | "contradicted";
}

/** What a probe read in one text about one constraint. */
export interface Coded {
  code: Code;
  spans: Span[];
}

/** M8: what kind of figure this is. */
export type Badge = "observed" | "interventional" | "simulated";

/** M21: why a figure is null. */
export type Reason =
  | "nothing-to-lose"
  | "nothing-to-carry"
  | "too-few"
  | "no-variance"
  | "refused"
  | "incomplete"
  | "failed"
  | "void"
  | "no-probe"
  | "unknown-price"
  /** A server did not say how many tokens a call took. */
  | "no-usage"
  | "not-fired"
  | "no-runs";

/** Which of an interval's ends is the one that was estimated. */
export type Side = (typeof SIDES)[number];
export const SIDES = ["at-most", "at-least"] as const;

export interface Interval {
  low: number;
  high: number;
  /** Nominal coverage, e.g. 0.95. */
  level: number;
  /** Where only one end was estimated (M16: none seen): said as "at most high" or "at least low", the other end is the scale's own. */
  oneSided: Side | null;
}

/** A figure with its uncertainty. `mean` null always comes with a reason; an interval may be null with one too. */
export interface Estimate {
  mean: number | null;
  interval: Interval | null;
  reason: Reason | null;
  /** Tasks (clusters) behind it, M14. */
  tasks: number;
  /** M14: what the interval speaks about. */
  scope: "tasks like these" | "these tasks only";
  /** Things to say beside the figure, e.g. `few-tasks`, `clipped`. */
  flags: string[];
}

/** M3: parts that add up to the loss. */
export interface Parts {
  omitted: number;
  weakened: number;
  contradicted: number;
}

/** What became of one constraint in one handoff, in words a teacher can read aloud. */
export type Verdict =
  | "kept"
  | "weakened"
  | "dropped here"
  | "contradicted"
  | "lost upstream"
  | "introduced"
  | "inherited"
  | "already known"
  | "not in scope"
  | "no probe";

/** Whether a constraint enters an edge's loss, or why not. */
export type Standing = "counted" | "already held" | "inherited" | "not held" | "not in scope" | "no probe";
