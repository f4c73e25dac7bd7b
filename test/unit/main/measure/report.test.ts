import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportSchema, type Report } from "#shared/drift/report.ts";
import type { Plan } from "#shared/experiment/plan.ts";
import type { MeasuredEdge, MeasuredRun } from "#shared/run/measured.ts";
import { buildReport, type ReportInput } from "#main/measure/report.ts";
import { testOrg } from "#test/support/orgs.ts";

const org = testOrg("A>B>C");
const [ab, bc] = org.handoffs.map((handoff) => handoff.id) as [string, string];
const hash = "a".repeat(64);

function plan(tasks: string[], repeats: number): Plan {
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

const run = (taskId: string, repeat: number, fields: Partial<MeasuredRun> = {}): MeasuredRun => ({
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
const edge = (taskId: string, repeat: number, loss: number | null, fields: Partial<MeasuredEdge> = {}): MeasuredEdge => ({
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

function report(fields: Partial<ReportInput> & { tasks?: string[]; repeats?: number }): Report {
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

/** Every number of a report is one that JSON can hold. */
function expectFinite(value: unknown, path = "report"): void {
  if (typeof value === "number") expect(Number.isFinite(value), path).toBe(true);
  else if (Array.isArray(value)) for (const [index, each] of value.entries()) expectFinite(each, `${path}[${index}]`);
  else if (value && typeof value === "object") for (const [key, each] of Object.entries(value)) expectFinite(each, `${path}.${key}`);
}

describe("report", () => {
  it("M14 tasks count equally, however many runs each has", () => {
    const made = report({
      runs: [run("t1", 1), run("t1", 2), run("t1", 3), run("t2", 1), run("t3", 1)],
      edges: [edge("t1", 1, 0), edge("t1", 2, 0), edge("t1", 3, 0), edge("t2", 1, 0.6), edge("t3", 1, 0.9)],
    });
    expect(made.edges[0]?.drift).toMatchObject({ mean: 0.5, tasks: 3 });
  });

  it("M14 a task and its twin are one cluster", () => {
    const made = report({
      tasks: ["t1", "t1-twin", "t2", "t3"],
      clusterOf: new Map([
        ["t1", "t1"],
        ["t1-twin", "t1"],
        ["t2", "t2"],
        ["t3", "t3"],
      ]),
      runs: ["t1", "t1-twin", "t2", "t3"].map((task) => run(task, 1)),
      edges: [edge("t1", 1, 0), edge("t1-twin", 1, 0.6), edge("t2", 1, 0.6), edge("t3", 1, 0.9)],
    });
    expect(made.edges[0]?.drift.tasks).toBe(3);
    expect(made.edges[0]?.drift.mean).toBeCloseTo((0.3 + 0.6 + 0.9) / 3, 12);
    expect(made.comparisons[0]?.perTask.map((each) => each.task)).toEqual(["t1", "t2", "t3"]);
  });

  it("M16 M21 two tasks: a mean, no interval, too-few", () => {
    const made = report({ tasks: ["t1", "t2"], runs: [run("t1", 1), run("t2", 1)], edges: [edge("t1", 1, 0.2), edge("t2", 1, 0.4)] });
    expect(made.edges[0]?.drift).toMatchObject({ interval: null, reason: "too-few", tasks: 2 });
    expect(made.edges[0]?.drift.mean).toBeCloseTo(0.3, 12);
  });

  it("M14 two tasks, three repeats: org − solo speaks about these tasks only", () => {
    const both = ["t1", "t2"].flatMap((task) =>
      [1, 2, 3].flatMap((repeat) => [
        run(task, repeat, { asksMet: 0.5 + repeat / 10 }),
        run(task, repeat, { armId: "arm_solo", asksMet: 0.2 + repeat / 20 }),
      ]),
    );
    const made = report({ tasks: ["t1", "t2"], repeats: 3, runs: both });
    expect(made.comparisons[0]).toMatchObject({ endpoint: "effectiveness", scope: "these tasks only", p: null, tasks: 2 });
    expect(made.comparisons[0]?.interval).not.toBeNull();
    expect(made.comparisons[0]?.estimate).toBeCloseTo(0.4, 12);
  });

  it("M15 five tasks: an interval and no p, and it says why", () => {
    const tasks = ["t1", "t2", "t3", "t4", "t5"];
    const made = report({
      tasks,
      runs: tasks.flatMap((task, index) => [
        run(task, 1, { asksMet: 0.5 + index / 20 }),
        run(task, 1, { armId: "arm_solo", asksMet: 0.3 }),
      ]),
    });
    expect(made.comparisons[0]?.interval).not.toBeNull();
    expect(made.comparisons[0]?.p).toBeNull();
    expect(made.comparisons[0]?.pReason).toContain("5 tasks");
  });

  it("M15 where so few tasks and so many comparisons cannot reach .05, it says so beside the p", () => {
    const made = (count: number) => {
      const tasks = Array.from({ length: count }, (_, index) => `t${index}`);
      return report({
        tasks,
        runs: tasks.flatMap((task, index) => [
          run(task, 1, { asksMet: 0.5 + index / 20, retention: 0.2 + index / 20 }),
          run(task, 1, { armId: "arm_solo", asksMet: 0.3, retention: 0.1 }),
        ]),
      }).comparisons;
    };
    // Two endpoints of 6 tasks: twice 2/64 is above .05, of 7 it is not.
    for (const each of made(6)) {
      expect(each).toMatchObject({ p: 1 / 32, pHolm: 1 / 16, floor: 1 / 32 });
      expect(each.pReason).toBe(".05 cannot be reached with 6 tasks and 2 comparisons: Holm's p is at least .0625");
    }
    for (const each of made(7)) expect(each).toMatchObject({ p: 1 / 64, pHolm: 1 / 32, pReason: null });
  });

  it("M15 all differences equal: interval and p null, no-variance", () => {
    const tasks = ["t1", "t2", "t3", "t4", "t5", "t6", "t7"];
    const made = report({
      tasks,
      runs: tasks.flatMap((task) => [run(task, 1, { asksMet: 0.5 }), run(task, 1, { armId: "arm_solo", asksMet: 0.25 })]),
    });
    expect(made.comparisons[0]).toMatchObject({ estimate: 0.25, interval: null, p: null, reason: "no-variance" });
  });

  it("M22 firing: the share of runs in which the edge fired, and loss per run with not-fired as 0", () => {
    const tasks = ["t1", "t2", "t3"];
    const made = report({
      tasks,
      repeats: 2,
      runs: tasks.flatMap((task) => [run(task, 1), run(task, 2)]),
      edges: tasks.map((task) => edge(task, 1, 0.8, { handoffs: 3 })),
    });
    expect(made.edges[0]).toMatchObject({ runs: 6, runsFired: 3, handoffs: 9, measured: 3 });
    expect(made.edges[0]?.drift.mean).toBeCloseTo(0.8, 12);
    expect(made.edges[0]?.perRun.mean).toBeCloseTo(0.4, 12);
  });

  it("M21 M22 an edge that never fired: null and not-fired, not 0", () => {
    const made = report({ runs: ["t1", "t2", "t3"].map((task) => run(task, 1)) });
    expect(made.edges[1]).toMatchObject({
      edgeId: bc,
      runsFired: 0,
      handoffs: 0,
      drift: { mean: null, interval: null, reason: "not-fired" },
      parts: null,
    });
  });

  it.each(["nothing-to-lose", "nothing-to-carry", "no-probe"] as const)(
    "M21 an edge with %s in every run: null with that reason, counted apart",
    (reason) => {
      const tasks = ["t1", "t2", "t3"];
      const made = report({ runs: tasks.map((task) => run(task, 1)), edges: tasks.map((task) => edge(task, 1, null, { reason })) });
      expect(made.edges[0]).toMatchObject({ runsFired: 3, measured: 0, drift: { mean: null, reason }, parts: null });
      expect(made.edges[0]?.nothingToLose).toBe(reason === "nothing-to-lose" ? 3 : 0);
      expect(made.edges[0]?.nothingToCarry).toBe(reason === "nothing-to-carry" ? 3 : 0);
    },
  );

  it("M21 loss per run is null too where no firing run could be measured: an edge that fired is not an edge without loss", () => {
    const made = report({
      repeats: 2,
      runs: ["t1", "t2", "t3"].flatMap((task) => [run(task, 1), run(task, 2)]),
      edges: ["t1", "t2", "t3"].map((task) => edge(task, 1, null, { reason: "no-probe" })),
    });
    expect(made.edges[0]?.perRun.mean).toBeNull();
    expect(made.edges[0]?.perRun.reason).toBe("no-probe");
  });

  it("M21 runs with nothing to lose are left out of the mean, never entered as 0", () => {
    const tasks = ["t1", "t2", "t3"];
    const made = report({
      repeats: 2,
      runs: tasks.flatMap((task) => [run(task, 1), run(task, 2)]),
      edges: tasks.flatMap((task) => [edge(task, 1, 0.6), edge(task, 2, null, { reason: "nothing-to-lose" })]),
    });
    expect(made.edges[0]?.drift.mean).toBeCloseTo(0.6, 12);
  });

  it("M3 the mean parts add up to the mean loss", () => {
    const made = report({
      runs: ["t1", "t2", "t3"].map((task) => run(task, 1)),
      edges: [
        edge("t1", 1, 0.6, { omitted: 0.1, weakened: 0.2, contradicted: 0.3 }),
        edge("t2", 1, 0.2, { omitted: 0.2 }),
        edge("t2", 2, 0.4, { omitted: 0, weakened: 0.4 }),
        edge("t3", 1, 1, { omitted: 0, contradicted: 1 }),
      ],
    });
    const parts = made.edges[0]?.parts;
    expect((parts?.omitted ?? 0) + (parts?.weakened ?? 0) + (parts?.contradicted ?? 0)).toBeCloseTo(made.edges[0]?.drift.mean ?? -1, 12);
  });

  it("tells the input of an arm apart: at full price, read from the cache, written to it", () => {
    const runs = [run("t1", 1, { inputTokens: 100, cacheReadTokens: 40 }), run("t2", 1, { inputTokens: 1, cacheWriteTokens: 7 })];
    const [ofOrg, ofSolo] = report({ runs }).arms;
    expect(ofOrg).toMatchObject({ inputTokens: 101, cacheReadTokens: 45, cacheWriteTokens: 10, outputTokens: 20, costUsd: 1 });
    expect(ofSolo).toMatchObject({ inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, costUsd: 0 });
  });

  it("M21 unknown price: cost null with the reason, never 0", () => {
    const made = report({ runs: [run("t1", 1, { costUsd: null }), run("t2", 1)] });
    expect(made.arms[0]).toMatchObject({ costUsd: null, costReason: "unknown-price" });
  });

  it("M1 refused and incomplete runs are counted, and where there is no other the arm's figures say so", () => {
    const refused = report({
      runs: ["t1", "t2", "t3"].map((task) =>
        run(task, 1, {
          status: "refused",
          retention: null,
          asksMet: null,
          loss: null,
          lossReason: "refused",
          omitted: null,
          weakened: null,
          contradicted: null,
        }),
      ),
    });
    expect(refused.arms[0]?.status).toEqual({ complete: 0, refused: 3, incomplete: 0 });
    expect(refused.arms[0]?.retention).toMatchObject({ mean: null, interval: null, reason: "refused" });
    expect(refused.arms[0]?.effectiveness).toMatchObject({ mean: null, reason: "refused", measure: "asks met" });
    const none = report({});
    expect(none.arms[0]?.retention).toMatchObject({ mean: null, reason: "no-runs" });
    expect(none.edges[0]?.drift).toMatchObject({ mean: null, reason: "no-runs" });
  });

  it("M8 the badge says simulated, or observed", () => {
    expect(report({}).badge).toBe("simulated");
    expect(report({ plan: { ...plan(["t1"], 1), connection: { kind: "anthropic" } } }).badge).toBe("observed");
  });

  it("M4 retention keeps to [-1, 1], with its interval", () => {
    for (const values of [
      [-1, -1, -1],
      [1, 1, 1],
      [-1, 1, 0],
      [-0.5, 0.2, 0.9],
    ]) {
      const tasks = ["t1", "t2", "t3"];
      const { retention } = report({ runs: tasks.map((task, index) => run(task, 1, { retention: values[index] ?? 0 })) }).arms[0] ?? {};
      expect(retention?.mean).toBeCloseTo(values.reduce((a, b) => a + b) / 3, 12);
      expect(retention?.interval?.low).toBeGreaterThanOrEqual(-1);
      expect(retention?.interval?.high).toBeLessThanOrEqual(1);
      expect(retention?.interval?.low).toBeLessThanOrEqual(retention?.mean ?? 0);
      expect(retention?.interval?.high).toBeGreaterThanOrEqual(retention?.mean ?? 0);
    }
  });

  const figure = (min: number, max: number) => fc.oneof(fc.constantFrom(min, max, 0), fc.double({ min, max, noNaN: true }));
  const randomRun = fc
    .record({
      armId: fc.constantFrom("arm_org", "arm_solo"),
      taskId: fc.constantFrom("t1", "t2", "t3", "t4", "t5", "t6", "t7"),
      repeat: fc.integer({ min: 1, max: 3 }),
      status: fc.constantFrom("complete" as const, "refused" as const, "incomplete" as const),
      inputTokens: fc.nat(),
      cacheReadTokens: fc.nat(),
      cacheWriteTokens: fc.nat(),
      outputTokens: fc.nat(),
      costUsd: fc.option(figure(0, 9), { nil: null }),
      retention: fc.option(figure(-1, 1), { nil: null }),
      asksMet: fc.option(figure(0, 1), { nil: null }),
      loss: fc.option(figure(0, 3), { nil: null }),
      lossReason: fc.constant(null),
    })
    .map(
      (made): MeasuredRun => ({
        ...made,
        costReason: made.costUsd === null ? "unknown-price" : null,
        omitted: made.loss,
        weakened: made.loss === null ? null : 0,
        contradicted: made.loss === null ? null : 0,
      }),
    );
  const randomEdge = fc
    .record({
      taskId: fc.constantFrom("t1", "t2", "t3", "t4", "t5", "t6", "t7"),
      repeat: fc.integer({ min: 1, max: 3 }),
      loss: fc.option(figure(0, 3), { nil: null }),
      edgeId: fc.constantFrom(ab, bc),
    })
    .map(({ taskId, repeat, loss, edgeId }) => edge(taskId, repeat, loss, { edgeId, reason: loss === null ? "nothing-to-lose" : null }));
  const key = (each: { armId: string; taskId: string; repeat: number; edgeId?: string }) =>
    JSON.stringify([each.armId, each.taskId, each.repeat, each.edgeId]);

  it("M21 whatever was measured, no NaN and no Infinity leaves, a null mean has a reason, and the report keeps to its schema", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(randomRun, { selector: key, maxLength: 30 }),
        fc.uniqueArray(randomEdge, { selector: key, maxLength: 30 }),
        (runs, edges) => {
          const made = report({
            tasks: ["t1", "t2", "t3", "t4", "t5", "t6", "t7"],
            repeats: 3,
            runs,
            edges,
            clusterOf: new Map([["t2", "t1"]]),
          });
          expectFinite(made);
          expect(reportSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
          const estimates = [
            ...made.arms.flatMap((arm) => [arm.effectiveness, arm.retention]),
            ...made.edges.flatMap((each) => [each.drift, each.perRun]),
            ...made.deliverables.map((each) => each.drift),
          ];
          for (const each of estimates) {
            if (each.mean === null || each.interval === null) expect(each.reason).not.toBeNull();
            if (each.interval) {
              expect(each.interval.low).toBeLessThanOrEqual(each.interval.high);
              expect(each.reason).toBeNull();
            }
          }
          for (const each of made.comparisons) if (each.estimate === null || each.interval === null) expect(each.reason).not.toBeNull();
        },
      ),
      { seed: 3, numRuns: 250 },
    );
  });

  it("J the same runs give the same report, byte for byte, whatever order they come in", () => {
    const tasks = Array.from({ length: 23 }, (_, index) => `t${index}`);
    const value = (index: number) => ((index * 37) % 17) / 17;
    const runs = tasks.flatMap((task, index) => [
      run(task, 1, { asksMet: value(index), retention: value(index + 3) }),
      run(task, 2, { asksMet: value(index + 5) }),
      run(task, 1, { armId: "arm_solo", asksMet: value(index + 9) }),
    ]);
    const edges = tasks.map((task, index) => edge(task, 1, value(index)));
    const dice = () => {
      let state = 1;
      return () => {
        state = (state * 16_807) % 2_147_483_647;
        return state / 2_147_483_647;
      };
    };
    const straight = JSON.stringify(report({ tasks, repeats: 2, runs, edges, dice: dice() }));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(runs, { minLength: runs.length }),
        fc.shuffledSubarray(edges, { minLength: edges.length }),
        (otherRuns, otherEdges) => {
          expect(JSON.stringify(report({ tasks, repeats: 2, runs: otherRuns, edges: otherEdges, dice: dice() }))).toBe(straight);
        },
      ),
      { seed: 5, numRuns: 10 },
    );
  });
});
