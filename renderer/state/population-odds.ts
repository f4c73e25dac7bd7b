/** Owns changing the odds of the simulated population: for all, for a role, for one handoff, for the deliverable. Pure. */
import type { Odds, Population } from "#shared/population/schema.ts";
import type { Variable } from "#shared/rpc/experiment-types.ts";

export const ODDS = ["keep", "weaken", "contradict"] as const;
export type OddsField = (typeof ODDS)[number];

/** Whose odds; all that are not named have the default. */
export type Whose = { kind: "default" } | { kind: "role" | "edge"; key: string } | { kind: "deliverable" };

/**
 * Puts one of the odds where it is wanted; the others stand where they were wanted, and give way in proportion where keep +
 * weaken + contradict would pass 1. As what is wanted is remembered, one that goes up and down again leaves the others as before.
 */
export function moved(wanted: Odds, field: OddsField, value: number): { wanted: Odds; odds: Odds } {
  const others = ODDS.filter((each) => each !== field);
  const rest = others.reduce((sum, each) => sum + wanted[each], 0);
  const room = 1 - value;
  const scale = rest > room && rest > 0 ? room / rest : 1;
  const odds = { ...wanted, [field]: value };
  // Down, never up: two that are rounded up would pass 1 together. The tiny part is for what floating point holds a little too small.
  for (const each of others) odds[each] = Math.floor(wanted[each] * scale * 100 + 1e-6) / 100;
  return { wanted: { ...wanted, [field]: value }, odds };
}

/** What is left over: the chance that a constraint is dropped. */
export function dropped({ keep, weaken, contradict }: Odds): number {
  return Math.max(0, 1 - keep - weaken - contradict);
}

export function oddsOf(population: Population, whose: Whose): Odds {
  if (whose.kind === "deliverable") return population.deliverable ?? population.default;
  if (whose.kind === "default") return population.default;
  return population[whose.kind === "role" ? "roles" : "edges"][whose.key] ?? population.default;
}

export function withOdds(population: Population, whose: Whose, odds: Odds): Population {
  if (whose.kind === "deliverable") return { ...population, deliverable: odds };
  if (whose.kind === "default") return { ...population, default: odds };
  const group = whose.kind === "role" ? "roles" : "edges";
  return { ...population, [group]: { ...population[group], [whose.key]: odds } };
}

/** Takes odds of their own back, so that the default rules again. */
export function withoutOdds(population: Population, whose: Exclude<Whose, { kind: "default" }>): Population {
  if (whose.kind === "deliverable") {
    const { deliverable: _, ...rest } = population;
    return rest as Population;
  }
  const group = whose.kind === "role" ? "roles" : "edges";
  return { ...population, [group]: Object.fromEntries(Object.entries(population[group]).filter(([key]) => key !== whose.key)) };
}

/** Who has odds of their own, in the order in which they came. */
export function ownOdds(population: Population): Exclude<Whose, { kind: "default" }>[] {
  return [
    ...Object.keys(population.edges).map((key) => ({ kind: "edge" as const, key })),
    ...Object.keys(population.roles).map((key) => ({ kind: "role" as const, key })),
    ...(population.deliverable ? [{ kind: "deliverable" as const }] : []),
  ];
}

type Speakers = Pick<Variable, "handoffs" | "roles">;

/** Who can be given odds of their own yet. */
export function addableOdds(
  population: Population,
  { handoffs, roles }: Speakers,
): { whose: Exclude<Whose, { kind: "default" }>; label: string }[] {
  return [
    ...handoffs
      .filter(({ id }) => !Object.hasOwn(population.edges, id))
      .map(({ id, label }) => ({ whose: { kind: "edge" as const, key: id }, label })),
    ...roles
      .filter((role) => !Object.hasOwn(population.roles, role))
      .map((role) => ({ whose: { kind: "role" as const, key: role }, label: `All that write as “${role}”` })),
    ...(population.deliverable ? [] : [{ whose: { kind: "deliverable" as const }, label: "Who writes the deliverable" }]),
  ];
}

/** As a person reads it: a handoff by the names of its ends. */
export function whoseWords(whose: Exclude<Whose, { kind: "default" }>, { handoffs }: Speakers): string {
  if (whose.kind === "deliverable") return "When writing the deliverable";
  if (whose.kind === "role") return `Role “${whose.key}”`;
  return handoffs.find(({ id }) => id === whose.key)?.label ?? `Handoff “${whose.key}”`;
}
