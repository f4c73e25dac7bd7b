/** Owns the profile of a simulated population, format `driftlab.population` version 1. */
import { z } from "zod";
import { type FileFormat } from "#shared/format/load.ts";

export const POPULATION_FORMAT = "driftlab.population";
export const POPULATION_VERSION = 1;

const chance = z.number().min(0).max(1);

export const oddsSchema = z
  .looseObject({
    keep: chance.default(0.9).describe("Chance that a constraint the agent holds is passed on as strongly as it holds it."),
    weaken: chance.default(0),
    contradict: chance.default(0),
  })
  .refine((odds) => odds.keep + odds.weaken + odds.contradict <= 1 + 1e-9, {
    message: "keep, weaken and contradict together must not pass 1 (what is left over is dropped)",
  });

export const populationSchema = z.looseObject({
  format: z.literal(POPULATION_FORMAT),
  version: z.literal(POPULATION_VERSION),
  name: z.string().optional(),
  default: oddsSchema.default({ keep: 0.9, weaken: 0.05, contradict: 0 }),
  roles: z.record(z.string(), oddsSchema).default({}).describe("By the sender's role."),
  edges: z.record(z.string(), oddsSchema).default({}).describe("By handoff id; wins over role and default."),
  deliverable: oddsSchema.optional().describe("When writing the deliverable; wins over role and default."),
  silence: chance.default(0).describe("Chance that an agent with something new for a contact does not write to it in that turn."),
  spread: z.number().min(0).max(10).default(0).describe("Between-task standard deviation on the logit of keep."),
  refuse: chance.default(0).describe("Chance that a call ends with the stop reason refusal."),
  skill: chance.default(0.6).describe("Chance that the writer of a deliverable meets each ask its request shows."),
});

export type Odds = z.infer<typeof oddsSchema>;
export type Population = z.infer<typeof populationSchema>;

export const populationFormat: FileFormat<Population> = {
  name: POPULATION_FORMAT,
  article: "a population profile",
  version: POPULATION_VERSION,
  migrations: {},
  schema: populationSchema,
};

/** The population that is used where none is named. */
export const DEFAULT_POPULATION: Population = populationSchema.parse({ format: POPULATION_FORMAT, version: POPULATION_VERSION });

/** The odds that rule one sender → recipient; the most specific entry wins as a whole. */
export function oddsFor(population: Population, sender: { role: string }, edgeId: string | "deliverable"): Odds {
  const byRole = own(population.roles, sender.role) ?? population.default;
  return (edgeId === "deliverable" ? population.deliverable : own(population.edges, edgeId)) ?? byRole;
}

/** A role may be called "constructor": only what the profile itself names counts. */
function own(odds: Record<string, Odds>, name: string): Odds | undefined {
  return Object.hasOwn(odds, name) ? odds[name] : undefined;
}
