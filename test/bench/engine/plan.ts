/** Owns the plan under which the bench of the engine stores its runs: one arm, one task, one cell. */
import type { Plan } from "#shared/experiment/plan.ts";
import type { Suite } from "#shared/task/schema.ts";
import { plainSuite } from "#test/support/suites.ts";

const HASH = "b".repeat(64);

export function emptyPlan(): { plan: Plan; suite: Suite; hash: string } {
  const arm: Plan["arms"][number] = {
    id: "org",
    kind: "org",
    name: "org",
    orgHash: HASH,
    solos: [],
    baseline: null,
    budgets: null,
    settings: {},
  };
  const plan: Plan = {
    format: "driftlab.experiment",
    version: 2,
    arms: [arm],
    suite: { id: "plain", name: "Plain", hash: HASH },
    tasks: [{ id: "t1", hash: HASH }],
    repeats: 1,
    connection: { kind: "simulated" },
    model: null,
    population: null,
    seed: 1,
    endpoints: ["effectiveness", "alignment"],
    margin: 0.05,
    prompts: "p/1",
    probe: "q",
  };
  return { plan, suite: plainSuite(1, 1), hash: HASH };
}
