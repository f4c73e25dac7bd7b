/** Owns families of structures: orgs that are made from a kind, a size and a seed, so that structure alone can be varied. */
import { emptyOrg, newAgent, newHandoff } from "#shared/org/create.ts";
import { agentLevels } from "#shared/org/family-stats.ts";
import { reachableFrom } from "#shared/org/graph.ts";
import type { Agent, Org } from "#shared/org/schema.ts";
import { seededNumbers } from "#shared/org/seeded.ts";
import { errorProblem, type Loaded } from "#shared/problem.ts";

export const FAMILIES = ["hierarchy", "flat", "hub", "random"] as const;
export type Family = (typeof FAMILIES)[number];

export const SMALLEST_FAMILY = 3;
export const LARGEST_FAMILY = 16;

export interface FamilySpec {
  family: Family;
  /** Agents, 3 to 16. */
  size: number;
  /** A whole number from 0. A flat org and a hub have nothing to draw: every seed makes the same one. */
  seed: number;
}

/** Reports need as many rounds to come up as the work took to go down; ten are enough for sixteen agents. */
const ROUNDS = 10;
/** An agent's box is about 220 × 120. */
const COLUMN = 320;
const ROW = 160;
const MOST_ROWS = 6;

/** A family's size or seed read from words; the sentence says what they should be. */
export function checkFamily(words: { family: string; size: string; seed: string }): Loaded<FamilySpec> {
  const family = FAMILIES.find((each) => each === words.family);
  if (!family) return refused("no-such-family", `There is no family of orgs called "${words.family}"; there are ${FAMILIES.join(", ")}.`);
  const size = wholeNumber(words.size);
  if (size === null || size < SMALLEST_FAMILY || size > LARGEST_FAMILY)
    return refused(
      "bad-size",
      `The size of a family's org is a whole number from ${SMALLEST_FAMILY} to ${LARGEST_FAMILY}; got "${words.size}".`,
    );
  const seed = wholeNumber(words.seed);
  if (seed === null) return refused("bad-seed", `The seed of a family's org is a whole number from 0; got "${words.seed}".`);
  return { ok: true, value: { family, size, seed }, problems: [] };
}

/** Reads `family:KIND:SIZE` or `family:KIND:SIZE:SEED` (without a seed: 1). */
export function readFamily(name: string): Loaded<FamilySpec> {
  const [prefix, family = "", size = "", seed = "1", ...rest] = name.split(":");
  if (prefix !== "family" || rest.length > 0 || size === "")
    return refused("bad-family", `An org of a family is named family:KIND:SIZE:SEED, for example family:hierarchy:7:1; got "${name}".`);
  return checkFamily({ family, size, seed });
}

