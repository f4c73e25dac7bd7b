/** Owns mending a design: of each problem the edit that takes it away, where one is safe. Pure: design and problem in, edit out. */
import { freeId, freeName } from "#shared/org/create.ts";
import { applyOps, type Collection, type Edit, type Op } from "#shared/org/edit.ts";
import { reachableFrom, runnableHandoffs } from "#shared/org/graph.ts";
import { orgProblems } from "#shared/org/problems.ts";
import { type Agent, type Org, RUNNABLE_KINDS } from "#shared/org/schema.ts";
import type { Problem } from "#shared/problem.ts";

/** Rounds where a design that loops has no limit: those of a new org. */
export const ROUNDS_FOR_A_CYCLE = 10;

/**
 * The edit that takes a problem away, named for its button ("make Writer the deliverer"); null where none is safe: where
 * words of a person would go, where there is a choice to make, or where it would bring an error that was not there.
 */
export function fixFor(org: Org, problem: Problem): Edit | null {
  const fix = MENDERS[problem.code]?.(org, problem) ?? null;
  return fix !== null && mends(org, problem, fix) ? fix : null;
}

type Mender = (org: Org, problem: Problem) => Edit | null;

const MENDERS: Readonly<Record<string, Mender>> = {
  "duplicate-id": ownId,
  "missing-agent": (org, { ids: [id] }) => removeHandoff(org, id, "delete the handoff that leads nowhere"),
  "self-loop": (org, { ids: [id] }) => removeHandoff(org, id, "delete the handoff to itself"),
  "double-handoff": (org, { ids: [id] }) => removeHandoff(org, id, "remove the second handoff"),
  "unknown-kind": (_org, { ids: [id] }) => setOn("handoffs", id, "kind", RUNNABLE_KINDS[0], "make it a message"),
  "unknown-relay": (_org, { ids: [id] }) => setOn("handoffs", id, "relay", "paraphrase", "let it travel as a paraphrase"),
  "same-name": ownName,
  "no-entry": giveBrief,
  "no-deliverer": makeDeliver,
  "no-limit-on-cycle": (org) => ({
    name: `set ${ROUNDS_FOR_A_CYCLE} rounds`,
    ops: [{ op: "set-org", field: "limits", value: { ...org.limits, rounds: ROUNDS_FOR_A_CYCLE } }],
  }),
};

/** What tells problems of a design apart. Not their words: a fix may rename an agent that another problem names. */
function keyOf({ code, ids }: Problem): string {
  return JSON.stringify([code, ids]);
}

function timesOf(problems: readonly Problem[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const each of problems) times.set(keyOf(each), (times.get(keyOf(each)) ?? 0) + 1);
  return times;
}

/** Whether the problem comes up less often after the edit, and no error more often. */
function mends(org: Org, problem: Problem, { ops }: Edit): boolean {
  const after = orgProblems(applyOps(org, ops));
  const [was, is] = [timesOf(orgProblems(org)), timesOf(after)];
  const times = (counts: Map<string, number>, each: Problem) => counts.get(keyOf(each)) ?? 0;
  return (
    times(is, problem) < times(was, problem) && after.every((each) => each.severity !== "error" || times(is, each) <= times(was, each))
  );
}

function setOn(list: Collection, id: string | undefined, field: string, value: unknown, name: string): Edit | null {
  return id === undefined ? null : { name, ops: [{ op: "set", in: list, id, field, value }] };
}

/** Operations find things by id: of two with the same one it would not be clear which goes. */
function removeHandoff(org: Org, id: string | undefined, name: string): Edit | null {
  if (id === undefined || org.handoffs.filter((each) => each.id === id).length !== 1) return null;
  return { name, ops: [{ op: "remove", in: "handoffs", id }] };
}

/** What nothing else refers to by its id; agents are, so of two agents with one id a person has to say which is meant. */
const FREE_STANDING = ["handoffs", "groups", "notes"] as const;

