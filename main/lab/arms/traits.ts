/** Owns giving a share of an org's agents a trait: who is drawn, and whose instructions give way to the variant. */
import { type Agent, type Org, type Trait, TRAITS } from "#shared/org/schema.ts";
import { errorProblem, type Problem } from "#shared/problem.ts";
import { shuffled } from "#main/models/simulated/dice.ts";

export type TraitShares = Partial<Record<Trait, number>>;

export type WithTraits =
  | {
      ok: true;
      org: Org;
      /** Ids of the agents that have each trait now, in the order of the design. */
      given: Record<Trait, string[]>;
    }
  | { ok: false; problem: Problem };

/**
 * Gives round(share · N) of an org's N agents a trait: their instructions are replaced by the variant of that name. Drawn
 * by the seed among the agents that have the variant; an agent gets at most one trait. A larger share of the same seed
 * holds everybody whom a smaller one holds, so that a sweep over shares adds agents and swaps none.
 *
 * @param shares from 0 to 1, of all agents
 * @returns a problem where a share cannot be given in full: nothing is given in part
 */
export function withTraits(org: Org, shares: TraitShares, seed: number): WithTraits {
  const given: Record<Trait, string[]> = { "goal-pressed": [], "red-team": [] };
  const traitOf = new Map<string, Trait>();
  for (const trait of TRAITS) {
    const share = shares[trait] ?? 0;
    if (!(share >= 0 && share <= 1)) return refused("bad-share", `The share of ${trait} in ${org.name} must be from 0 to 1; got ${share}.`);
    if (share === 0) continue;
    const count = Math.round(share * org.agents.length);
    const bearers = org.agents.filter((agent) => variantOf(agent, trait) !== null);
    const free = bearers.filter((agent) => !traitOf.has(agent.id));
    if (bearers.length === 0)
      return refused(
        "no-variant",
        `No agent of ${org.name} has instructions for ${trait}; write that variant for at least one agent, or leave the trait out.`,
      );
    if (count === 0)
      return refused(
        "share-of-nobody",
        `${percent(share)} of ${org.name}'s ${org.agents.length} agents is nobody; choose a larger share of ${trait}, or 0.`,
      );
    if (count > free.length) {
      const taken = bearers.length - free.length;
      return refused(
        "too-few-variants",
        `${percent(share)} of ${org.name}'s ${org.agents.length} agents is ${count}, but only ${free.length} can be ${trait}: ${bearers.length} of them have instructions for it${taken === 0 ? "" : ` and ${taken} of those have another trait`}. Write that variant for more agents, or choose a smaller share.`,
        bearers.map((agent) => agent.id),
      );
    }
    // Shuffled before those with another trait are left out: whom that trait takes must not change everybody's luck.
    const drawn = shuffled(
      bearers.map((agent) => agent.id),
      seed,
      "trait",
      trait,
    ).filter((id) => !traitOf.has(id));
    for (const id of drawn.slice(0, count)) traitOf.set(id, trait);
    given[trait] = org.agents.map((agent) => agent.id).filter((id) => traitOf.get(id) === trait);
  }
  const agents = org.agents.map((agent) => {
    const trait = traitOf.get(agent.id);
    const instructions = trait === undefined ? null : variantOf(agent, trait);
    return instructions === null ? agent : { ...agent, instructions };
  });
  return { ok: true, org: { ...org, agents }, given };
}

/** How a share reads: `25 %`, `12.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** An agent's instructions for a trait; null where it has none, an empty text being none. */
export function variantOf(agent: Agent, trait: Trait): string | null {
  const text = agent.variants[trait];
  return text === undefined || text.trim() === "" ? null : text;
}

function refused(code: string, message: string, ids: string[] = []): WithTraits {
  return { ok: false, problem: errorProblem(code, message, ids) };
}
