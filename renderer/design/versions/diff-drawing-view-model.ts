/** Owns two designs drawn as one: what came, what went and what changed, each with a sign and a colour. Pure. */
import type { ListDiff, OrgDiff } from "#shared/org/diff.ts";
import type { Handoff, Org } from "#shared/org/schema.ts";
import type { AgentFlowNode } from "#renderer/canvas/agent-node.tsx";
import type { HandoffFlowEdge } from "#renderer/canvas/handoff-edge.tsx";
import { freeSpot } from "#renderer/canvas/layout/free-spot.ts";
import { agentNodes, handoffEdges } from "#renderer/canvas/view-model.ts";
import { changedFields } from "#renderer/design/versions/diff-words-view-model.ts";

export type Mark = "added" | "removed" | "changed";

export const SIGNS: Record<Mark, string> = { added: "+", removed: "−", changed: "~" };
export const MARK_COLOURS: Record<Mark, string> = { added: "var(--good)", removed: "var(--danger)", changed: "var(--d2)" };

/** About the size of an agent's box, and the room between two. */
const BOX = { width: 180, height: 80 };
const GAP = 20;

/** What is gone is drawn beside what is there; its id is no id of the later design. */
function goneId(id: string): string {
  return `gone: ${id}`;
}

/** A plain drawing of one design. */
export function plainDrawing(org: Org): { nodes: AgentFlowNode[]; edges: HandoffFlowEdge[] } {
  return {
    nodes: agentNodes(org, (id) => ({ meta: org.agents.find((agent) => agent.id === id)?.model ?? "" })),
    edges: handoffEdges(org, () => ({})),
  };
}

/** The later design with what went put back at its old place, or beside it where somebody else stands there now. */
export function diffDrawing(before: Org, after: Org, diff: OrgDiff): { nodes: AgentFlowNode[]; edges: HandoffFlowEdge[] } {
  const stands = idsInBoth(before, after, diff);
  const taken = after.agents.map((agent) => ({ ...agent.position, ...BOX }));
  const goneAgents = diff.agents.removed.map(({ part }) => {
    const { x, y } = freeSpot({ x: part.position.x, y: part.position.y, ...BOX }, taken, GAP);
    taken.push({ x, y, ...BOX });
    return { ...part, id: goneId(part.id), position: { x, y } };
  });
  const goneHandoffs = diff.handoffs.removed.map(
    ({ part }): Handoff => ({
      ...part,
      id: goneId(part.id),
      source: stands.get(part.source) ?? goneId(part.source),
      target: stands.get(part.target) ?? goneId(part.target),
    }),
  );
  const both: Org = { ...after, agents: [...after.agents, ...goneAgents], handoffs: [...after.handoffs, ...goneHandoffs] };
  const agents = marksOf(diff.agents);
  const handoffs = marksOf(diff.handoffs);
  const fields = new Map([...diff.agents.changed, ...diff.handoffs.changed].map((change) => [change.after, changedFields(change.fields)]));
  const names = new Map(both.agents.map((agent) => [agent.id, agent.name]));
  const nodes = agentNodes(both, (id) => {
    const mark = agents.get(id);
    if (!mark) return {};
    // The sign goes with the name, which can be read from afar.
    return { name: `${SIGNS[mark]} ${names.get(id) ?? ""}`, meta: mark === "changed" ? (fields.get(id) ?? "") : mark };
  }).map((node): AgentFlowNode => {
    const mark = agents.get(node.id);
    return mark ? { ...node, className: `diff-${mark}`, ariaLabel: `${spoken(mark)}: ${node.ariaLabel ?? ""}` } : node;
  });
  const edges = handoffEdges(both, ({ id }) => {
    const mark = handoffs.get(id);
    if (!mark) return { quiet: true, width: 1.5 };
    const detail = mark === "changed" ? (fields.get(id) ?? "") : mark;
    return {
      label: SIGNS[mark],
      detail,
      color: MARK_COLOURS[mark],
      mark: MARK_COLOURS[mark],
      width: 2.5,
      level: 1,
      // Near the sender, where a line that runs on behind other boxes is still in the open.
      labelAt: 0.32,
      dash: mark === "removed" ? "6 5" : "",
    };
  }).map((edge): HandoffFlowEdge => {
    const mark = handoffs.get(edge.id);
    if (!mark || !edge.data) return edge;
    const said = `${spoken(mark)}: ${edge.ariaLabel ?? ""}`;
    return { ...edge, ariaLabel: said, data: { ...edge.data, spoken: said } };
  });
  return { nodes, edges };
}

function spoken(mark: Mark): string {
  return mark[0]?.toUpperCase() + mark.slice(1);
}

/** Which mark each part of the drawing has, by its id there. */
function marksOf<Part extends { id: string }>(diff: ListDiff<Part>): Map<string, Mark> {
  return new Map<string, Mark>([
    ...diff.added.map(({ part }): [string, Mark] => [part.id, "added"]),
    ...diff.changed.map((change): [string, Mark] => [change.after, "changed"]),
    ...diff.removed.map(({ part }): [string, Mark] => [goneId(part.id), "removed"]),
  ]);
}

/** The later design's id of each agent that both have, by its id in the earlier one. */
function idsInBoth(before: Org, after: Org, diff: OrgDiff): Map<string, string> {
  const gone = new Set(diff.agents.removed.map(({ index }) => index));
  const came = new Set(diff.agents.added.map(({ index }) => index));
  const stayed = before.agents.filter((_, index) => !gone.has(index));
  if (diff.matchedBy === "id") return new Map(stayed.map((agent) => [agent.id, agent.id]));
  // By name, the first with the first, as the designs were matched.
  const waiting = after.agents.filter((_, index) => !came.has(index));
  return new Map(
    stayed.flatMap((agent) => {
      const at = waiting.findIndex((each) => each.name === agent.name);
      const [found] = at === -1 ? [] : waiting.splice(at, 1);
      return found ? [[agent.id, found.id] as const] : [];
    }),
  );
}
