/** Owns the shapes of orgs, versions, suites and files that travel between the lab and a screen. */
import type { Op } from "#shared/org/edit.ts";
import type { Org, Relay } from "#shared/org/schema.ts";
import type { Population } from "#shared/population/schema.ts";
import type { Problem } from "#shared/problem.ts";
import type { ToolSpec } from "#shared/run/messages.ts";
import type { PromptPart } from "#shared/run/prompt-part.ts";
import type { Suite } from "#shared/task/schema.ts";

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

export interface ExportedFile {
  fileName: string;
  text: string;
}
