/** Owns orgs made for tests. */
import { newAgent, newHandoff, emptyOrg } from "#shared/org/create.ts";
import type { Limits, Org } from "#shared/org/schema.ts";

/** An org from agent names and arrows: `testOrg("A>B>C", …)`; the first name gets the brief, the last delivers. */
export function testOrg(arrows: string, change: (org: Org) => Org = (org) => org): Org {
  let org = emptyOrg("Test org", "test");
  const names = [...new Set(arrows.split(/[>,\s]+/).filter(Boolean))];
  for (const [index, name] of names.entries())
    org = {
      ...org,
      agents: [
        ...org.agents,
        newAgent(org, {
          name,
          role: name.toLowerCase(),
          instructions: `You are ${name}.`,
          receivesBrief: index === 0,
          delivers: index === names.length - 1,
        }),
      ],
    };
  const id = (name: string) => org.agents.find((agent) => agent.name === name)?.id ?? "";
  for (const path of arrows.split(",")) {
    const steps = path.split(">").map((each) => each.trim());
    for (let at = 0; at + 1 < steps.length; at += 1)
      org = { ...org, handoffs: [...org.handoffs, newHandoff(org, id(steps[at] as string), id(steps[at + 1] as string))] };
  }
  return change(org);
}

/** An org with some of its limits changed. */
export const limited =
  (limits: Partial<Limits>) =>
  (org: Org): Org => ({ ...org, limits: { ...org.limits, ...limits } });

/** An org with each agent changed by its name. */
export function withAgents(org: Org, change: (name: string) => object): Org {
  return { ...org, agents: org.agents.map((agent) => ({ ...agent, ...change(agent.name) })) };
}

/** The id of an agent by its name; empty where there is none. */
export function idOf(org: Org, name: string): string {
  return org.agents.find((agent) => agent.name === name)?.id ?? "";
}
