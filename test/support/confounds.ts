/** Owns the plans and the orgs that tests of confounds compare: an org beside a solo arm, and two variants of an org. */
import type { Confound } from "#shared/drift/confounds.ts";
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import type { Agent, Org } from "#shared/org/schema.ts";
import { designConfounds } from "#main/measure/confounds/design.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plan as reportPlan } from "#test/support/reports.ts";

export const orgArm = (id: string, fields: Partial<Arm> = {}): Arm => ({
  id,
  kind: "org",
  name: id,
  orgHash: "a".repeat(64),
  solos: [],
  baseline: null,
  budgets: null,
  settings: {},
  ...fields,
});
export const soloArm = (id: string, baseline: Arm["baseline"], budgets: Arm["budgets"] = null): Arm => ({
  ...orgArm(id),
  kind: "solo",
  baseline,
  budgets,
});
export const planOf = (arms: Arm[], fields: Partial<Plan> = {}): Plan => ({
  ...reportPlan(["t1"], 1),
  arms,
  connection: { kind: "anthropic" },
  model: null,
  ...fields,
});

export const chain = testOrg("A>B>C");
export const soloDesign = (org: Org, instructions = ""): Org =>
  testOrg("Solo", (solo) => ({ ...solo, defaults: org.defaults, agents: solo.agents.map((agent) => ({ ...agent, instructions })) }));
/** An org with the agent of that name changed. */
export const changed = (org: Org, name: string, change: (agent: Agent) => Agent): Org => ({
  ...org,
  agents: org.agents.map((agent) => (agent.name === name ? change(agent) : agent)),
});

interface Besides {
  solo?: Org;
  plan?: Partial<Plan>;
  takesTemperature?: boolean;
  settings?: Arm["settings"];
  baseline?: Arm["baseline"];
  budgets?: Arm["budgets"];
}

/** An org beside one solo arm. */
export function beside(
  org: Org,
  { solo = soloDesign(org), plan, takesTemperature = false, settings = {}, ...arm }: Besides = {},
): Confound[] {
  const { baseline = "one-shot", budgets = null } = arm;
  return designConfounds({
    plan: planOf([orgArm("org", { solos: ["solo"], settings }), soloArm("solo", baseline, budgets)], plan),
    designs: new Map([
      ["org", org],
      ["solo", solo],
    ]),
    connection: { takesTemperature },
  });
}

/** Two variants of an org. */
export function variants(a: [Arm["settings"], Org], b: [Arm["settings"], Org], plan: Partial<Plan> = {}): Confound[] {
  return designConfounds({
    plan: planOf([orgArm("a", { settings: a[0] }), orgArm("b", { settings: b[0] })], plan),
    designs: new Map([
      ["a", a[1]],
      ["b", b[1]],
    ]),
    connection: { takesTemperature: true },
  });
}

/** Each confound's class and what it is of. */
export const kinds = (confounds: readonly Confound[]) => confounds.map((each) => `${each.class} ${each.what}`);
/** Those of one kind. */
export const of = (confounds: readonly Confound[], what: Confound["what"]) => confounds.filter((each) => each.what === what);
