import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportSchema } from "#shared/drift/report.ts";
import type { MeasuredRun } from "#shared/run/measured.ts";
import { ab, bc, edge, plan, report, run } from "#test/support/reports.ts";

/** Every number of a report is one that JSON can hold. */
function expectFinite(value: unknown, path = "report"): void {
  if (typeof value === "number") expect(Number.isFinite(value), path).toBe(true);
  else if (Array.isArray(value)) for (const [index, each] of value.entries()) expectFinite(each, `${path}[${index}]`);
  else if (value && typeof value === "object") for (const [key, each] of Object.entries(value)) expectFinite(each, `${path}.${key}`);
}

describe("report", () => {
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

  it("M11 an arm's figures count the runs that have them, and the others by what became of them", () => {
    const runs = [
      run("t1", 1),
      run("t1", 2, { status: "refused", retention: null, asksMet: null }),
      run("t2", 1, { status: "incomplete", retention: 0.1, asksMet: null }),
      run("t3", 1, { asksMet: null }),
    ];
    const [arm] = report({ runs }).arms;
    expect(arm?.effectiveness).toMatchObject({ tasks: 1, runs: 1, leftOut: { complete: 1, refused: 1, incomplete: 1 } });
    expect(arm?.retention).toMatchObject({ tasks: 3, runs: 3, leftOut: { complete: 0, refused: 1, incomplete: 0 } });
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
