/** Owns edits of one or several agents that the inspector offers beyond single fields. Pure: design in, edit out. */
import type { Edit, Op } from "#shared/org/edit.ts";
import type { Agent, Org, Settings, Trait } from "#shared/org/schema.ts";
import { nameOf } from "#renderer/design/edits.ts";
import { withSetting } from "#renderer/design/settings-inputs.tsx";

/** Which of an agent's texts is meant: its base text, or a variant. */
export type TextKind = "base" | Trait;

export const TEXT_NAMES: Record<TextKind, string> = { base: "Base", "goal-pressed": "Goal-pressed", "red-team": "Red-team" };

/** An agent's text of a kind; empty where it has none. */
export function textOfKind(agent: Agent, kind: TextKind): string {
  return kind === "base" ? agent.instructions : (agent.variants[kind] ?? "");
}

/** Sets one of an agent's texts; an empty variant is none. All of one session is one undo step. */
export function setText(org: Org, id: string, kind: TextKind, text: string, sessionMs: number): Edit {
  const variants = org.agents.find((agent) => agent.id === id)?.variants ?? {};
  const op: Op =
    kind === "base"
      ? { op: "set", in: "agents", id, field: "instructions", value: text }
      : { op: "set", in: "agents", id, field: "variants", value: withVariant(variants, kind, text) };
  const what = kind === "base" ? "instructions" : `${TEXT_NAMES[kind].toLowerCase()} instructions`;
  return { name: `change ${what} of ${nameOf(org, id)}`, ops: [op], coalesce: `text:${id}:${kind}:${sessionMs}` };
}

function withVariant(variants: Agent["variants"], trait: Trait, text: string): Agent["variants"] {
  if (text !== "") return { ...variants, [trait]: text };
  const { [trait]: _, ...rest } = variants;
  return rest;
}

/** What several agents have of something: the one value, or that they differ. */
export type Shared<T> = { mixed: false; value: T } | { mixed: true };

export function sharedOf<T>(agents: readonly Agent[], read: (agent: Agent) => T): Shared<T | undefined> {
  const [first, ...rest] = agents.map((agent) => read(agent));
  return rest.every((each) => Object.is(each, first)) ? { mixed: false, value: first } : { mixed: true };
}

/** The value where all have the same, else null. */
export function valueOf<T>(shared: Shared<T | undefined>): T | null {
  return shared.mixed ? null : (shared.value ?? null);
}

/** Sets one field of several agents, as one undo step. */
export function setAgents<K extends "model" | "memory" | "role">(ids: readonly string[], field: K, value: Agent[K]): Edit {
  return {
    name: `change ${field} of ${ids.length} agents`,
    ops: ids.map((id): Op => ({ op: "set", in: "agents", id, field, value })),
    coalesce: `agents:${field}:${ids.join(",")}`,
  };
}

/** Sets one setting of several agents, as one undo step; each keeps its others. Null takes it away: the org's default counts. */
export function setAgentsSetting(org: Org, ids: readonly string[], field: keyof Settings & string, value: unknown): Edit {
  return {
    name: `change ${SETTING_NAMES[field] ?? field} of ${ids.length} agents`,
    ops: settingsOps(org, ids, (settings) => withSetting(settings, field, value)),
    coalesce: `agents:${field}:${ids.join(",")}`,
  };
}

const SETTING_NAMES: Record<string, string> = { maxOutputTokens: "most output tokens" };

/** Takes model, tokens, effort and thinking of their own away from several agents, so that the org's defaults count. */
export function takeDefaults(org: Org, ids: readonly string[]): Edit {
  const plain = (settings: Settings) =>
    (["maxOutputTokens", "effort", "thinking"] as const).reduce((rest, field) => withSetting(rest, field, null), settings);
  return {
    name: `give ${ids.length} agents the org’s defaults`,
    ops: [...ids.map((id): Op => ({ op: "set", in: "agents", id, field: "model", value: null })), ...settingsOps(org, ids, plain)],
  };
}

function settingsOps(org: Org, ids: readonly string[], change: (settings: Settings) => Settings): Op[] {
  return org.agents
    .filter((agent) => ids.includes(agent.id))
    .map((agent): Op => ({ op: "set", in: "agents", id: agent.id, field: "settings", value: change(agent.settings) }));
}
