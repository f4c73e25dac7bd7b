/** Owns changes to how agents are wired: an agent put into a handoff, an end taken elsewhere. Pure: design in, edit out. */
import { newAgent, newHandoff, whyNotConnect } from "#shared/org/create.ts";
import type { Edit, Op } from "#shared/org/edit.ts";
import type { Agent, Org } from "#shared/org/schema.ts";
import { freePlace, handoffName, nameOf, type Point, type RoleOffer } from "#renderer/design/edits.ts";

/**
 * Puts a new agent between the two ends of a handoff: the handoff goes to it, and another with the same relay goes on from it.
 *
 * @param wanted where the agent is to stand, in canvas units; in the middle between both where it is null
 * @returns null where there is no such handoff
 */
export function insertInto(org: Org, handoffId: string, offer: RoleOffer, wanted: Point | null): { edit: Edit; agent: Agent } | null {
  const handoff = org.handoffs.find((each) => each.id === handoffId);
  const source = org.agents.find((agent) => agent.id === handoff?.source);
  const target = org.agents.find((agent) => agent.id === handoff?.target);
  if (!handoff || !source || !target) return null;
  const middle = { x: (source.position.x + target.position.x) / 2, y: (source.position.y + target.position.y) / 2 };
  const { role, name, instructions } = offer;
  const agent = newAgent(org, { name, role, instructions, position: freePlace(org, wanted ?? middle) });
  const onward = {
    ...newHandoff({ ...org, agents: [...org.agents, agent] }, agent.id, target.id),
    kind: handoff.kind,
    relay: handoff.relay,
  };
  const ops: Op[] = [
    { op: "insert", in: "agents", index: org.agents.length, item: agent },
    { op: "set", in: "handoffs", id: handoff.id, field: "target", value: agent.id },
    { op: "insert", in: "handoffs", index: org.handoffs.findIndex((each) => each.id === handoff.id) + 1, item: onward },
  ];
  const between = `${source.name} and ${target.name}`;
  return { agent, edit: { name: `insert ${agent.name} between ${between}`, ops, said: `Agent added: ${agent.name}, between ${between}` } };
}

/** Why a handoff cannot have this agent as its sender or receiver, as a sentence; null where it can. */
export function whyNotReattach(org: Org, handoffId: string, end: "source" | "target", agentId: string): string | null {
  const handoff = org.handoffs.find((each) => each.id === handoffId);
  if (!handoff) return "This handoff is no longer there.";
  if (handoff[end] === agentId) return `${nameOf(org, agentId)} has this end of the handoff already.`;
  const others = { ...org, handoffs: org.handoffs.filter((each) => each.id !== handoffId) };
  const ends = { source: handoff.source, target: handoff.target, [end]: agentId };
  return whyNotConnect(others, ends.source, ends.target);
}

/** Gives a handoff another sender or receiver, or says in a sentence why that cannot be. Null where it has them already. */
export function reattach(org: Org, handoffId: string, end: "source" | "target", agentId: string): { edit: Edit } | { why: string } | null {
  const handoff = org.handoffs.find((each) => each.id === handoffId);
  if (!handoff || handoff[end] === agentId) return null;
  const why = whyNotReattach(org, handoffId, end, agentId);
  if (why) return { why };
  const ends = { source: handoff.source, target: handoff.target, [end]: agentId };
  return {
    edit: {
      name: `take ${handoffName(org, handoffId)} to ${nameOf(org, agentId)}`,
      said: `Handoff now from ${nameOf(org, ends.source)} to ${nameOf(org, ends.target)}`,
      ops: [{ op: "set", in: "handoffs", id: handoffId, field: end, value: agentId }],
    },
  };
}
