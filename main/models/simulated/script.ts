/** Owns what the population is told about one cell: the phrasings, the odds of every sender → recipient, the seed. */
import { oddsFor, type Odds, type Population } from "#shared/population/schema.ts";
import type { Org } from "#shared/org/schema.ts";
import { runnableHandoffs } from "#shared/org/graph.ts";
import type { Task } from "#shared/task/schema.ts";
import { normalDice } from "#main/models/simulated/dice.ts";

/** The recipient under which the deliverable's odds stand. */
export const PRINCIPAL = "deliverable";

export interface ScriptItem {
  id: string;
  /** Sentences by which it is recognised and in which it is written, per strength. */
  preserved: string[];
  weakened: string[];
  contradicted: string[];
  /** Other words that show it in full, e.g. the constraint as the ledger has it. */
  alsoPreserved: string[];
}

export interface ScriptAsk {
  id: string;
  text: string;
  /** What a deliverable that does it says. */
  met: string[];
}

export interface CellScript {
  cell: string;
  seed: number;
  constraints: ScriptItem[];
  asks: ScriptAsk[];
  /** `odds[senderId][recipientId]`; the deliverable's under PRINCIPAL. */
  odds: Record<string, Record<string, Odds>>;
  /** Agent ids by the names under which colleagues write to them. */
  names: Record<string, string>;
  silence: number;
  refuse: number;
  skill: number;
}

/** Builds a cell's script. `task.id` and the seed fix the between-task spread, so that all repeats of a task share it. */
export function cellScript(cell: string, org: Org, task: Task, population: Population, seed: number): CellScript {
  const odds: CellScript["odds"] = {};
  for (const agent of org.agents)
    odds[agent.id] = { [PRINCIPAL]: spreadOdds(oddsFor(population, agent, PRINCIPAL), population.spread, seed, task.id, `${agent.id}→`) };
  for (const edge of runnableHandoffs(org)) {
    const sender = org.agents.find((agent) => agent.id === edge.source);
    const row = odds[edge.source];
    if (sender && row) row[edge.target] = spreadOdds(oddsFor(population, sender, edge.id), population.spread, seed, task.id, edge.id);
  }
  return {
    cell,
    seed,
    constraints: task.ledger.map((constraint) => ({
      id: constraint.id,
      preserved: constraint.phrasings?.preserved.length ? constraint.phrasings.preserved : [`Keep to this: ${constraint.text}`],
      weakened: constraint.phrasings?.weakened.length
        ? constraint.phrasings.weakened
        : [`Where convenient, bear in mind: ${constraint.text}`],
      contradicted: constraint.phrasings?.contradicted.length
        ? constraint.phrasings.contradicted
        : [`We set this aside: ${constraint.text}`],
      alsoPreserved: [constraint.text],
    })),
    asks: task.asks.map((ask) => ({
      id: ask.id,
      text: ask.text,
      met: ask.phrasings?.preserved.length ? ask.phrasings.preserved : [`Done as asked: ${ask.text}`],
    })),
    odds,
    names: Object.fromEntries(
      org.agents.flatMap((agent) => [
        [agent.id, agent.id],
        [agent.name, agent.id],
      ]),
    ),
    silence: population.silence,
    refuse: population.refuse,
    skill: population.skill,
  };
}

/** Moves keep by `spread` standard deviations on its logit; what is not kept is shared out as before. 0 and 1 stay. */
function spreadOdds(odds: Odds, spread: number, seed: number, task: string, edge: string): Odds {
  if (spread === 0 || odds.keep <= 0 || odds.keep >= 1) return odds;
  return oddsAt(odds, spread * normalDice(seed, "spread", task, edge));
}

/** The odds with keep moved by `shift` on its logit. */
export function oddsAt(odds: Odds, shift: number): Odds {
  const keep = 1 / (1 + Math.exp(-(Math.log(odds.keep / (1 - odds.keep)) + shift)));
  const rest = (1 - keep) / (1 - odds.keep);
  return { ...odds, keep, weaken: odds.weaken * rest, contradict: odds.contradict * rest };
}
