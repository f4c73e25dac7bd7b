/** Owns what can be varied in some orgs alike, so that a form offers no sweep that would be refused. Pure but for the lookup. */
import { runnableHandoffs } from "#shared/org/graph.ts";
import { type Org, TRAITS } from "#shared/org/schema.ts";
import type { Variable } from "#shared/rpc/experiment-types.ts";
import { percent, withTraits } from "#main/lab/arms/traits.ts";
import type { Lab } from "#main/lab/lab.ts";
import { SOLO_ROLE } from "#main/lab/solo.ts";

/** Handoffs and traits that all of these orgs have; orgs that are gone are passed over. */
export function variableIn(lab: Lab, ids: readonly string[]): Variable {
  const orgs = ids.map((id) => lab.store.orgs.get(id)?.draft ?? null).filter((org) => org !== null && org.agents.length > 0) as Org[];
  return { edges: edgesOf(orgs), handoffs: handoffsOf(orgs), roles: rolesOf(orgs), traits: traitsOf(orgs) };
}

/** Of one org every handoff, by its id; of several those whose names are in each of them once. */
function edgesOf(orgs: readonly Org[]): Variable["edges"] {
  const [first, ...others] = orgs;
  if (!first) return [];
  if (others.length === 0) return runnableHandoffs(first).map((edge) => ({ value: edge.id, label: edgeName(first, edge) }));
  const once = (org: Org) => {
    const names = runnableHandoffs(org).map((edge) => edgeName(org, edge));
    return names.filter((name) => names.indexOf(name) === names.lastIndexOf(name));
  };
  return once(first)
    .filter((name) => others.every((org) => once(org).includes(name)))
    .map((name) => ({ value: name, label: name }));
}

/** Every handoff once; an id that means another pair in another org is told by both. */
function handoffsOf(orgs: readonly Org[]): Variable["handoffs"] {
  const labels = new Map<string, Set<string>>();
  for (const org of orgs)
    for (const edge of runnableHandoffs(org)) labels.set(edge.id, (labels.get(edge.id) ?? new Set()).add(edgeName(org, edge)));
  return [...labels].map(([id, names]) => ({ id, label: [...names].join(" / ") }));
}

/** The agent that is alone among them: solo arms write too. */
function rolesOf(orgs: readonly Org[]): string[] {
  const roles = orgs.flatMap((org) => org.agents.map((agent) => agent.role)).filter((role) => role !== "");
  return [...new Set([...roles, SOLO_ROLE])];
}

function edgeName(org: Org, { source, target }: { source: string; target: string }): string {
  const name = (id: string) => org.agents.find((agent) => agent.id === id)?.name ?? id;
  return `${name(source)} → ${name(target)}`;
}

/** Shares that make a whole number of agents in one org and can be given in all; whether they can is asked of what gives them. */
function traitsOf(orgs: readonly Org[]): Variable["traits"] {
  const shares = [...new Set(orgs.flatMap((org) => org.agents.map((_, index) => Number(((index + 1) / org.agents.length).toFixed(4)))))];
  return TRAITS.flatMap((trait) => {
    const possible = shares.sort((a, b) => a - b).filter((share) => orgs.every((org) => withTraits(org, { [trait]: share }, 0).ok));
    if (possible.length === 0) return [];
    const [only] = orgs.length === 1 ? orgs : [];
    const label = (share: number) =>
      only
        ? `${Math.round(share * only.agents.length)} of ${only.agents.length} agents (${percent(share)})`
        : `${percent(share)} of agents`;
    return [
      { trait, shares: [{ value: "0", label: "none" }, ...possible.map((share) => ({ value: String(share), label: label(share) }))] },
    ];
  });
}
