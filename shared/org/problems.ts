/** Owns what is wrong with a design: each problem says what to do and which agents or handoffs to highlight. */
import { errorProblem, type Problem, warningProblem } from "#shared/problem.ts";
import { agentsOnCycles, reachableFrom } from "#shared/org/graph.ts";
import { type Agent, isRelay, type Org, RELAYS, RUNNABLE_KINDS } from "#shared/org/schema.ts";

/** All problems of a design, errors first. An org runs only without errors. */
export function orgProblems(org: Org): Problem[] {
  const problems = [...idProblems(org), ...handoffProblems(org), ...agentProblems(org), ...pathProblems(org), ...limitProblems(org)];
  return [...problems.filter((each) => each.severity === "error"), ...problems.filter((each) => each.severity === "warning")];
}

/** Whether a run may start. */
export function canRun(problems: readonly Problem[]): boolean {
  return problems.every((problem) => problem.severity !== "error");
}

function named(org: Org, id: string): string {
  const agent = org.agents.find((each) => each.id === id);
  return agent ? agent.name : `"${id}"`;
}

function idProblems(org: Org): Problem[] {
  const times = new Map<string, number>();
  for (const { id } of [...org.agents, ...org.handoffs, ...org.groups, ...org.notes]) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => {
      const often = count === 2 ? "twice" : `${count} times`;
      return errorProblem("duplicate-id", `The id "${id}" is used ${often}; give each agent and handoff its own.`, [id]);
    });
}

function handoffProblems(org: Org): Problem[] {
  const problems: Problem[] = [];
  const agents = new Set(org.agents.map((agent) => agent.id));
  const pairs = new Map<string, string>();
  for (const handoff of org.handoffs) {
    const name = `${named(org, handoff.source)} → ${named(org, handoff.target)}`;
    const missing = [handoff.source, handoff.target].filter((id) => !agents.has(id));
    if (missing.length > 0)
      problems.push(
        errorProblem("missing-agent", `The handoff ${name} leads to an agent that is not there; delete it or connect it again.`, [
          handoff.id,
          ...[handoff.source, handoff.target].filter((id) => agents.has(id)),
        ]),
      );
    else if (handoff.source === handoff.target)
      problems.push(
        errorProblem("self-loop", `${named(org, handoff.source)} hands off to itself; delete that handoff.`, [handoff.id, handoff.source]),
      );
    if (!RUNNABLE_KINDS.includes(handoff.kind))
      problems.push(
        errorProblem(
          "unknown-kind",
          `The handoff ${name} is of kind "${handoff.kind}", which this Driftlab keeps but cannot run; make it a message or delete it.`,
          [handoff.id],
        ),
      );
    else if (!isRelay(handoff.relay))
      problems.push(
        errorProblem(
          "unknown-relay",
          `The handoff ${name} shows its words by "${String(handoff.relay)}", which this Driftlab keeps but cannot run; choose ${RELAYS.join(", ")}.`,
          [handoff.id],
        ),
      );
    const pair = JSON.stringify([handoff.source, handoff.target, handoff.kind]);
    const first = pairs.get(pair);
    if (first !== undefined)
      problems.push(errorProblem("double-handoff", `There are two ${handoff.kind} handoffs ${name}; delete one.`, [handoff.id, first]));
    else pairs.set(pair, handoff.id);
  }
  return problems;
}

function agentProblems(org: Org): Problem[] {
  const problems: Problem[] = [];
  const byName = new Map<string, Agent>();
  for (const agent of org.agents) {
    if (agent.instructions.trim() === "")
      problems.push(warningProblem("empty-instructions", `${agent.name} has no instructions; say what it is there for.`, [agent.id]));
    const twin = byName.get(agent.name.trim().toLowerCase());
    if (twin)
      problems.push(
        warningProblem("same-name", `Two agents are called ${agent.name}; colleagues tell each other apart by name, so rename one.`, [
          agent.id,
          twin.id,
        ]),
      );
    else byName.set(agent.name.trim().toLowerCase(), agent);
    if (agent.tools.length > 0)
      problems.push(
        warningProblem(
          "tools-not-run",
          `${agent.name} lists tools (${agent.tools.join(", ")}); they are kept, but this Driftlab runs none beyond sending and delivering.`,
          [agent.id],
        ),
      );
  }
  return problems;
}

function pathProblems(org: Org): Problem[] {
  const problems: Problem[] = [];
  if (org.agents.length === 0) return [errorProblem("no-agents", "The org has no agents yet; add one from the palette.", [])];
  const entries = org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id);
  const everybody = org.agents.map((agent) => agent.id);
  const deliverers = org.agents.filter((agent) => agent.delivers).map((agent) => agent.id);
  if (entries.length === 0)
    problems.push(
      errorProblem("no-entry", "No agent receives the brief; switch on “receives the brief” for the one that starts.", everybody),
    );
  if (deliverers.length === 0)
    problems.push(
      errorProblem("no-deliverer", "No agent delivers; switch on “delivers” for the one that hands back the result.", everybody),
    );
  if (entries.length === 0) return problems;
  const reached = reachableFrom(org, entries);
  for (const agent of org.agents)
    if (!reached.has(agent.id))
      problems.push(
        warningProblem("unreachable", `${agent.name} can never be reached; hand something off to it or delete it.`, [agent.id]),
      );
  if (deliverers.length > 0 && !deliverers.some((id) => reached.has(id)))
    problems.push(
      errorProblem("no-path", "No path leads from an agent with the brief to one that delivers; connect them.", [
        ...entries,
        ...deliverers,
      ]),
    );
  return problems;
}

function limitProblems(org: Org): Problem[] {
  const { rounds, turnsPerAgent, handoffs, outputTokens, costUsd, wallClockMs } = org.limits;
  if ([rounds, turnsPerAgent, handoffs, outputTokens, costUsd, wallClockMs].some((limit) => limit !== null)) return [];
  const looping = agentsOnCycles(org);
  if (looping.length === 0) return [];
  return [
    errorProblem(
      "no-limit-on-cycle",
      `${looping.map((id) => named(org, id)).join(", ")} can write to each other without end; set a limit of any kind, such as rounds.`,
      looping,
    ),
  ];
}
