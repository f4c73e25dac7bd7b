/** Owns the rows and the plan that tests of the report are made from. */
import type { Report } from "#shared/drift/report.ts";
import type { Plan } from "#shared/experiment/plan.ts";
import type { MeasuredEdge, MeasuredRun } from "#shared/run/measured.ts";
import { buildReport } from "#main/measure/report.ts";
import type { ReportInput } from "#main/measure/report/input.ts";
import { testOrg } from "#test/support/orgs.ts";

/** A → B → C, whose edges are `ab` and `bc`. */
const org = testOrg("A>B>C");
export const [ab, bc] = org.handoffs.map((handoff) => handoff.id) as [string, string];
const hash = "a".repeat(64);

/** The plan of that org beside one solo arm. */
export function plan(tasks: string[], repeats: number): Plan {
  return {
    format: "driftlab.experiment",
    version: 2,
    arms: [
      { id: "arm_org", kind: "org", name: "Org", orgHash: hash, solos: ["arm_solo"], baseline: null, budgets: null, settings: {} },
      { id: "arm_solo", kind: "solo", name: "Solo", orgHash: hash, solos: [], baseline: "one-shot", budgets: null, settings: {} },
    ],
    suite: { id: "s", name: "S", hash },
    tasks: tasks.map((id) => ({ id, hash })),
    repeats,
    connection: { kind: "simulated" },
    model: "m",
    population: null,
    seed: 1,
    endpoints: ["effectiveness", "alignment"],
    margin: 0.05,
    prompts: "p",
    probe: "q",
  };
}

/** A measured run of the org, in which half is kept and half of the asks are met. */
export const run = (taskId: string, repeat: number, fields: Partial<MeasuredRun> = {}): MeasuredRun => ({
  armId: "arm_org",
  taskId,
  repeat,
  status: "complete",
  inputTokens: 20,
  cacheReadTokens: 5,
  cacheWriteTokens: 3,
  outputTokens: 10,
  costUsd: 0.5,
  costReason: null,
  retention: 0.5,
  asksMet: 0.5,
  loss: 0.2,
  lossReason: null,
  omitted: 0.2,
  weakened: 0,
  contradicted: 0,
  ...fields,
});
/** What the first edge lost in one run, all of it omitted. */
export const edge = (taskId: string, repeat: number, loss: number | null, fields: Partial<MeasuredEdge> = {}): MeasuredEdge => ({
  armId: "arm_org",
  taskId,
  repeat,
  edgeId: ab,
  handoffs: 1,
  loss,
  reason: null,
  omitted: loss,
  weakened: loss === null ? null : 0,
  contradicted: loss === null ? null : 0,
  introduced: 0,
  ...fields,
});

/** The report on some rows. */
export function report(fields: Partial<ReportInput> & { tasks?: string[]; repeats?: number }): Report {
  const { tasks = ["t1", "t2", "t3"], repeats = 1, ...rest } = fields;
  return buildReport({
    experimentId: "experiment_x",
    planHash: hash,
    plan: plan(tasks, repeats),
    designs: new Map([["arm_org", org]]),
    clusterOf: new Map(),
    outcomes: [],
    runs: [],
    edges: [],
    dice: () => 0.5,
    ...rest,
  });
}
