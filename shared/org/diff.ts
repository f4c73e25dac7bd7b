/** Owns what differs between two designs: parts added, removed and changed, field by field; moves apart from content. Pure. */
import { COLLECTIONS, type Collection } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import { diffText, type Segment } from "#shared/org/text-diff.ts";

/** One field that differs. A value that is `undefined` was, or is, not there. */
export interface FieldChange {
  /** Way to the field from its part, e.g. `["settings", "effort"]`. Lists are compared as a whole. */
  path: string[];
  before: unknown;
  after: unknown;
  /** For texts that people write (instructions, descriptions, notes): how the words changed. Else null. */
  text: Segment[] | null;
}

/** A part that stands in both designs, with what differs. */
export interface PartChange {
  /** Its id in the earlier design and in the later; they differ only where parts were matched by name. */
  before: string;
  after: string;
  /** What to call it, from the later design: an agent's name, "Lead → Writer", a group's label, the start of a note. */
  name: string;
  fields: FieldChange[];
}

/** An agent or a note that stands somewhere else. */
export interface Move {
  before: string;
  after: string;
  name: string;
  from: unknown;
  to: unknown;
}

export interface ListDiff<Part> {
  /** Parts of the later design alone, with where they stand in its list. */
  added: { part: Part; name: string; index: number }[];
  /** Parts of the earlier design alone, with where they stood in its list. */
  removed: { part: Part; name: string; index: number }[];
  changed: PartChange[];
  /** Where in the earlier list the parts that both have stand, in the later one's order; null where that order is the same. */
  reordered: number[] | null;
}

export interface OrgDiff {
  /** How parts were matched: by id, or, for designs that share no agent's id, by what they are called. */
  matchedBy: "id" | "name";
  /** The design's own fields: name, description, defaults, schedule, limits and whatever else it holds. */
  org: FieldChange[];
  agents: ListDiff<Org["agents"][number]>;
  handoffs: ListDiff<Org["handoffs"][number]>;
  groups: ListDiff<Org["groups"][number]>;
  notes: ListDiff<Org["notes"][number]>;
  /** Changes of position alone: they change no run. */
  moves: Move[];
}

/**
 * What makes `after` of `before`. Parts are matched by id; where the two share no agent's id, they are two different orgs,
 * and parts are matched by what they are called: agents by name, handoffs by the names at their ends, groups by label, notes by
 * text. Ids are then no difference. The version of the app that wrote a design is none either.
 */
export function diffOrgs(before: Org, after: Org): OrgDiff {
  const known = new Set(before.agents.map((agent) => agent.id));
  const matchedBy =
    before.agents.length === 0 || after.agents.length === 0 || after.agents.some((agent) => known.has(agent.id)) ? "id" : "name";
  const agentPairs = pairs(before.agents, after.agents, matchedBy === "id" ? idOf : (agent) => agent.name);
  /** The earlier design's ids as the later one has them. */
  const idNow = new Map(
    matchedBy === "id" ? [] : agentPairs.map(([from, to]) => [before.agents[from]?.id ?? "", after.agents[to]?.id ?? ""] as const),
  );
  const now = (id: string) => idNow.get(id) ?? id;
  const inBefore = namesOf(before);
  const inAfter = namesOf(after);
  const moves: Move[] = [];

  const list = <Part extends { id: string }>(
    collection: Collection,
    [from, to]: readonly [readonly Part[], readonly Part[]],
    matched: readonly (readonly [number, number])[],
    carried: (part: Part) => Part = (part) => part,
  ): ListDiff<Part> => {
    const changed: PartChange[] = [];
    for (const [fromIndex, toIndex] of matched) {
      const [earlier, later] = [from[fromIndex] as Part, to[toIndex] as Part];
      const who = { before: earlier.id, after: later.id, name: inAfter(collection, later) };
      const { id: _id, ...fieldsBefore } = carried(earlier) as Record<string, unknown>;
      const { id: _later, ...fieldsAfter } = later as Record<string, unknown>;
      if (collection === "agents" || collection === "notes") {
        if (!sameJson(fieldsBefore["position"], fieldsAfter["position"]))
          moves.push({ ...who, from: fieldsBefore["position"], to: fieldsAfter["position"] });
        delete fieldsBefore["position"];
        delete fieldsAfter["position"];
      }
      const fields = fieldChanges(fieldsBefore, fieldsAfter, [], collection);
      if (fields.length > 0) changed.push({ ...who, fields });
    }
    const stays = matched.toSorted((a, b) => a[1] - b[1]).map(([index]) => index);
    return {
      added: unmatched(to, new Set(matched.map((pair) => pair[1])), (part) => inAfter(collection, part)),
      removed: unmatched(from, new Set(matched.map((pair) => pair[0])), (part) => inBefore(collection, part)),
      changed,
      reordered: stays.every((index, at) => at === 0 || (stays[at - 1] as number) < index) ? null : stays,
    };
  };
  const match = <Part extends { id: string }>(
    from: readonly Part[],
    to: readonly Part[],
    nameBefore: (part: Part) => string,
    nameAfter = nameBefore,
  ) => pairs(from, to, matchedBy === "id" ? idOf : nameBefore, matchedBy === "id" ? idOf : nameAfter);
  const ends = ({ source, target, kind }: { source: string; target: string; kind: string }) => JSON.stringify([source, target, kind]);

  const { agents: _a, handoffs: _h, groups: _g, notes: _n, format: _f, version: _v, appVersion: _p, ...fieldsBefore } = before;
  const { agents: _a2, handoffs: _h2, groups: _g2, notes: _n2, format: _f2, version: _v2, appVersion: _p2, ...fieldsAfter } = after;
  return {
    matchedBy,
    org: fieldChanges(fieldsBefore, fieldsAfter, [], "org"),
    agents: list("agents", [before.agents, after.agents], agentPairs),
    handoffs: list(
      "handoffs",
      [before.handoffs, after.handoffs],
      match(before.handoffs, after.handoffs, (each) => ends({ ...each, source: now(each.source), target: now(each.target) }), ends),
      (handoff) => ({ ...handoff, source: now(handoff.source), target: now(handoff.target) }),
    ),
    groups: list(
      "groups",
      [before.groups, after.groups],
      match(before.groups, after.groups, (group) => group.label),
      (group) => ({
        ...group,
        agents: group.agents.map(now),
      }),
    ),
    notes: list(
      "notes",
      [before.notes, after.notes],
      match(before.notes, after.notes, (note) => note.text),
    ),
    moves,
  };
}

