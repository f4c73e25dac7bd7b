/** Owns the comparison of arms before the start, from their designs and the plan alone (M13). Pure. */
import type { Confound, Severity } from "#shared/drift/confounds.ts";
import type { Plan } from "#shared/experiment/plan.ts";
import { reachableFrom } from "#shared/org/graph.ts";
import { type Agent, type Org, resolvedSettings } from "#shared/org/schema.ts";
import { briefFinding, callFinding, candidateFinding } from "#main/measure/confounds/structure.ts";
import { instructionConfounds } from "#main/measure/confounds/instructions.ts";
import {
  type ArmPair,
  armPairs,
  asConfound,
  count,
  type Finding,
  named,
  settingOf,
  sortConfounds,
  TRAIT_KEY,
} from "#main/measure/confounds/pairs.ts";

/** What a connection does with what a design asks for. */
export interface ConnectionFacts {
  /** Whether a temperature is sent; where it is not, temperatures cannot differ. */
  takesTemperature: boolean;
}

export interface DesignConfoundInput {
  plan: Plan;
  /** The designs by arm id; a pair whose design is missing is left out. */
  designs: ReadonlyMap<string, Org>;
  connection: ConnectionFacts;
}

/**
 * All that differs between each org arm and its solo arms, and between variants of one org, before anything has run. Where
 * nothing differs nothing is said. Fixable ones first.
 */
export function designConfounds({ plan, designs, connection }: DesignConfoundInput): Confound[] {
  const found = armPairs(plan, designs).flatMap((pair) => {
    const a = designs.get(pair.a.id);
    const b = designs.get(pair.b.id);
    if (!a || !b) return [];
    const orgs = { a, b };
    const findings = [
      ...agentValueFindings(pair, orgs, plan, connection),
      candidateFinding(pair),
      briefFinding(pair, orgs),
      callFinding(pair, orgs, plan),
    ].filter((each) => each !== null);
    return [...findings.map((each) => asConfound(pair, each)), ...instructionConfounds(pair, orgs), ...setConfounds(pair, a)];
  });
  return sortConfounds(found);
}

type Orgs = { a: Org; b: Org };

interface AgentValue {
  what: Finding["what"];
  part?: string;
  /** The key of an arm's settings under which a sweep sets it. */
  key: string;
  severity: Severity;
  words: string;
  advice: string;
  read(org: Org, agent: Agent): string;
}

/**
 * What each agent brings to a run. Models, effort and thinking change every answer, so they are high; a token limit shows only
 * where an answer is cut, memory only where an agent acts again, so they are medium; temperature moves the spread more than the mean.
 */
function agentValues(plan: Plan, connection: ConnectionFacts): AgentValue[] {
  const setting = (name: "effort" | "thinking" | "maxOutputTokens" | "temperature", severity: Severity, words: string): AgentValue => ({
    what: "settings",
    part: name,
    key: name,
    severity,
    words,
    advice: "Set it once in the org's defaults, which the solo arms take over, and clear it on the single agents.",
    read: (org, agent) => String(resolvedSettings(org, agent).settings[name] ?? "not set"),
  });
  return [
    {
      what: "model",
      key: "model",
      severity: "high",
      words: "The models that are asked for differ",
      advice: "Name one model for all agents in the plan, or clear the models of the single agents.",
      read: (org, agent) => plan.model ?? resolvedSettings(org, agent).model,
    },
    setting("effort", "high", "The effort that is asked for differs"),
    setting("thinking", "high", "Thinking before the answer differs"),
    setting("maxOutputTokens", "medium", "The most output tokens of one answer differ"),
    ...(connection.takesTemperature ? [setting("temperature", "low", "The temperature differs")] : []),
    {
      what: "tools",
      key: "tools",
      // Tools of a design are kept and not run (see `orgProblems`): they differ on paper alone.
      severity: "low",
      words: "The tools that the designs list beyond sending and delivering differ",
      advice: "They are kept and not run; list the same in both arms or none.",
      read: (_org, agent) => [...new Set(agent.tools)].sort().join(" + ") || "none",
    },
    {
      what: "memory",
      key: "memory",
      severity: "medium",
      words: "What agents remember of their earlier turns differs",
      advice: "Turn memory on or off in both arms, and choose the same answer to memory that is full.",
      read: (org, agent) => (agent.memory ? (org.memoryOverflow === "end" ? "kept, ends the run when full" : "kept") : "none"),
    },
  ];
}