function wholeNumber(text: string): number | null {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

function refused(code: string, message: string): Loaded<FamilySpec> {
  return { ok: false, problems: [errorProblem(code, message)] };
}

/**
 * The org of a family. The same kind, size and seed make the same org; it can always run, everybody can be reached from
 * whoever has the brief, and from everybody a path leads to whoever delivers.
 *
 * - `hierarchy`: a tree of two or three people under each; work goes down, reports go up; the director starts and delivers.
 * - `flat`: everybody may write to everybody; the first starts, the last delivers.
 * - `hub`: a coordinator and people who write to it alone; the coordinator starts and delivers.
 * - `random`: a random tree from the first with random further handoffs; the first starts, the last delivers.
 *
 * @throws RangeError where size or seed was not checked with {@link checkFamily}
 */
export function generateOrg({ family, size, seed }: FamilySpec): Org {
  if (!Number.isInteger(size) || size < SMALLEST_FAMILY || size > LARGEST_FAMILY) throw new RangeError(`no family of size ${size}`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`no seed ${seed}`);
  const roll = seededNumbers(seed);
  switch (family) {
    case "hierarchy":
      return hierarchy(size, seed, roll);
    case "flat":
      return flat(size);
    case "hub":
      return hub(size);
    case "random":
      return randomOrg(size, seed, roll);
  }
}

type Person = Pick<Agent, "name" | "role" | "instructions"> & { receivesBrief?: boolean; delivers?: boolean };
/** From and to, as indices of people. */
type Wire = readonly [from: number, to: number];

function assemble(name: string, description: string, people: readonly Person[], wires: readonly Wire[]): Org {
  let org = emptyOrg(name, "");
  org = { ...org, description, limits: { ...org.limits, rounds: ROUNDS } };
  for (const person of people) org = { ...org, agents: [...org.agents, newAgent(org, person)] };
  const ids = org.agents.map((agent) => agent.id);
  for (const [from, to] of wires) org = { ...org, handoffs: [...org.handoffs, newHandoff(org, ids[from] as string, ids[to] as string)] };
  return laidOut(org);
}

/** Levels from left to right, each centred; a level of many takes several columns. */
function laidOut(org: Org): Org {
  const place = new Map<string, { x: number; y: number }>();
  let column = 0;
  for (const level of agentLevels(org))
    for (let first = 0; first < level.length; first += MOST_ROWS) {
      const here = level.slice(first, first + MOST_ROWS);
      for (const [row, id] of here.entries()) place.set(id, { x: column * COLUMN, y: (row - (here.length - 1) / 2) * ROW });
      column += 1;
    }
  return { ...org, agents: org.agents.map((agent) => ({ ...agent, position: place.get(agent.id) ?? agent.position })) };
}

const TEXTS = {
  director:
    "You receive the client's brief and lead the work on it. Split it into assignments for the people you can write to, answer their questions, and ask again where something is missing. When you have their reports, put them together into one document and deliver it.",
  manager:
    "You receive an assignment from the person above you. Split it into assignments for the people below you, answer their questions, put their results together, and report to the person above you.",
  specialist: "You receive an assignment from the person above you. Carry it out and report your result to that person.",
  starter:
    "You are one of several peers. The client's brief comes to you: pass the work on to the peers you can write to, suggest who does what, and take part in it.",
  peer: "You are one of several peers. Do your part of the work that reaches you, and write to the peers you can reach about what you have found and what you need.",
  finisher:
    "You are one of several peers. Put what the others send you together into one document, ask for what is missing, and deliver the document.",
} as const;

function hierarchy(size: number, seed: number, roll: () => number): Org {
  // Filled level by level, so that no branch is deeper than another by more than one.
  const parents: (number | null)[] = [null];
  for (let parent = 0; parents.length < size; parent += 1) {
    const span = 2 + Math.floor(roll() * 2);
    for (let child = 0; child < span && parents.length < size; child += 1) parents.push(parent);
  }
  const leads = new Set(parents);
  const counts = { manager: 0, specialist: 0 };
  const people = parents.map((parent, index): Person => {
    if (parent === null) return { name: "Director", role: "director", instructions: TEXTS.director, receivesBrief: true, delivers: true };
    const role = leads.has(index) ? "manager" : "specialist";
    counts[role] += 1;
    return { name: `${role === "manager" ? "Manager" : "Specialist"} ${counts[role]}`, role, instructions: TEXTS[role] };
  });
  const wires = parents.flatMap((parent, index): Wire[] =>
    parent === null
      ? []
      : [
          [parent, index],
          [index, parent],
        ],
  );
  return assemble(
    `Hierarchy of ${size} (seed ${seed})`,
    "A director, managers and specialists; each writes to the people directly above and below.",
    people,
    wires,
  );
}

/** Peers, the first of whom has the brief and the last of whom delivers. */
function peers(size: number): Person[] {
  return Array.from({ length: size }, (_, index): Person => {
    const name = `Member ${index + 1}`;
    if (index === 0) return { name, role: "member", instructions: TEXTS.starter, receivesBrief: true };
    if (index === size - 1) return { name, role: "member", instructions: TEXTS.finisher, delivers: true };
    return { name, role: "member", instructions: TEXTS.peer };
  });
}

/** All pairs of two different people. */
function pairs(size: number): Wire[] {
  const all = Array.from({ length: size }, (_, index) => index);
  return all.flatMap((from) => all.filter((to) => to !== from).map((to): Wire => [from, to]));
}

function flat(size: number): Org {
  return assemble(
    `Flat team of ${size}`,
    "Peers who may all write to one another; the first receives the brief and the last delivers.",
    peers(size),
    pairs(size),
  );
}

function hub(size: number): Org {
  const people = Array.from(
    { length: size },
    (_, index): Person =>
      index === 0
        ? { name: "Coordinator", role: "coordinator", instructions: TEXTS.director, receivesBrief: true, delivers: true }
        : {
            name: `Specialist ${index}`,
            role: "specialist",
            instructions: "You receive an assignment from the Coordinator. Carry it out and report your result to the Coordinator.",
          },
  );
  return assemble(
    `Hub of ${size}`,
    "A coordinator and specialists who write to the coordinator alone.",
    people,
    pairs(size).filter(([from, to]) => from === 0 || to === 0),
  );
}

/** Chance of each handoff beyond the tree. */
const FURTHER = 0.15;

function randomOrg(size: number, seed: number, roll: () => number): Org {
  const name = `Random org of ${size} (seed ${seed})`;
  const description = "Peers with handoffs drawn at random; the first receives the brief and the last delivers.";
  const people = peers(size);
  const tree = new Set<string>();
  const key = ([from, to]: Wire) => `${from}>${to}`;
  for (let index = 1; index < size; index += 1) tree.add(key([Math.floor(roll() * index), index]));
  const drawn = (wire: Wire) => {
    // Rolled for every pair, so that one pair's luck does not move another's.
    const more = roll() < FURTHER;
    return tree.has(key(wire)) || more;
  };
  const wires = pairs(size).filter(drawn);
  // Whoever has no way to the one that delivers gets a handoff to somebody who has.
  for (;;) {
    const org = assemble(name, description, people, wires);
    const ids = org.agents.map((agent) => agent.id);
    const arrives = ids.map((id) => reachableFrom(org, [id]).has(ids[size - 1] as string));
    const stuck = arrives.lastIndexOf(false);
    if (stuck === -1) return org;
    const ways = ids.map((_, index) => index).filter((index) => arrives[index]);
    wires.push([stuck, ways[Math.floor(roll() * ways.length)] as number]);
  }
}
