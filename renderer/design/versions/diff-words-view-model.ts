/** Owns how the differences between two designs are put into words. Pure. */
import { isSame, type FieldChange, type ListDiff, type OrgDiff } from "#shared/org/diff.ts";
import { COLLECTIONS, type Collection } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import type { Segment } from "#shared/org/text-diff.ts";
import { relayWords } from "#renderer/canvas/view-model.ts";
import { plural } from "#renderer/ui/words.ts";

const FIELDS: Record<string, string> = {
  receivesBrief: "receives the brief",
  memoryOverflow: "when memory is full",
  maxOutputTokens: "most output tokens",
  turnsPerAgent: "turns per agent",
  outputTokens: "output tokens per run",
  wallClockMs: "time per run (ms)",
  costUsd: "dollars per run",
  turnsAtOnce: "turns at a time",
  contextTokens: "window (tokens)",
  relay: "what travels",
  source: "from",
  target: "to",
};

/** `["settings", "effort"]` as "effort"; a default of the org says so. */
export function fieldName(path: readonly string[]): string {
  const last = path.at(-1) ?? "";
  const name = FIELDS[last] ?? last;
  if (path[0] === "defaults") return `default ${name}`;
  if (path[0] === "limits") return `limit: ${name}`;
  if (path[0] === "variants") return `instructions, ${name}`;
  return name;
}

/** The names of fields that differ, short: "instructions, model and 2 more". */
export function changedFields(fields: readonly FieldChange[]): string {
  const names = [...new Set(fields.map((field) => fieldName(field.path)))];
  return names.length <= 2 ? names.join(", ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

/** A value for people; ids of agents as their names. */
export function valueWords(value: unknown, path: readonly string[], org: Org): string {
  const nameOf = (id: unknown) => org.agents.find((agent) => agent.id === id)?.name ?? String(id);
  const last = path.at(-1);
  if (value === undefined) return "not set";
  if (value === null) return last === "model" ? "the org’s default" : "none";
  if (value === "") return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (last === "source" || last === "target") return nameOf(value);
  if (last === "relay" && typeof value === "string") return relayWords(value);
  if (Array.isArray(value))
    return value.length === 0 ? "nothing" : value.map((each) => (last === "agents" ? nameOf(each) : wordOf(each))).join(", ");
  return wordOf(value);
}

function wordOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}

const ONE: Record<Collection, string> = { agents: "agent", handoffs: "handoff", groups: "group", notes: "note" };

/** All of it in one sentence. */
export function diffSentence(diff: OrgDiff): string {
  if (isSame(diff)) return "The two designs say the same.";
  const parts = COLLECTIONS.flatMap((each) => {
    const { added, removed, changed } = diff[each] as ListDiff<{ id: string }>;
    const counts = [
      [added.length, "added"],
      [removed.length, "removed"],
      [changed.length, "changed"],
    ] as const;
    const said = counts.filter(([count]) => count > 0);
    return said.map(([count, word], index) => (index === 0 ? `${plural(count, ONE[each])} ${word}` : `${count} ${word}`)).join(", ") || [];
  });
  if (diff.org.length > 0) parts.push(`${plural(diff.org.length, "setting")} of the org changed`);
  if (diff.moves.length > 0) parts.push(`${plural(diff.moves.length, "thing")} moved`);
  const reordered = COLLECTIONS.filter((each) => diff[each].reordered !== null);
  if (reordered.length > 0) parts.push(`order of ${reordered.join(" and ")} changed`);
  return `${parts.join("; ")}.`;
}

/** Signs of what stayed that are shown around a change. */
const AROUND = 60;

/** A text's changes with long stretches that stayed cut short, so that a changed word of a long text is seen at once. */
export function condensed(segments: readonly Segment[]): Segment[] {
  return segments.map((segment, index) => {
    if (segment.kind !== "same") return segment;
    const { text } = segment;
    const first = index === 0;
    const last = index === segments.length - 1;
    if (text.length <= 2 * AROUND + 20) return segment;
    const head = first ? "" : text.slice(0, AROUND);
    const tail = last ? "" : text.slice(-AROUND);
    return { kind: "same", text: `${head} … ${tail}` };
  });
}
