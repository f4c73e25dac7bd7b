/** Owns the shapes that travel between the lab and a screen. */
import type { AgentSpend, Confound } from "#shared/drift/confounds.ts";
import type { EffectStudy } from "#shared/drift/effect.ts";
import type { Badge, Code, Reason, Span, Standing, Verdict } from "#shared/drift/types.ts";
import type { Plan } from "#shared/experiment/plan.ts";
import type { Op } from "#shared/org/edit.ts";
import type { Org, Relay, Trait } from "#shared/org/schema.ts";
import type { Population } from "#shared/population/schema.ts";
import type { Problem } from "#shared/problem.ts";
import type { ChangeKind, EndReason, RunStatus, StampedEvent } from "#shared/run/events.ts";
import type { ToolSpec } from "#shared/run/messages.ts";
import type { PromptPart } from "#shared/run/prompt-part.ts";
import type { Suite } from "#shared/task/schema.ts";
import type { Report } from "#shared/drift/report.ts";

export interface AppInfo {
  version: string;
  host: "electron" | "browser" | "test";
  dataFile: string;
  readOnly: boolean;
  /** Why the store was opened read-only, as a sentence. */
  readOnlyReason: string | null;
  promptsVersion: string;
  /** The engine's own texts by name. */
  prompts: Record<string, string>;
  prices: {
    date: string;
    source: string;
    file: string | null;
    problem: string | null;
    models: { model: string; input: number; output: number }[];
  };
  keyStatus: KeyStatus;
}

/** Where the Anthropic key comes from; the key itself never travels. */
export type KeyStatus = "none" | "environment" | "typed";

/** Models that can be asked for: from the API where there is a key and a network, otherwise those with a known price. */
export interface ModelList {
  /** Newest first where the API gave them. */
  models: { model: string; name: string | null }[];
  from: "api" | "prices";
  /** Why they are not the API's own, as a sentence. */
  why: string | null;
}

/** What one agent's first request holds, in pieces with whose words each is. */
export interface AgentPreview {
  promptsVersion: string;
  model: string;
  maxOutputTokens: number;
  system: PromptPart[][];
  tools: ToolSpec[];
  /** What it is told when the work starts; null where it does not receive the brief. */
  start: PromptPart[] | null;
  /**
   * How its first mail would look: a sample message from each who can have written by then; null where nobody writes to it.
   * What others may send it in later rounds stands apart.
   */
  inbox: { header: PromptPart[]; messages: SampleMessage[]; later: SampleMessage[] } | null;
  /** Input tokens of that request, estimated. */
  tokens: number;
}

export interface SampleMessage {
  handoffId: string;
  from: string;
  relay: Relay;
  /** The block as each relay would show it. */
  blocks: Record<Relay, PromptPart[]>;
}

export interface OrgSummary {
  id: string;
  name: string;
  agents: number;
  handoffs: number;
  updatedAtMs: number;
  /** Put away: out of sight, nothing lost. */
  archived: boolean;
}

export interface OrgDraft {
  id: string;
  org: Org;
  revision: number;
}

/** What a tab is told of a draft: the whole of it at first (or after a gap), then each edit in order. */
export type DraftUpdate = { kind: "whole"; org: Org; revision: number } | { kind: "edit"; editId: string; ops: Op[]; revision: number };

/** A design that was kept: under a person's own name, or as a snapshot before something replaced it. */
export interface VersionSummary {
  id: string;
  orgId: string;
  name: string;
  kind: "named" | "snapshot";
  agents: number;
  handoffs: number;
  createdAtMs: number;
  /** Out of the list; can be taken back. */
  deleted: boolean;
}

export interface VersionDetail {
  summary: VersionSummary;
  org: Org;
}

export interface PresetInfo {
  name: string;
  org: Org;
}

export interface SuiteInfo {
  suite: Suite;
  builtIn: boolean;
  problems: Problem[];
}

