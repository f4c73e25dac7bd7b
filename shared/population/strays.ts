/** Owns what a population profile names that no design of a plan has: odds that would silently rule nothing. */
import type { Org } from "#shared/org/schema.ts";
import type { Population } from "#shared/population/schema.ts";

/** One sentence for handoffs and one for roles, where there are such; none is an error, since a profile may serve many orgs. */
export function strayEntries(population: Population, orgs: readonly Org[]): string[] {
  const edges = new Set(orgs.flatMap((org) => org.handoffs.map((handoff) => handoff.id)));
  const roles = new Set(orgs.flatMap((org) => org.agents.map((agent) => agent.role)));
  return [
    ...sentence("handoff", Object.keys(population.edges), edges, "an id such as"),
    ...sentence("role", Object.keys(population.roles), roles, "one such as"),
  ];
}

/** Most names that are listed. */
const MOST_NAMED = 5;

function sentence(what: string, named: readonly string[], there: ReadonlySet<string>, such: string): string[] {
  const strays = named.filter((name) => !there.has(name));
  if (strays.length === 0) return [];
  const list = strays.slice(0, MOST_NAMED).map((name) => `"${name}"`);
  const more = strays.length > MOST_NAMED ? ` and ${strays.length - MOST_NAMED} more` : "";
  const one = strays.length === 1;
  const example = [...there].find((name) => name !== "");
  const hint = example === undefined ? "" : `; the designs have ${such} "${example}"`;
  return [
    `The population names the ${what}${one ? "" : "s"} ${list.join(", ")}${more}, which no org of this plan has, so ${one ? "its odds rule" : "their odds rule"} nothing${hint}.`,
  ];
}