function agentValueFindings(pair: ArmPair, orgs: Orgs, plan: Plan, connection: ConnectionFacts): Finding[] {
  return agentValues(plan, connection).flatMap((value): Finding[] => {
    // A solo that makes one call has no earlier turn to remember.
    if (value.what === "memory" && pair.kind === "solo" && pair.b.baseline !== "budget-matched") return [];
    const read = (org: Org) => new Map(actingAgents(org).map((agent) => [agent, value.read(org, agent)]));
    const [a, b] = [read(orgs.a), read(orgs.b)];
    if (!valuesDiffer(pair, a, b)) return [];
    const treatment = pair.kind === "variant" && pair.changed.includes(value.key);
    const details = { a: spread(a), b: spread(b) };
    return [
      {
        what: value.what,
        ...(value.part === undefined ? {} : { part: value.part }),
        ...(treatment
          ? { class: "treatment" as const, severity: "high" as const }
          : { class: "fixable" as const, severity: value.severity }),
        sentence: `${value.words}: ${details.a} in ${named(pair.a)}, ${details.b} in ${named(pair.b)}. ${
          treatment ? "This was set for the comparison: read the difference as its effect." : value.advice
        }`,
        details,
      },
    ];
  });
}

/** Who can act: who is reached, and who delivers, since a last turn may be asked of it without any mail. */
function actingAgents(org: Org): Agent[] {
  const reached = reachableFrom(
    org,
    org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id),
  );
  return org.agents.filter((agent) => reached.has(agent.id) || agent.delivers);
}

/** Arms differ where one has a value that the other lacks; variants also where the same agent has another value. */
function valuesDiffer(pair: ArmPair, a: ReadonlyMap<Agent, string>, b: ReadonlyMap<Agent, string>): boolean {
  const [inA, inB] = [new Set(a.values()), new Set(b.values())];
  if (inA.size !== inB.size || [...inA].some((value) => !inB.has(value))) return true;
  if (pair.kind === "solo") return false;
  const byId = new Map([...b].map(([agent, value]) => [agent.id, value]));
  return [...a].some(([agent, value]) => byId.has(agent.id) && byId.get(agent.id) !== value);
}

/** Agents are named up to here and counted beyond. */
const MOST_NAMES = 3;

/** `high (Writer), low (2 agents…)`; the value alone where all have the same. */
function spread(values: ReadonlyMap<Agent, string>): string {
  const names = new Map<string, string[]>();
  for (const [agent, value] of values) names.set(value, [...(names.get(value) ?? []), agent.name]);
  if (names.size === 1) return [...names.keys()].join("");
  return [...names].map(([value, who]) => `${value} (${who.length > MOST_NAMES ? count(who.length, "agent") : who.join(", ")})`).join(", ");
}

/** Settings whose effect is read off the designs: where the designs do not differ, setting them changed nothing. */
const READ_OFF_DESIGNS = ["model", "effort", "thinking", "maxOutputTokens", "temperature", "tools", "memory"];

/** What was set for a comparison and no design value shows, such as the relay of a handoff: treatment all the same. */
function setConfounds(pair: ArmPair, org: Org): Confound[] {
  if (pair.kind === "solo") return [];
  return pair.changed
    .filter((key) => !key.startsWith(TRAIT_KEY) && !READ_OFF_DESIGNS.includes(key))
    .map((key) => {
      const details = { a: settingOf(pair.a, key) ?? "as designed", b: settingOf(pair.b, key) ?? "as designed" };
      return asConfound(pair, {
        what: "settings",
        part: `set:${key}`,
        class: "treatment",
        severity: "high",
        sentence: `${settingWords(key, org)} was set to ${details.a} in ${named(pair.a)} and to ${details.b} in ${named(pair.b)}: read the difference between them as its effect.`,
        details,
      });
    });
}

/** What was set, as a person reads it: a handoff by the names of its ends. */
function settingWords(key: string, org: Org): string {
  const edge = org.handoffs.find(({ id }) => key === `relay:${id}`);
  if (!edge) return `The ${key}`;
  const name = (id: string) => org.agents.find((agent) => agent.id === id)?.name ?? id;
  return `The relay of ${name(edge.source)} → ${name(edge.target)}`;
}
