/** Owns how new parts of a design come about: ids, free names, an empty org, why a wire is refused. */
import { type Agent, agentSchema, type Handoff, handoffSchema, ORG_FORMAT, ORG_VERSION, type Org, orgSchema } from "#shared/org/schema.ts";

/** An id that nothing in the design uses: `agent_analyst`, `agent_analyst_2`. */
export function freeId(org: Org, prefix: string, words: string): string {
  const taken = new Set([...org.agents, ...org.handoffs, ...org.groups, ...org.notes].map((item) => item.id));
  const slug =
    words
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_|_$/g, "")
      .slice(0, 40) || "new";
  const base = `${prefix}_${slug}`;
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? base : `${base}_${count}`;
    if (!taken.has(id)) return id;
  }
}

/** A name that no agent has: "Analyst", "Analyst 2". */
export function freeName(org: Org, name: string): string {
  const taken = new Set(org.agents.map((agent) => agent.name));
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name} ${count}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** A new agent of a role, with an id and name that are free in the design. */
export function newAgent(org: Org, fields: Partial<Agent> & { name: string }): Agent {
  const name = freeName(org, fields.name);
  return agentSchema.parse({ ...fields, name, id: freeId(org, "agent", name) });
}

/** A new message handoff. */
export function newHandoff(org: Org, source: string, target: string): Handoff {
  const slug = (id: string) => id.replace(/^agent_/, "");
  return handoffSchema.parse({ id: freeId(org, "handoff", `${slug(source)}_${slug(target)}`), source, target });
}

/** Why two agents cannot be connected, as a sentence; null where they can. */
export function whyNotConnect(org: Org, source: string, target: string): string | null {
  const name = (id: string) => org.agents.find((agent) => agent.id === id)?.name ?? id;
  if (source === target) return `${name(source)} cannot hand off to itself.`;
  if (org.handoffs.some((handoff) => handoff.source === source && handoff.target === target && handoff.kind === "message"))
    return `${name(source)} already hands off to ${name(target)}.`;
  return null;
}

/** An org with nothing in it. */
export function emptyOrg(name: string, appVersion: string): Org {
  return orgSchema.parse({ format: ORG_FORMAT, version: ORG_VERSION, appVersion, name });
}

/** What an org *is*, for its content hash: the design without position, locks, pins, notes, groups and labels (they do not change a run). */
export function orgContent(org: Org): unknown {
  const { groups: _groups, notes: _notes, appVersion: _appVersion, agents, handoffs, ...rest } = org;
  return {
    ...rest,
    agents: agents.map(({ position: _position, notes: _agentNotes, locked: _locked, pinned: _pinned, ...agent }) => agent),
    handoffs: handoffs.map(({ label: _label, ...handoff }) => handoff),
  };
}
