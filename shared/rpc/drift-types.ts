/** Owns the shapes of results, branches and studies that travel between the lab and a screen. */
import type { AgentSpend } from "#shared/drift/confounds.ts";
import type { EffectStudy } from "#shared/drift/effect.ts";
import type { Code, Reason, Span, Standing, Verdict } from "#shared/drift/types.ts";
import type { Org } from "#shared/org/schema.ts";
import type { ChangeKind, RunStatus, StampedEvent } from "#shared/run/events.ts";
import type { Suite } from "#shared/task/schema.ts";
import type { Report } from "#shared/drift/report.ts";
import type { ExperimentSummary } from "#shared/rpc/experiment-types.ts";

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
