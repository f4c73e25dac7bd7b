/** Owns the solo baseline `one-shot`: the same brief, model and settings, one agent, one call. */
import { ORG_FORMAT, ORG_VERSION, type Org, orgSchema } from "#shared/org/schema.ts";

/** The solo arm of an org as a design of its own. It depends on nothing but the org's default model and settings. */
export function soloOf(org: Org): Org {
  return orgSchema.parse({
    format: ORG_FORMAT,
    version: ORG_VERSION,
    name: "Solo",
    defaults: org.defaults,
    limits: { rounds: 1, turnsPerAgent: 1 },
    agents: [{ id: "agent_solo", name: "Solo", role: "solo", receivesBrief: true, delivers: true }],
  });
}
