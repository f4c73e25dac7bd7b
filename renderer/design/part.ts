/** Owns parts of a design that are copied: what a selection takes with it, as text for a clipboard, and its way into a design. Pure. */
import { z } from "zod";
import { freeId, newAgent } from "#shared/org/create.ts";
import type { Edit, Op } from "#shared/org/edit.ts";
import { agentSchema, groupSchema, handoffSchema, noteSchema, type Org } from "#shared/org/schema.ts";
import { loadOrgValue } from "#shared/org/load.ts";
import { type FileFormat, loadValue } from "#shared/format/load.ts";
import { parseJson } from "#shared/format/text.ts";
import { problemsAsLine } from "#shared/problem.ts";
import type { Point } from "#renderer/canvas/layout/elk-graph.ts";

/** Agents with the handoffs among them, groups that are whole, notes. */
export type Part = Pick<Org, "agents" | "handoffs" | "groups" | "notes">;

const PART_FORMAT = "driftlab.part";

const partFormat: FileFormat<Part> = {
  name: PART_FORMAT,
  article: "a copied part of an org",
  version: 1,
  migrations: {},
  schema: z.looseObject({
    agents: z.array(agentSchema).default([]),
    handoffs: z.array(handoffSchema).default([]),
    groups: z.array(groupSchema).default([]),
    notes: z.array(noteSchema).default([]),
  }),
};

/** A clipboard may hold anything; beyond this many characters it is no design that somebody copied. */
const MOST_CHARACTERS = 10_000_000;
const MOST_ITEMS = 2_000;

/** What a selection takes with it when it is copied. */
export function partOf(org: Org, agentIds: readonly string[], noteIds: readonly string[] = []): Part {
  const ids = new Set(agentIds);
  return {
    agents: org.agents.filter((agent) => ids.has(agent.id)),
    handoffs: org.handoffs.filter(({ source, target }) => ids.has(source) && ids.has(target)),
    groups: org.groups.filter((group) => group.agents.length > 0 && group.agents.every((id) => ids.has(id))),
    notes: org.notes.filter((note) => noteIds.includes(note.id)),
  };
}

/** A part as text that says what it is. */
export function partText(part: Part): string {
  return `${JSON.stringify({ format: PART_FORMAT, version: 1, ...part }, null, 2)}\n`;
}

/** Reads a part, or a whole org as one, from any text; what cannot be read is said in a sentence. */
export function readPart(text: string): { ok: true; part: Part } | { ok: false; why: string } {
  const NAME = "The clipboard";
  if (text.trim() === "") return { ok: false, why: "The clipboard is empty; copy agents first." };
  if (text.length > MOST_CHARACTERS)
    return { ok: false, why: `The clipboard holds ${text.length} characters, too many to be agents; import it as a file.` };
  if (!/^\s*\{/.test(text))
    return { ok: false, why: "The clipboard holds no agents; copy some, here or as the text of an org file, and paste again." };
  const parsed = parseJson(text, NAME);
  if (!parsed.ok) return { ok: false, why: problemsAsLine(parsed.problems) };
  const isPart = (parsed.value as { format?: unknown }).format === PART_FORMAT;
  const loaded = isPart ? loadValue(partFormat, parsed.value, NAME) : loadOrgValue(parsed.value, NAME);
  if (!loaded.ok) return { ok: false, why: problemsAsLine(loaded.problems.slice(0, 2)) };
  const part = loaded.value;
  const items = part.agents.length + part.handoffs.length + part.groups.length + part.notes.length;
  if (items > MOST_ITEMS)
    return { ok: false, why: `The clipboard holds ${items} agents, handoffs, groups and notes; at most ${MOST_ITEMS} are pasted at once.` };
  if (part.agents.length + part.notes.length === 0) return { ok: false, why: "The clipboard holds an org without agents or notes." };
  return { ok: true, part };
}

/**
 * The operations that put a copy of a part into a design, moved by `by` in canvas units. Ids are new, names free; handoffs that
 * lead out of the part, and items whose id another of the part has, are left out.
 */
export function copyIn(org: Org, part: Part, by: Point): { ops: Op[]; agents: string[]; notes: string[] } {
  let current = org;
  const ops: Op[] = [];
  const copies = new Map<string, string>();
  const moved = (position: Point) => ({ ...position, x: position.x + by.x, y: position.y + by.y });
  for (const agent of part.agents) {
    if (copies.has(agent.id)) continue;
    const copy = newAgent(current, { ...agent, position: moved(agent.position) });
    copies.set(agent.id, copy.id);
    ops.push({ op: "insert", in: "agents", index: current.agents.length, item: copy });
    current = { ...current, agents: [...current.agents, copy] };
  }
  for (const handoff of part.handoffs) {
    const source = copies.get(handoff.source);
    const target = copies.get(handoff.target);
    if (!source || !target) continue;
    const copy = { ...handoff, id: freeId(current, "handoff", `${source}_${target}`), source, target };
    ops.push({ op: "insert", in: "handoffs", index: current.handoffs.length, item: copy });
    current = { ...current, handoffs: [...current.handoffs, copy] };
  }
  for (const group of part.groups) {
    const agents = group.agents.flatMap((id) => copies.get(id) ?? []);
    if (agents.length === 0) continue;
    const copy = { ...group, id: freeId(current, "group", group.label), agents };
    ops.push({ op: "insert", in: "groups", index: current.groups.length, item: copy });
    current = { ...current, groups: [...current.groups, copy] };
  }
  const notes: string[] = [];
  for (const note of part.notes) {
    const copy = { ...note, id: freeId(current, "note", String(current.notes.length + 1)), position: moved(note.position) };
    notes.push(copy.id);
    ops.push({ op: "insert", in: "notes", index: current.notes.length, item: copy });
    current = { ...current, notes: [...current.notes, copy] };
  }
  return { ops, agents: [...copies.values()], notes };
}

/** Pastes a part as one edit, its middle near a point in canvas units, on the grid, moved down until it covers no agent. */
export function paste(org: Org, part: Part, at: Point): { edit: Edit; agents: string[]; notes: string[] } {
  const GRID = 20;
  const SIZE = { x: 180, y: 80 };
  const places = [...part.agents, ...part.notes].map(({ position }) => position);
  const middle = (axis: "x" | "y") =>
    (Math.min(...places.map((place) => place[axis])) + Math.max(...places.map((place) => place[axis])) + SIZE[axis]) / 2;
  const onGrid = (value: number) => Math.round(value / GRID) * GRID;
  const by = { x: onGrid(at.x - middle("x")), y: onGrid(at.y - middle("y")) };
  const covers = () =>
    part.agents.some(({ position }) =>
      org.agents.some(
        (agent) =>
          Math.abs(agent.position.x - position.x - by.x) < SIZE.x + GRID && Math.abs(agent.position.y - position.y - by.y) < SIZE.y + GRID,
      ),
    );
  for (let tries = 0; tries < 200 && covers(); tries += 1) by.y += 2 * GRID;
  const { ops, agents, notes } = copyIn(org, part, by);
  const count =
    agents.length === 1 ? (part.agents[0]?.name ?? "") : agents.length > 0 ? `${agents.length} agents` : `${notes.length} notes`;
  return { edit: { name: `paste ${count}`, said: `Pasted ${count}`, ops }, agents, notes };
}