/** All but one of those with the id get ids of their own. */
function ownId(org: Org, { ids: [id] }: Problem): Edit | null {
  const ops: Op[] = [];
  const fresh: string[] = [];
  for (let rest = org; id !== undefined && usesOf(rest, id) > 1; rest = applyOps(org, ops)) {
    const list = FREE_STANDING.find((each) => rest[each].some((item) => item.id === id));
    if (!list) break;
    const index = rest[list].findIndex((each) => each.id === id);
    const item = rest[list][index] as Org[typeof list][number];
    fresh.push(freeId(rest, list.slice(0, -1), id.replace(/^(handoff|group|note)_/, "")));
    ops.push({ op: "remove", in: list, id }, { op: "insert", in: list, index, item: { ...item, id: fresh.at(-1) as string } });
  }
  if (fresh.length === 0) return null;
  return { name: fresh.length === 1 ? `give one of them the id ${fresh[0]}` : `give the others the ids ${fresh.join(", ")}`, ops };
}

function usesOf(org: Org, id: string): number {
  return [...org.agents, ...org.handoffs, ...org.groups, ...org.notes].filter((each) => each.id === id).length;
}

/** Names are compared without case and outer space, so a free one must differ in more than those. */
function ownName(org: Org, { ids: [id] }: Problem): Edit | null {
  const agent = org.agents.find((each) => each.id === id);
  if (!agent) return null;
  const plain = { ...org, agents: org.agents.map((each) => ({ ...each, name: each.name.trim().toLowerCase() })) };
  const number = freeName(plain, agent.name.trim().toLowerCase()).slice(agent.name.trim().length);
  const name = `${agent.name.trim()}${number}`;
  if (number === "" || name.length > MOST_NAME_LENGTH) return null;
  return setOn("agents", agent.id, "name", name, `rename the second to ${name}`);
}

const MOST_NAME_LENGTH = 200;

/** The one from which a deliverer is reached; of several the one that reaches most, then the one that fewest write to. */
function giveBrief(org: Org): Edit | null {
  const deliverers = org.agents.filter((agent) => agent.delivers).map((agent) => agent.id);
  const able = org.agents
    .map((agent) => ({ agent, reached: reachableFrom(org, [agent.id]) }))
    .filter(({ reached }) => deliverers.length === 0 || deliverers.some((id) => reached.has(id)));
  const edges = runnableHandoffs(org);
  const written = (agent: Agent) => edges.filter((edge) => edge.target === agent.id).length;
  const [best] = able.toSorted((a, b) => b.reached.size - a.reached.size || written(a.agent) - written(b.agent));
  return best ? setOn("agents", best.agent.id, "receivesBrief", true, `give ${best.agent.name} the brief`) : null;
}

/** One that the brief reaches and that hands off to fewest, the furthest from the brief among those. */
function makeDeliver(org: Org): Edit | null {
  const entries = org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id);
  const steps = stepsFrom(org, entries);
  const edges = runnableHandoffs(org);
  const writes = (agent: Agent) => edges.filter((edge) => edge.source === agent.id).length;
  const [best] = org.agents
    .filter((agent) => entries.length === 0 || steps.has(agent.id))
    .toSorted((a, b) => writes(a) - writes(b) || (steps.get(b.id) ?? 0) - (steps.get(a.id) ?? 0));
  return best ? setOn("agents", best.id, "delivers", true, `make ${best.name} the deliverer`) : null;
}

/** Handoffs on the shortest path to each agent that can be reached. */
function stepsFrom(org: Org, from: readonly string[]): Map<string, number> {
  const edges = runnableHandoffs(org);
  const steps = new Map(from.map((id) => [id, 0]));
  for (let frontier = [...from], count = 1; frontier.length > 0; count += 1) {
    const here = new Set(frontier);
    frontier = [...new Set(edges.filter((edge) => here.has(edge.source) && !steps.has(edge.target)).map((edge) => edge.target))];
    for (const id of frontier) steps.set(id, count);
  }
  return steps;
}
