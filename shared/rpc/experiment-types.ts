/** Owns the shapes of plans, experiments and cells that travel between the lab and a screen. */
import type { Confound } from "#shared/drift/confounds.ts";
import type { Badge } from "#shared/drift/types.ts";
import type { Plan } from "#shared/experiment/plan.ts";
import type { Org, Trait } from "#shared/org/schema.ts";
import type { Problem } from "#shared/problem.ts";
import type { EndReason } from "#shared/run/events.ts";
import type { Suite } from "#shared/task/schema.ts";

export interface CellCounts {
  done: number;
  failed: number;
  stopped: number;
  waiting: number;
}

export interface ExperimentSummary {
  id: string;
  name: string;
  planHash: string;
  badge: Badge;
  createdAtMs: number;
  archived: boolean;
  running: boolean;
  /** Cells whose run was cut off when Driftlab ended. */
  interrupted: number;
  counts: CellCounts;
  tasks: number;
  repeats: number;
  arms: { id: string; kind: "org" | "solo"; name: string }[];
}

export interface Range {
  low: number;
  high: number;
}

/** What is left of a plan, in cells, calls, output tokens and US dollars. */
export interface ForecastInfo {
  planHash: string;
  /** All cells of the plan, those that are done among them. */
  cells: number;
  done: number;
  calls: Range;
  outputTokens: Range;
  /** Null where a model's price is not known. */
  usd: Range | null;
  basis: "structure" | "partly" | "past runs";
  pastRuns: number;
  arms: { id: string; kind: "org" | "solo"; name: string }[];
  /** Models whose price is not known: with one of them no cap in dollars can hold. */
  unpriced: string[];
  /** What the simulated population names that no org of the plan has. */
  strays: string[];
  /** How the arms differ in more than what is compared, from their designs (M13). */
  confounds: Confound[];
  /** Orgs that run, but have something to look at: what their own problem list says, without the errors that keep one from running. */
  orgWarnings: { orgId: string; name: string; messages: string[] }[];
  /** An experiment with this very plan, which would be gone on with. */
  existing: string | null;
}

export type PlanAnswer = { ok: true; forecast: ForecastInfo } | { ok: false; problems: Problem[] };
export type StartAnswer = { ok: true; id: string; existing: boolean } | { ok: false; problems: Problem[] };

/** What a sweep or a share of traits can set in all chosen orgs alike, and who writes in any of them. */
export interface Variable {
  /** Handoffs; the value is what names one in a sweep. */
  edges: { value: string; label: string }[];
  /** Every handoff of any of the orgs by its id, named by its ends. */
  handoffs: { id: string; label: string }[];
  /** Every role of any of the orgs, and that of one agent alone. */
  roles: string[];
  /** Traits that have instructions in every org, with the shares of agents that can be given in full. */
  traits: { trait: Trait; shares: { value: string; label: string }[] }[];
}

/** One letter a cell: . waiting, r running, d complete, i incomplete, u refused, f failed, s stopped, x interrupted. */
export type CellLetter = "." | "r" | "d" | "i" | "u" | "f" | "s" | "x";

/** How many requests a connection has out and takes. */
export interface PaceInfo {
  inFlight: number;
  /** Most requests at once at present. */
  limit: number;
  waiting: number;
  /** How often the server said "too many". */
  cuts: number;
  /** Seconds for which the server asked to be left alone; null for none. */
  heldSeconds: number | null;
}

/** The live picture of an experiment. */
export interface ExperimentView {
  id: string;
  name: string;
  badge: Badge;
  running: boolean;
  counts: CellCounts;
  /** Letters of repeats 1…n by arm and task. */
  cells: { armId: string; taskId: string; letters: string }[];
  /** Of each arm: turns under way by agent, messages sent by handoff, the end of what is being written now. */
  live: { armId: string; busy: Record<string, number>; sent: Record<string, number>; words: { agent: string; text: string }[] }[];
  /** Null where nothing is sent: when it rests, and with the simulated population. */
  pace: PaceInfo | null;
  /** Cells under way and waiting, over all experiments. */
  queue: { active: number; waiting: number };
  retries: number;
  lastRetry: string | null;
  /** Null: not known of one call. */
  outputTokens: number | null;
  costUsd: number | null;
  /** The caps, and what counts against them: also calls that broke on the way. Null where there is no such cap. */
  caps: { outputTokens: { cap: number; used: number } | null; usd: { cap: number; used: number | null } | null };
  /** Cells whose run was cut off when Driftlab ended. */
  interrupted: number;
  /** Whether it rests because a cap leaves no room. */
  capReached: boolean;
  /** How the last run ended, where it was not simply finished. */
  message: string | null;
  firstFailure: string | null;
  /** Why cells failed, the most frequent sentence first; three at most. */
  failures: { sentence: string; cells: number }[];
}

/** One cell, looked into; while it runs, as far as it is. */
export interface CellView {
  letter: CellLetter;
  /** Why it failed, as a sentence with its code. */
  failure: string | null;
  /** Null: it has not ended by itself. */
  endReason: EndReason | null;
  /** `by`: who wrote it, where that is known. */
  deliverable: { by: string | null; text: string } | null;
  /** What was written, in order. */
  messages: CellMessage[];
}

export interface CellMessage {
  id: string;
  round: number;
  /** Names of agents. */
  from: string;
  to: string;
  text: string;
  fate: "waiting" | "read" | "never-read";
}

export interface ExperimentDetail {
  summary: ExperimentSummary;
  plan: Plan;
  /** The designs that are run, by arm id. */
  designs: Record<string, Org>;
  suite: Suite;
}
