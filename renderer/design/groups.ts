/** Owns groups of agents and notes on the canvas. Pure: design in, edit out. */
import { freeId } from "#shared/org/create.ts";
import type { Edit, Op } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import { type Point, snapped } from "#renderer/design/edits.ts";

export type AgentGroup = Org["groups"][number];

export function groupName(group: AgentGroup): string {
  return group.label.trim() === "" ? "Group" : group.label;
}

/** The groups that hold any of these agents. */
export function groupsOf(org: Org, agents: readonly string[]): AgentGroup[] {
  return org.groups.filter((group) => group.agents.some((id) => agents.includes(id)));
}

/** Takes agents out of the groups they are in; a group that is left empty goes. */
function leaveGroups(org: Org, agents: readonly string[]): Op[] {
  return groupsOf(org, agents).map((group): Op => {
    const left = group.agents.filter((id) => !agents.includes(id));
    if (left.length === 0) return { op: "remove", in: "groups", id: group.id };
    return { op: "set", in: "groups", id: group.id, field: "agents", value: left };
  });
}

/** Puts agents into a new group; an agent is in one group at a time. Null where there are none. */
export function makeGroup(org: Org, ids: readonly string[]): { edit: Edit; id: string } | null {
  const agents = org.agents.filter((agent) => ids.includes(agent.id)).map((agent) => agent.id);
  if (agents.length === 0) return null;
  const taken = new Set(org.groups.map((group) => group.label));
  let label = "Team";
  for (let count = 2; taken.has(label); count += 1) label = `Team ${count}`;
  const id = freeId(org, "group", label);
  return {
    id,
    edit: {
      name: `group ${agents.length} agents as ${label}`,
      said: `Grouped ${agents.length} agents as ${label}`,
      ops: [...leaveGroups(org, agents), { op: "insert", in: "groups", index: org.groups.length, item: { id, label, agents } }],
    },
  };
}

/** Takes groups away; their agents stay. Null where there are none. */
export function ungroup(org: Org, groups: readonly AgentGroup[]): Edit | null {
  const [first] = groups;
  if (!first || !groups.every((group) => org.groups.includes(group))) return null;
  const what = groups.length === 1 ? groupName(first) : `${groups.length} groups`;
  return { name: `ungroup ${what}`, said: `Ungrouped ${what}`, ops: groups.map(({ id }) => ({ op: "remove", in: "groups", id })) };
}

/** Draws groups as one box each, or as their agents where all are boxes. A loose field: groups without it are open. */
export function toggleCollapsed(groups: readonly AgentGroup[]): Edit | null {
  const [first] = groups;
  if (!first) return null;
  const close = !groups.every(isCollapsed);
  const what = groups.length === 1 ? groupName(first) : `${groups.length} groups`;
  return {
    name: `${close ? "collapse" : "expand"} ${what}`,
    said: `${what} ${close ? "collapsed" : "expanded"}`,
    ops: groups.map(({ id }): Op => ({ op: "set", in: "groups", id, field: "collapsed", ...(close ? { value: true } : {}) })),
  };
}

export function isCollapsed(group: AgentGroup): boolean {
  return group["collapsed"] === true;
}

export function renameGroup(group: AgentGroup, label: string): Edit {
  return {
    name: `rename ${groupName(group)} to ${label}`,
    said: `Group renamed to ${label}`,
    ops: [{ op: "set", in: "groups", id: group.id, field: "label", value: label }],
  };
}

/** Puts a note on the canvas, in canvas units. */
export function addNote(org: Org, at: Point, text = ""): { edit: Edit; id: string } {
  const id = freeId(org, "note", String(org.notes.length + 1));
  return {
    id,
    edit: {
      name: "add a note",
      said: "Note added",
      ops: [{ op: "insert", in: "notes", index: org.notes.length, item: { id, text, position: snapped(at) } }],
    },
  };
}

/** Writes a note; typing in one is one undo step. */
export function writeNote(id: string, text: string): Edit {
  return { name: "write a note", ops: [{ op: "set", in: "notes", id, field: "text", value: text }], coalesce: `note:${id}` };
}
