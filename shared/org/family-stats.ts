/** Owns the figures by which the structures of orgs are compared: depth, density, agents on each level. */
import { runnableHandoffs } from "#shared/org/graph.ts";
import type { Org } from "#shared/org/schema.ts";

export interface FamilyStats {
  /** Hops from the nearest agent with the brief to the agent that is farthest from all of them. */
  depth: number;
  /** Handoffs that run over n(n − 1), the most there can be; 0 for a single agent. */
  density: number;
  /** Number of agents by hops from the nearest agent with the brief; those that cannot be reached are left out. */
  levels: number[];
}

/** Ids of agents by hops from the nearest agent with the brief, each level in the order of the design. */
export function agentLevels(org: Org): string[][] {
  const edges = runnableHandoffs(org);
  const levels: string[][] = [];
  const seen = new Set<string>();
  let next = new Set(org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id));
  while (next.size > 0) {
    const level = org.agents.map((agent) => agent.id).filter((id) => next.has(id));
    levels.push(level);
    for (const id of level) seen.add(id);
    next = new Set(edges.filter((edge) => level.includes(edge.source) && !seen.has(edge.target)).map((edge) => edge.target));
  }
  return levels;
}

/** Depth, density and levels of a design. */
export function familyStats(org: Org): FamilyStats {
  const levels = agentLevels(org).map((level) => level.length);
  const count = org.agents.length;
  return {
    depth: Math.max(0, levels.length - 1),
    density: count < 2 ? 0 : runnableHandoffs(org).length / (count * (count - 1)),
    levels,
  };
}
