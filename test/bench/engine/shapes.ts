/** Owns the three organizations that the bench of the engine plays, as plain data that we and the peers build the same run from. */
import type { Org } from "#shared/org/schema.ts";
import { runnableHandoffs } from "#shared/org/graph.ts";
import { loadOrgValue } from "#shared/org/load.ts";
import consultancyFile from "#main/lab/presets/consultancy-12.org.json" with { type: "json" };
import { testOrg } from "#test/support/orgs.ts";

export interface Shape {
  name: "chain of 5" | "hub of 9" | "consultancy of 12";
  /** Ids of the agents; the first one begins. */
  agents: string[];
  /** Who writes to whom, by id. */
  contacts: Record<string, string[]>;
  /** Hands back the result. */
  deliverer: string;
  /** In the last round the deliverer hands back, and the run is over. */
  rounds: number;
  /** Turns of one run, all agents together: so often a model is asked. */
  turns: number;
}

/** A shape with the design it was read from. */
export interface PlayedShape extends Shape {
  org: Org;
  /** Which of its own turns the deliverer hands back in, from 1. */
  deliversInTurn: number;
}

/** The words of every message: 600 characters, about a paragraph. */
export const MESSAGE = "All figures stay below 40,000 and the review is on the ninth. ".repeat(10).slice(0, 600);

export function shapes(): PlayedShape[] {
  const workers = Array.from({ length: 8 }, (_, index) => `W${index + 1}`);
  const hub = testOrg(workers.flatMap((worker) => [`Hub>${worker}`, `${worker}>Hub`]).join(","), (org) => ({
    ...org,
    agents: org.agents.map((agent) => ({ ...agent, delivers: agent.name === "Hub" })),
  }));
  const consultancy = loadOrgValue(consultancyFile, "consultancy-12");
  if (!consultancy.ok) throw new Error("The preset consultancy-12 does not load.");
  return [shapeOf("chain of 5", testOrg("A>B>C>D>E"), 5), shapeOf("hub of 9", hub, 3), shapeOf("consultancy of 12", consultancy.value, 6)];
}

/** Counts the turns: who has mail acts, and writes along all of its edges. */
function shapeOf(name: Shape["name"], org: Org, rounds: number): PlayedShape {
  const agents = org.agents.map((agent) => agent.id);
  const contacts: Shape["contacts"] = Object.fromEntries(agents.map((id) => [id, []]));
  for (const { source, target } of runnableHandoffs(org)) contacts[source]?.push(target);
  const deliverer = org.agents.find((agent) => agent.delivers)?.id ?? "";
  const entries = org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id);
  if (entries.length !== 1 || entries[0] !== agents[0]) throw new Error(`In the shape ${name} the first agent alone must begin.`);
  let turns = 0;
  let deliversInTurn = 0;
  let acting = new Set(entries);
  for (let round = 1; round <= rounds; round += 1) {
    turns += acting.size;
    if (acting.has(deliverer)) deliversInTurn += 1;
    acting = new Set([...acting].flatMap((id) => contacts[id] ?? []));
  }
  return { name, org, agents, contacts, deliverer, rounds, turns, deliversInTurn };
}
