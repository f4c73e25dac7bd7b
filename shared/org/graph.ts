/** Owns questions about an org as a graph: who reaches whom, where it loops. */
import { type Handoff, type Org, RUNNABLE_KINDS } from "#shared/org/schema.ts";

/** The handoffs that a run can use: of a kind that runs, between agents that exist. */
export function runnableHandoffs(org: Org): Handoff[] {
  const ids = new Set(org.agents.map((agent) => agent.id));
  return org.handoffs.filter(
    (handoff) =>
      RUNNABLE_KINDS.includes(handoff.kind) && ids.has(handoff.source) && ids.has(handoff.target) && handoff.source !== handoff.target,
  );
}

/** Ids of the agents that can be reached from `from` along runnable handoffs, `from` included. */
export function reachableFrom(org: Org, from: readonly string[]): Set<string> {
  const next = new Map<string, string[]>();
  for (const handoff of runnableHandoffs(org)) next.set(handoff.source, [...(next.get(handoff.source) ?? []), handoff.target]);
  const seen = new Set(from);
  const queue = [...from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop())
    for (const target of next.get(id) ?? [])
      if (!seen.has(target)) {
        seen.add(target);
        queue.push(target);
      }
  return seen;
}

/** Ids of the agents that stand on some cycle. */
export function agentsOnCycles(org: Org): string[] {
  const edges = runnableHandoffs(org);
  return org.agents
    .map((agent) => agent.id)
    .filter((id) => {
      const targets = edges.filter((edge) => edge.source === id).map((edge) => edge.target);
      return targets.length > 0 && reachableFrom(org, targets).has(id);
    });
}

/** Handoffs on the longest shortest path from an entry agent to each agent: how deep the org is. 0 for a single agent. */
export function depth(org: Org): number {
  const edges = runnableHandoffs(org);
  let frontier = org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id);
  const seen = new Set(frontier);
  let levels = 0;
  for (;;) {
    const next = [...new Set(edges.filter((edge) => frontier.includes(edge.source) && !seen.has(edge.target)).map((edge) => edge.target))];
    if (next.length === 0) return levels;
    for (const id of next) seen.add(id);
    frontier = next;
    levels += 1;
  }
}
