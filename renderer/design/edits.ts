/** Owns what a person can do to a design, as named edits. Pure: design in, edit out. */
import { newAgent, newHandoff } from "#shared/org/create.ts";
import { applyOps, type Edit, type Op, removeAgentOps } from "#shared/org/edit.ts";
import type { Agent, Handoff, Org } from "#shared/org/schema.ts";
import { copyIn, partOf } from "#renderer/design/part.ts";

export type Point = { x: number; y: number };

/** A kind of agent that the palette offers. */
export interface RoleOffer {
  role: string;
  name: string;
  does: string;
  instructions: string;
}

export const ROLE_OFFERS: readonly RoleOffer[] = [
  {
    role: "lead",
    name: "Lead",
    does: "splits the work",
    instructions: "You lead the work. Read what is asked, decide who does which part, and hand each colleague what they need for theirs.",
  },
  {
    role: "researcher",
    name: "Researcher",
    does: "gathers evidence",
    instructions: "You gather what is known. Work out what the question needs, say what you found and how sure you are, and pass it on.",
  },
  {
    role: "analyst",
    name: "Analyst",
    does: "makes it add up",
    instructions: "You work out options and numbers from what you are given, and pass on what follows from them.",
  },
  {
    role: "writer",
    name: "Writer",
    does: "drafts the result",
    instructions: "You write the deliverable from what your colleagues send you, so that it can be used as it stands.",
  },
  {
    role: "reviewer",
    name: "Reviewer",
    does: "approves or sends back",
    instructions: "You read what a colleague has written, say what should change and why, and say plainly when it is good.",
  },
  { role: "agent", name: "Agent", does: "a blank one", instructions: "" },
];

const GRID = 20;
const NODE = { width: 180, height: 80 };

export function snapped({ x, y }: Point): Point {
  return { x: Math.round(x / GRID) * GRID, y: Math.round(y / GRID) * GRID };
}

/** A place near `wanted` where no agent stands. */
export function freePlace(org: Org, wanted: Point): Point {
  const taken = (at: Point) =>
    org.agents.some(({ position }) => Math.abs(position.x - at.x) < NODE.width + 20 && Math.abs(position.y - at.y) < NODE.height + 20);
  let at = snapped(wanted);
  for (let tries = 0; taken(at) && tries < 200; tries += 1) at = { x: at.x, y: at.y + NODE.height + 2 * GRID };
  return at;
}

/** Adds an agent; the first one of a design gets the brief and delivers, so that it can run at once. */
export function addAgent(org: Org, offer: RoleOffer, wanted: Point): { edit: Edit; agent: Agent } {
  const first = org.agents.length === 0;
  const agent = newAgent(org, {
    name: offer.name,
    role: offer.role,
    instructions: offer.instructions,
    position: freePlace(org, wanted),
    ...(first ? { receivesBrief: true, delivers: true } : {}),
  });
  return {
    agent,
    edit: {
      name: `add ${agent.name}`,
      said: `Agent added: ${agent.name}`,
      ops: [{ op: "insert", in: "agents", index: org.agents.length, item: agent }],
    },
  };
}

/** Adds an agent and a handoff to it: a wire that was dropped on the empty canvas. */
export function addAgentAfter(org: Org, sourceId: string, wanted: Point): { edit: Edit; agent: Agent } {
  const { edit, agent } = addAgent(org, ROLE_OFFERS.at(-1) as RoleOffer, wanted);
  const handoff = newHandoff({ ...org, agents: [...org.agents, agent] }, sourceId, agent.id);
  return {
    agent,
    edit: {
      name: `add ${agent.name} after ${nameOf(org, sourceId)}`,
      said: `Agent added: ${agent.name}, after ${nameOf(org, sourceId)}`,
      ops: [...edit.ops, { op: "insert", in: "handoffs", index: org.handoffs.length, item: handoff }],
    },
  };
}

export function connect(org: Org, source: string, target: string): { edit: Edit; handoff: Handoff } {
  const handoff = newHandoff(org, source, target);
  return {
    handoff,
    edit: {
      name: `connect ${nameOf(org, source)} → ${nameOf(org, target)}`,
      said: `Connected ${nameOf(org, source)} to ${nameOf(org, target)}`,
      ops: [{ op: "insert", in: "handoffs", index: org.handoffs.length, item: handoff }],
    },
  };
}

