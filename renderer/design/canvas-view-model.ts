/** Owns what the design canvas draws of a design: agents, notes, groups as one box each where they are collapsed. Pure. */
import type { Org } from "#shared/org/schema.ts";
import type { AgentFlowNode } from "#renderer/canvas/agent-node.tsx";
import type { HandoffFlowEdge } from "#renderer/canvas/handoff-edge.tsx";
import { isLocked, isPinned } from "#renderer/canvas/layout/place.ts";
import type { NoteFlowNode } from "#renderer/canvas/note-node.tsx";
import type { TeamFlowNode } from "#renderer/canvas/team-node.tsx";
import { agentNodes, handoffEdges } from "#renderer/canvas/view-model.ts";
import { type AgentGroup, groupName, isCollapsed } from "#renderer/design/groups.ts";

export type DesignNode = AgentFlowNode | NoteFlowNode | TeamFlowNode;

/** Notes and groups have name spaces of their own: nothing keeps a note from having an agent's id. */
export const NOTE = "note://";
export const TEAM = "team://";

export interface Marks {
  /** Ids of what has an error. */
  errors: ReadonlySet<string>;
  /** Ids of what is being pointed at. */
  lit: ReadonlySet<string>;
  /** The note that is being written. */
  writing: string | null;
}

export interface Handlers {
  onText(noteId: string, text: string): void;
  onDone(): void;
  onExpand(groupId: string): void;
  onPress(handoffId: string): void;
  onReattach(handoffId: string, end: "source" | "target", agentId: string | null): void;
}

/** For each agent of a collapsed group, that group: the first that names it. */
export function collapsedGroups(org: Org): Map<string, AgentGroup> {
  const inside = new Map<string, AgentGroup>();
  for (const group of org.groups) if (isCollapsed(group)) for (const id of group.agents) if (!inside.has(id)) inside.set(id, group);
  return inside;
}

/** The agents of a collapsed group as it is drawn. */
export function membersOf(org: Org, groupId: string): Org["agents"] {
  const inside = collapsedGroups(org);
  return org.agents.filter((agent) => inside.get(agent.id)?.id === groupId);
}

export function designNodes(org: Org, marks: Marks, on: Handlers): DesignNode[] {
  const inside = collapsedGroups(org);
  const byId = new Map(org.agents.map((agent) => [agent.id, agent]));
  const agents = agentNodes(org, (id) => {
    const agent = byId.get(id);
    return {
      hasProblem: marks.errors.has(id),
      highlight: marks.lit.has(id),
      meta: `${agent?.model ?? org.defaults.model}${agent?.memory === false ? " · no memory" : ""}`,
      locked: agent !== undefined && isLocked(agent),
      pinned: agent !== undefined && isPinned(agent),
    };
  }).filter((node) => !inside.has(node.id));
  for (const node of agents) if (node.data.locked) node.draggable = false;
  const teams = org.groups.flatMap((group): TeamFlowNode[] => {
    const members = org.agents.filter((agent) => inside.get(agent.id) === group);
    if (members.length === 0) return [];
    const name = groupName(group);
    return [
      {
        id: `${TEAM}${group.id}`,
        type: "team",
        position: { x: Math.min(...members.map(({ position }) => position.x)), y: Math.min(...members.map(({ position }) => position.y)) },
        draggable: !members.some(isLocked),
        ariaLabel: `Group ${name}, collapsed, ${members.length} agents`,
        data: {
          name,
          agents: members.map((agent) => agent.name),
          highlight: members.some((agent) => marks.lit.has(agent.id)),
          onExpand: () => on.onExpand(group.id),
        },
      },
    ];
  });
  const notes = org.notes.map(
    (note): NoteFlowNode => ({
      id: `${NOTE}${note.id}`,
      type: "note",
      position: { x: note.position.x, y: note.position.y },
      zIndex: -1,
      ariaLabel: `Note: ${note.text.slice(0, 120) || "empty"}`,
      data: {
        text: note.text,
        writing: marks.writing === note.id,
        onText: (text) => on.onText(note.id, text),
        onDone: on.onDone,
      },
    }),
  );
  return [...agents, ...teams, ...notes];
}

/**
 * An edge per handoff. Where ends are in collapsed groups, handoffs between the same two boxes are one edge that says how many
 * they are, and handoffs within a box are not drawn.
 */
export function designEdges(org: Org, marks: Marks, on: Handlers): HandoffFlowEdge[] {
  const inside = collapsedGroups(org);
  const boxOf = (id: string) => {
    const group = inside.get(id);
    return group ? `${TEAM}${group.id}` : id;
  };
  const edges = handoffEdges(org, (handoff) => ({
    onPress: on.onPress,
    onReattach: on.onReattach,
    ...(marks.errors.has(handoff.id) ? { color: "var(--d3)" } : {}),
    ...(marks.lit.has(handoff.id) ? { color: "var(--d3)", width: 4 } : {}),
  }));
  if (inside.size === 0) return edges;
  const between = new Map<string, HandoffFlowEdge[]>();
  for (const edge of edges) {
    const [source, target] = [boxOf(edge.source), boxOf(edge.target)];
    if (source === target) continue;
    const key = JSON.stringify([source, target]);
    between.set(key, [...(between.get(key) ?? []), { ...edge, source, target }]);
  }
  return [...between].flatMap(([, same]) => {
    const [first] = same;
    if (!first?.data) return [];
    const twoWay = between.has(JSON.stringify([first.target, first.source]));
    if (same.length === 1) return [{ ...first, data: { ...first.data, twoWay } }];
    const spoken = `${same.length} handoffs`;
    const { onReattach: _, ...plain } = first.data;
    const data = { ...plain, twoWay, label: spoken, detail: "", spoken, width: 3, placeholder: false, dash: "" };
    return [{ ...first, ariaLabel: spoken, data }];
  });
}

/** The nodes or edges as before where nothing about them has changed, so that only the others are drawn anew; the very list where none has. */
export function keepSame<T extends { id: string; data?: Record<string, unknown> }>(before: T[], now: readonly T[]): T[] {
  const old = new Map(before.map((each) => [each.id, each]));
  const kept = now.map((each) => {
    const was = old.get(each.id);
    return was && alike(was, each) ? was : each;
  });
  return kept.length === before.length && kept.every((each, index) => each === before[index]) ? before : kept;
}

/** Whether all that is said of one is so of the other already; within what is said, nothing more. Handlers count as alike. */
function alike(was: object, is: object, deep = 2): boolean {
  const [one, other] = [was as Record<string, unknown>, is as Record<string, unknown>];
  if (deep < 2 && Object.keys(one).length !== Object.keys(other).length) return false;
  return Object.keys(other).every((key) => {
    const [before, now] = [one[key], other[key]];
    if (before === now || (typeof before === "function" && typeof now === "function")) return true;
    const nested = deep > 0 && typeof before === "object" && before !== null && typeof now === "object" && now !== null;
    return nested && alike(before, now, deep - 1);
  });
}
