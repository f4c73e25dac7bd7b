/** Owns which handoffs stand out: those of the agents that are selected or under the pointer, or the one that is selected. */
import type { Edge, Node } from "@xyflow/react";
import { createStore } from "zustand/vanilla";

/** How a handoff stands to what stands out; null where nothing does. */
export type Standing = "out" | "in" | "chosen" | "faint" | null;

/** There is one pointer, so there is one agent under it, whichever canvas it is on. */
export const pointer = createStore<{ agentId: string | null }>(() => ({ agentId: null }));

/** For a canvas: who is under the pointer. */
export const POINTED = {
  onNodeMouseEnter: (_event: unknown, node: { id: string }) => pointer.setState({ agentId: node.id }),
  onNodeMouseLeave: () => pointer.setState({ agentId: null }),
};

export interface Lit {
  agents: ReadonlySet<string>;
  handoffs: ReadonlySet<string>;
}

/** What is selected, worked out once for all handoffs that ask. */
const known = new WeakMap<readonly Node[], { edges: readonly Edge[]; lit: Lit }>();

export function selectedOf({ nodes, edges }: { nodes: readonly Node[]; edges: readonly Edge[] }): Lit {
  const before = known.get(nodes);
  if (before?.edges === edges) return before.lit;
  const ids = (list: readonly { id: string; selected?: boolean | undefined }[]) =>
    new Set(list.flatMap((each) => (each.selected ? [each.id] : [])));
  const lit = { agents: ids(nodes), handoffs: ids(edges) };
  known.set(nodes, { edges, lit });
  return lit;
}

/** Whoever is under the pointer comes before what is selected. Outgoing comes before incoming where it is both. */
export function standingOf(handoff: { id: string; source: string; target: string }, selected: Lit, pointedAt: string | null): Standing {
  const agents = pointedAt === null ? selected.agents : new Set([pointedAt]);
  if (pointedAt === null && selected.handoffs.has(handoff.id)) return "chosen";
  if (agents.has(handoff.source)) return "out";
  if (agents.has(handoff.target)) return "in";
  return agents.size > 0 || selected.handoffs.size > 0 ? "faint" : null;
}

/** Whether an agent is an end of the one handoff that is selected. */
export function isEnd(agentId: string, selected: Lit, edges: readonly Edge[]): boolean {
  if (selected.handoffs.size !== 1) return false;
  return edges.some((edge) => selected.handoffs.has(edge.id) && (edge.source === agentId || edge.target === agentId));
}