export type ImportedOrg = { ok: true; id: string; problems: Problem[] } | { ok: false; problems: Problem[] };
export type ImportedSuite = { ok: true; suiteId: string; problems: Problem[] } | { ok: false; problems: Problem[] };

export type ImportedPopulation = { ok: true; population: Population; problems: Problem[] } | { ok: false; problems: Problem[] };

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

export interface DriftAnswer {
  summary: ExperimentSummary;
  report: Report;
  designs: Record<string, Org>;
  suite: Suite;
  /** By arm and agent; an agent that never had a turn is left out. */
  agents: Record<string, Record<string, AgentSpend>>;
}

/** One constraint on one text, as a screen shows it. */
export interface CodeView {
  constraintId: string;
  text: string;
  kind: string;
  /** Null like `held` where there is no probe. */
  code: Code | null;
  held: number | null;
  receiverHeld: number | null;
  verdict: Verdict;
  spans: Span[];
}

export interface HandoffView {
  runId: string;
  taskId: string;
  taskTitle: string;
  repeat: number;
  id: string;
  round: number;
  written: string;
  shown: string;
  /** This message's own (M2); what the edge lost in the run is the run's. */
  loss: number | null;
  reason: Reason | null;
  codes: CodeView[];
}

/** What an edge did to one constraint in one run, over all its messages (M2a). */
export interface EdgeCodeView {
  constraintId: string;
  text: string;
  kind: string;
  verdict: Verdict;
  standing: Standing;
  /** What it adds to the run's loss; null where it is not counted. */
  lost: number | null;
}

/** One run of an edge: what it lost there (M2a), how that comes about, and its messages in order. */
export interface EdgeRunView {
  runId: string;
  taskId: string;
  taskTitle: string;
  repeat: number;
  loss: number | null;
  reason: Reason | null;
  introduced: number;
  codes: EdgeCodeView[];
  messages: HandoffView[];
}

export interface EdgeRunPage {
  total: number;
  offset: number;
  runs: EdgeRunView[];
}

export interface DeliverableView {
  taskId: string;
  taskTitle: string;
  repeat: number;
  status: string;
  text: string | null;
  retention: number | null;
  asksMet: number | null;
  codes: CodeView[];
}

export interface RunView {
  runId: string;
  events: StampedEvent[];
}

export interface ExportedFile {
  fileName: string;
  text: string;
}

/** One run in a comparison of a run with its branches. */
export interface BranchFigures {
  runId: string;
  /** Null: the run that was branched. */
  how: ChangeKind | null;
  draw: number;
  /** Null: not ended, or failed. */
  status: RunStatus | null;
  failed: boolean;
  retention: number | null;
  asksMet: number | null;
  /** Of its own calls: what is shared with the parent is not paid again. Null: not known of one of them. */
  outputTokens: number | null;
  deliverable: string | null;
}

export interface BranchList {
  running: boolean;
  /** How the last work on them ended, where it did not simply finish. */
  message: string | null;
  parent: BranchFigures;
  branches: BranchFigures[];
}

/** What an effect study would take, from the handoffs that really can be drawn. */
export interface StudyForecast {
  ok: true;
  /** Handoffs: so many a task, in every task. */
  asked: number;
  drawn: number;
  /** Repeats that are branched; the others show which edge is bad. */
  fromRepeats: number[];
  /** Of the drawn: those that enter as 0 and are not run again. */
  nothingLost: number;
  /** Of the drawn: those that lost something and cannot be repaired. */
  notRepairable: number;
  /** Runs of the rest, over all three sides. */
  runs: number;
}

/** An effect study (M5, M6) and how far it is. */
export interface StudyView {
  id: string;
  armId: string;
  edges: { edgeId: string; selected: boolean }[];
  checkpointsPerTask: number;
  drawsPerSide: number;
  drawn: number;
  lossy: number;
  /** Why some handoffs cannot be repaired, as sentences. */
  notRepaired: string[];
  done: number;
  failed: number;
  total: number;
  running: boolean;
  message: string | null;
  createdAtMs: number;
  result: EffectStudy;
}
