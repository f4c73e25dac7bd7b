/** Owns turning a design into nodes and edges to draw. Pure. */
import { type Agent, type Handoff, type Org, RUNNABLE_KINDS } from "#shared/org/schema.ts";
import type { AgentFlowNode, AgentNodeData } from "#renderer/canvas/agent-node.tsx";
import type { HandoffEdgeData, HandoffFlowEdge } from "#renderer/canvas/handoff-edge.tsx";

const RELAY_WORDS: Record<string, string> = { paraphrase: "paraphrase", "paraphrase+brief": "paraphrase + brief", verbatim: "verbatim" };

/** A relay in words; one that this version does not know stands as it is. */
export function relayWords(relay: string): string {
  return RELAY_WORDS[relay] ?? relay;
}

/** A node per agent, plain unless `data` says more. */
export function agentNodes(org: Org, data: (agentId: string) => Partial<AgentNodeData> = () => ({})): AgentFlowNode[] {
  const names = new Map(org.agents.map((agent) => [agent.id, agent.name]));
  const targets = new Map<string, string[]>();
  for (const { source, target } of org.handoffs) targets.set(source, [...(targets.get(source) ?? []), names.get(target) ?? "?"]);
  return org.agents.map((agent) => ({
    id: agent.id,
    type: "agent",
    position: { x: agent.position.x, y: agent.position.y },
    ariaLabel: `Agent ${agent.name}${agent.role ? `, ${agent.role}` : ""}${agent.receivesBrief ? ", receives the brief" : ""}${agent.delivers ? ", delivers" : ""}`,
    data: {
      name: agent.name,
      role: subtitle(agent, targets.get(agent.id) ?? []),
      receivesBrief: agent.receivesBrief,
      delivers: agent.delivers,
      meta: "",
      hasProblem: false,
      highlight: false,
      busy: 0,
      locked: false,
      pinned: false,
      ...data(agent.id),
    },
  }));
}

/** The role, or where it only repeats the name, whom the agent hands off to. */
function subtitle({ name, role, delivers }: Agent, targets: readonly string[]): string {
  if (role.trim() !== "" && role.trim().toLowerCase() !== name.trim().toLowerCase()) return role;
  if (targets.length === 0) return delivers ? "hands back the result" : "hands off to nobody";
  return targets.length <= 2 ? `to ${targets.join(", ")}` : `to ${targets.length} colleagues`;
}

/** An edge per handoff between agents that exist. */
export function handoffEdges(org: Org, data: (handoff: Handoff) => Partial<HandoffEdgeData>): HandoffFlowEdge[] {
  const names = new Map(org.agents.map((agent) => [agent.id, agent.name]));
  const pairs = new Set(org.handoffs.map((handoff) => JSON.stringify([handoff.source, handoff.target])));
  const degree = new Map<string, number>();
  for (const { source, target } of org.handoffs) for (const id of [source, target]) degree.set(id, (degree.get(id) ?? 0) + 1);
  return org.handoffs
    .filter((handoff) => names.has(handoff.source) && names.has(handoff.target))
    .map((handoff) => {
      const placeholder = !RUNNABLE_KINDS.includes(handoff.kind);
      const spoken = `Handoff from ${names.get(handoff.source)} to ${names.get(handoff.target)}`;
      return {
        id: handoff.id,
        type: "handoff",
        source: handoff.source,
        target: handoff.target,
        sourceHandle: "out",
        targetHandle: "in",
        ariaLabel: spoken,
        data: {
          twoWay: pairs.has(JSON.stringify([handoff.target, handoff.source])),
          labelAt: labelAt(degree.get(handoff.source) ?? 0, degree.get(handoff.target) ?? 0),
          label: placeholder ? handoff.kind : handoff.label,
          detail: placeholder ? "cannot run here" : handoff.relay === "paraphrase" ? "" : relayWords(handoff.relay),
          short: "",
          must: false,
          spoken,
          color: "var(--d0)",
          width: 2,
          dash: placeholder ? "6 5" : "",
          level: 0,
          mark: "",
          quiet: false,
          placeholder,
          ...data(handoff),
        },
      };
    });
}

/** Labels keep to the end with fewer edges, where there is room. */
function labelAt(sourceDegree: number, targetDegree: number): number {
  if (Math.abs(sourceDegree - targetDegree) <= 1) return 0.5;
  return sourceDegree > targetDegree ? 0.62 : 0.38;
}