/** Removes agents (with their handoffs), handoffs and notes; groups that lose their last agent go too. */
export function remove(org: Org, agents: readonly string[], handoffs: readonly string[], notes: readonly string[] = []): Edit {
  const ops: Op[] = handoffs.map((id) => ({ op: "remove", in: "handoffs", id }));
  // One after another: a group that loses two agents must lose both.
  for (const id of agents) ops.push(...removeAgentOps(applyOps(org, ops), id));
  const after = applyOps(org, ops);
  for (const group of after.groups)
    if (group.agents.length === 0 && org.groups.some((each) => each.id === group.id && each.agents.length > 0))
      ops.push({ op: "remove", in: "groups", id: group.id });
  for (const id of notes) ops.push({ op: "remove", in: "notes", id });
  const count = agents.length + handoffs.length + notes.length;
  const only =
    count > 1 && agents.length !== 1
      ? `${count} things`
      : agents.length === 1
        ? nameOf(org, agents[0] as string)
        : handoffs.length === 1
          ? handoffName(org, handoffs[0] as string)
          : "a note";
  return { name: `delete ${only}`, ops, said: `Deleted ${inWords(only)}` };
}

/** Moves agents and notes, named by their ids. */
export function move(org: Org, moves: readonly { id: string; position: Point }[], name?: string): Edit {
  const ops = moves.map(({ id, position }): Op => {
    const agent = org.agents.find((each) => each.id === id);
    const before = (agent ?? org.notes.find((each) => each.id === id))?.position ?? {};
    return { op: "set", in: agent ? "agents" : "notes", id, field: "position", value: { ...before, ...position } };
  });
  const one = moves[0]?.id ?? "";
  const words =
    moves.length === 1
      ? `move ${org.agents.some((agent) => agent.id === one) ? nameOf(org, one) : "a note"}`
      : `move ${moves.length} ${moves.every((each) => org.agents.some((agent) => agent.id === each.id)) ? "agents" : "things"}`;
  return { name: name ?? words, ops, coalesce: `move:${moves.map((each) => each.id).join(",")}` };
}

/** A name for the ear: an arrow is read out as its sign. */
export function inWords(name: string): string {
  return name.replaceAll(" → ", " to ");
}

/** Sets one field of an agent; typing in one field is one undo step. */
export function setAgent<K extends keyof Agent & string>(org: Org, id: string, field: K, value: Agent[K]): Edit {
  return {
    name: `change ${field} of ${nameOf(org, id)}`,
    ops: [{ op: "set", in: "agents", id, field, value }],
    coalesce: `agent:${id}:${field}`,
  };
}

export function setHandoff<K extends keyof Handoff & string>(org: Org, id: string, field: K, value: Handoff[K]): Edit {
  return {
    name: `change ${field} of ${handoffName(org, id)}`,
    ops: [{ op: "set", in: "handoffs", id, field, value }],
    coalesce: `handoff:${id}:${field}`,
  };
}

export function setOrg<K extends keyof Org & string>(field: K, value: Org[K]): Edit {
  return { name: `change ${field} of the org`, ops: [{ op: "set-org", field, value }], coalesce: `org:${field}` };
}

/** Turns a handoff around. */
export function reverse(org: Org, id: string): Edit {
  const handoff = org.handoffs.find((each) => each.id === id);
  return {
    name: `reverse ${handoffName(org, id)}`,
    said: `Reversed: now ${nameOf(org, handoff?.target ?? "")} to ${nameOf(org, handoff?.source ?? "")}`,
    ops: [
      { op: "set", in: "handoffs", id, field: "source", value: handoff?.target },
      { op: "set", in: "handoffs", id, field: "target", value: handoff?.source },
    ],
  };
}

/** Copies agents with the handoffs and whole groups among them, a little aside. */
export function duplicate(
  org: Org,
  ids: readonly string[],
  noteIds: readonly string[] = [],
): { edit: Edit; agents: string[]; notes: string[] } {
  const { ops, agents, notes } = copyIn(org, partOf(org, ids, noteIds), { x: 2 * GRID, y: NODE.height + GRID });
  const what = ids.length === 1 ? nameOf(org, ids[0] as string) : ids.length > 0 ? `${ids.length} agents` : "a note";
  return { edit: { name: `duplicate ${what}`, said: `Duplicated ${what}`, ops }, agents, notes };
}

export function nameOf(org: Org, id: string): string {
  return org.agents.find((agent) => agent.id === id)?.name ?? "?";
}

export function handoffName(org: Org, id: string): string {
  const handoff = org.handoffs.find((each) => each.id === id);
  return handoff ? `${nameOf(org, handoff.source)} → ${nameOf(org, handoff.target)}` : "handoff";
}