/** Whether two designs differ in nothing that a diff shows, moves included. */
export function isSame(diff: OrgDiff): boolean {
  return (
    diff.org.length === 0 &&
    diff.moves.length === 0 &&
    COLLECTIONS.every((each) => {
      const { added, removed, changed, reordered } = diff[each];
      return added.length + removed.length + changed.length === 0 && reordered === null;
    })
  );
}

function idOf(part: { id: string }): string {
  return part.id;
}

/** Indexes of parts with the same key; of several with one key the first goes with the first. */
function pairs<Part>(
  before: readonly Part[],
  after: readonly Part[],
  keyBefore: (part: Part) => string,
  keyAfter: (part: Part) => string = keyBefore,
): [number, number][] {
  const waiting = new Map<string, number[]>();
  for (const [index, part] of after.entries()) {
    const key = keyAfter(part);
    waiting.set(key, [...(waiting.get(key) ?? []), index]);
  }
  return before.flatMap((part, index): [number, number][] => {
    const found = waiting.get(keyBefore(part))?.shift();
    return found === undefined ? [] : [[index, found]];
  });
}

function unmatched<Part>(
  parts: readonly Part[],
  matched: ReadonlySet<number>,
  nameOf: (part: Part) => string,
): { part: Part; name: string; index: number }[] {
  return parts.flatMap((part, index) => (matched.has(index) ? [] : [{ part, name: nameOf(part), index }]));
}

/** How a design's parts are called. */
function namesOf(org: Org): (collection: Collection, part: { id: string }) => string {
  const names = new Map(org.agents.map((agent) => [agent.id, agent.name]));
  return (collection, part) => {
    const fields = part as { id: string; name?: string; source?: string; target?: string; label?: string; text?: string };
    if (collection === "agents") return fields.name ?? part.id;
    if (collection === "groups") return fields.label?.trim() || part.id;
    if (collection === "handoffs") return [fields.source, fields.target].map((id) => names.get(id ?? "") ?? `"${id}"`).join(" → ");
    const start = fields.text?.trim().split("\n")[0] ?? "";
    return start === "" ? part.id : start.length > NOTE_NAME ? `${start.slice(0, NOTE_NAME).trimEnd()}…` : start;
  };
}

/** Signs of a note that stand for it where it is named. */
const NOTE_NAME = 40;

/** Fields whose words are compared, each by its way from its part. */
const TEXTS = new Set([
  "org description",
  "agents instructions",
  "agents notes",
  "agents variants/goal-pressed",
  "agents variants/red-team",
  "notes text",
]);

/** Fields that differ, those of objects within objects one by one. */
function fieldChanges(before: Record<string, unknown>, after: Record<string, unknown>, path: readonly string[], of: string): FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.flatMap((field) => {
    const old = Object.hasOwn(before, field) ? before[field] : undefined;
    const now = Object.hasOwn(after, field) ? after[field] : undefined;
    if (sameJson(old, now)) return [];
    const here = [...path, field];
    if (isRecord(old) && isRecord(now)) return fieldChanges(old, now, here, of);
    const words = TEXTS.has(`${of} ${here.join("/")}`) && isTextOrNone(old) && isTextOrNone(now);
    return [{ path: here, before: old, after: now, text: words ? diffText(old ?? "", now ?? "") : null }];
  });
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two JSON values say the same; the order of an object's fields says nothing. */
function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => sameJson(each, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const fields = Object.keys(a).filter((field) => a[field] !== undefined);
  return (
    fields.length === Object.keys(b).filter((field) => b[field] !== undefined).length &&
    fields.every((field) => Object.hasOwn(b, field) && sameJson(a[field], b[field]))
  );
}
