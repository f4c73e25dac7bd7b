/** Owns the solo baselines as designs (M12): the same brief, model and settings in one agent's hands. */
import type { Baseline } from "#shared/experiment/plan.ts";
import { runnableHandoffs } from "#shared/org/graph.ts";
import { type Agent, ORG_FORMAT, ORG_VERSION, type Org, orgSchema } from "#shared/org/schema.ts";
import { promptText } from "#main/engine/prompts.ts";

/** What a solo arm's one agent is; a population can give it odds of its own. */
export const SOLO_ROLE = "solo";

/**
 * The solo arm of an org as a design of its own. The brief is not in it: every arm gets the task's, to the letter.
 *
 * - `one-shot` and `best-of-n`: one agent, one call, nothing but the brief; they depend on the org's defaults alone.
 * - `role-play`: one call, with every member's name, role, instructions and contacts as instructions.
 * - `budget-matched`: one agent that takes turns without a limit of rounds; its budget of tokens stands in the arm.
 */
export function soloOf(org: Org, baseline: Baseline): Org {
  const manyTurns = baseline === "budget-matched";
  return orgSchema.parse({
    format: ORG_FORMAT,
    version: ORG_VERSION,
    name: "Solo",
    defaults: org.defaults,
    limits: manyTurns ? { rounds: null } : { rounds: 1, turnsPerAgent: 1 },
    agents: [
      {
        id: "agent_solo",
        name: "Solo",
        role: SOLO_ROLE,
        ...(baseline === "role-play" ? { instructions: rolePlay(org) } : {}),
        ...(manyTurns ? { memory: true } : {}),
        receivesBrief: true,
        delivers: true,
      },
    ],
  });
}

function rolePlay(org: Org): string {
  const members = org.agents.map((agent) =>
    promptText("rolePlayMember", {
      name: agent.name,
      role: agent.role === "" ? "a member" : agent.role,
      contacts: contactWords(org, agent),
      instructions: agent.instructions,
    }).trimEnd(),
  );
  return promptText("rolePlay", { org: org.name, members: members.join("\n\n") });
}

function contactWords(org: Org, agent: Agent): string {
  const names = runnableHandoffs(org)
    .filter((edge) => edge.source === agent.id)
    .map((edge) => org.agents.find((each) => each.id === edge.target)?.name ?? edge.target);
  return names.length === 0 ? "Writes to nobody." : `Writes to ${names.join(", ")}.`;
}
