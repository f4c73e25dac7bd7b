/** Owns what an experiment will take before it starts: calls and tokens, as ranges from the structure alone. */
import type { Plan } from "#shared/experiment/plan.ts";
import { depth, reachableFrom } from "#shared/org/graph.ts";
import { type Org, resolvedSettings } from "#shared/org/schema.ts";

export interface Range {
  low: number;
  high: number;
}

export interface Forecast {
  cells: number;
  calls: Range;
  /** Output tokens: from short messages to every answer at its limit. */
  outputTokens: Range;
}

/** A short message's tokens, for the low end. */
const SHORT_MESSAGE = 100;

/**
 * Calls and tokens of a whole plan, one call a turn. The high end has every agent acting in every round and every answer
 * at its limit; a turn whose calls are refused may take a few more. What must not be passed is said by the cap.
 *
 * @param cellsDone how many cells of an arm are done already: of them only the count of all cells knows
 */
export function forecast(plan: Plan, designs: ReadonlyMap<string, Org>, cellsDone: (armId: string) => number = () => 0): Forecast {
  const cells = plan.tasks.length * plan.repeats;
  const total: Forecast = { cells: cells * plan.arms.length, calls: { low: 0, high: 0 }, outputTokens: { low: 0, high: 0 } };
  for (const arm of plan.arms) {
    const perArm = cells - cellsDone(arm.id);
    const org = designs.get(arm.orgHash);
    if (!org) continue;
    const calls = arm.kind === "solo" ? { low: 1, high: 1 } : callsOf(org);
    const most = Math.max(...org.agents.map((agent) => resolvedSettings(org, agent).settings.maxOutputTokens));
    const tokenCap = org.limits.outputTokens ?? Number.POSITIVE_INFINITY;
    total.calls.low += perArm * calls.low;
    total.calls.high += perArm * calls.high;
    total.outputTokens.low += perArm * Math.min(calls.low * Math.min(SHORT_MESSAGE, most), tokenCap);
    total.outputTokens.high += perArm * Math.min(calls.high * most, tokenCap);
  }
  return total;
}

function callsOf(org: Org): Range {
  const entries = org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id);
  const reached = reachableFrom(org, entries).size;
  const rounds = org.limits.rounds ?? org.limits.handoffs ?? (org.limits.turnsPerAgent ?? 1) * org.agents.length;
  const turns = Math.min(rounds, org.limits.turnsPerAgent ?? rounds) * reached + 1;
  return { low: Math.min(reached, depth(org) + 1), high: Math.max(turns, reached) };
}
