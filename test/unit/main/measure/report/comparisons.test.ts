/** Owns the tests of org against solo in a report. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MeasuredRun } from "#shared/run/measured.ts";
import { report, run } from "#test/support/reports.ts";

const TWINS = new Map(["t1", "t2", "t3", "t4"].flatMap((task) => [[task, task] as const, [`${task}-twin`, task] as const]));
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** M14 and M15 by hand: over clusters, over the tasks that both arms have a score on, the difference of the runs' means. */
function byHand(runs: readonly MeasuredRun[]): Map<string, number> {
  const scores = (task: string, arm: string) =>
    runs.filter((each) => each.taskId === task && each.armId === arm && each.asksMet !== null).map((each) => each.asksMet as number);
  const found = new Map<string, number>();
  for (const cluster of new Set(TWINS.values())) {
    const tasks = [cluster, `${cluster}-twin`].filter((task) => scores(task, "arm_org").length > 0 && scores(task, "arm_solo").length > 0);
    if (tasks.length > 0)
      found.set(cluster, average(tasks.map((task) => average(scores(task, "arm_org")) - average(scores(task, "arm_solo")))));
  }
  return found;
}

describe("org against solo", () => {
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

  it("M14 M15 with twins and refused cells the tasks' differences are those of what both arms ran, and average to the estimate", () => {
    const cell = fc.record({
      taskId: fc.constantFrom(...TWINS.keys()),
      armId: fc.constantFrom("arm_org", "arm_solo"),
      repeat: fc.integer({ min: 1, max: 4 }),
      asksMet: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null, freq: 3 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(cell, { selector: (each) => JSON.stringify([each.taskId, each.armId, each.repeat]) }), (cells) => {
        const runs = cells.map(({ taskId, repeat, ...rest }) =>
          run(taskId, repeat, { ...rest, status: rest.asksMet === null ? "refused" : "complete" }),
        );
        const found = report({ tasks: [...TWINS.keys()], repeats: 4, clusterOf: TWINS, runs }).comparisons[0];
        const expected = byHand(runs);
        expect(found?.perTask.map((each) => each.task)).toEqual(["t1", "t2", "t3", "t4"]);
        for (const { task, org, solo, difference, reason } of found?.perTask ?? []) {
          if (!expected.has(task)) expect([difference, reason === null]).toEqual([null, false]);
          else {
            expect(difference).toBeCloseTo(expected.get(task) as number, 12);
            expect((org as number) - (solo as number)).toBe(difference);
            expect(reason).toBeNull();
          }
        }
        expect(found?.tasks).toBe(expected.size);
        if (expected.size === 0) expect(found?.estimate).toBeNull();
        else expect(found?.estimate).toBeCloseTo(average([...expected.values()]), 12);
      }),
      { seed: 14, numRuns: 400 },
    );
  });

  it("M14 below three tasks a task is matched with itself, not with its twin: the sign is that of what both arms ran", () => {
    const repeats = [1, 2, 3];
    const scores = (task: string, armId: string, asksMet: number) =>
      repeats.map((repeat) => run(task, repeat, { armId, asksMet: asksMet + repeat / 100 }));
    // On the hard twin, which the solo arm alone ran, everybody does badly.
    const runs = [...scores("t1", "arm_org", 0.5), ...scores("t1", "arm_solo", 0.6), ...scores("t1-twin", "arm_solo", 0)];
    const [found] = report({ tasks: ["t1", "t1-twin"], repeats: 3, clusterOf: TWINS, runs }).comparisons;
    expect(found).toMatchObject({ tasks: 1, scope: "these tasks only", estimate: expect.closeTo(-0.1, 12) });
    expect(found?.interval?.high).toBeLessThan(0);
    expect(found?.perTask).toEqual([
      { task: "t1", org: expect.closeTo(0.52, 12), solo: expect.closeTo(0.62, 12), difference: expect.closeTo(-0.1, 12), reason: null },
    ]);
  });

  it("M14 below three tasks how far a task and its twin differ does not widen the interval", () => {
    const width = (apart: number) => {
      const runs = ["t1", "t1-twin"].flatMap((task, at) =>
        [1, 2, 3].flatMap((repeat) => [
          run(task, repeat, { asksMet: 0.2 + at * apart + repeat / 100 }),
          run(task, repeat, { armId: "arm_solo", asksMet: 0.1 + at * apart + repeat / 50 }),
        ]),
      );
      const [found] = report({ tasks: ["t1", "t1-twin"], repeats: 3, clusterOf: TWINS, runs }).comparisons;
      return (found?.interval?.high ?? Number.NaN) - (found?.interval?.low ?? Number.NaN);
    };
    expect(width(0.6)).toBeCloseTo(width(0), 10);
  });

  it("M14 M21 below three tasks it says whether runs are too few or all alike", () => {
    const made = (repeats: number) =>
      report({
        tasks: ["t1", "t2"],
        repeats,
        runs: ["t1", "t2"].flatMap((task) =>
          Array.from({ length: repeats }, (_, at) => [run(task, at + 1), run(task, at + 1, { armId: "arm_solo" })]).flat(),
        ),
      }).comparisons[0];
    expect(made(2)).toMatchObject({ estimate: 0, interval: null, reason: "too-few", scope: "these tasks only" });
    expect(made(3)).toMatchObject({ estimate: 0, interval: null, reason: "no-variance", scope: "these tasks only" });
  });

  const tasks = ["t1", "t2", "t3"];
  const unscored = { asksMet: null, retention: null };
  it.each([
    ["refused", { ...unscored, status: "refused" }],
    ["incomplete", { ...unscored, status: "incomplete" }],
    ["no-probe", { asksMet: null, retention: null }],
  ] as const)("M21 where every run of one arm is without a score, the comparison says %s, and so does its p", (reason, fields) => {
    const runs = tasks.flatMap((task) => [run(task, 1, fields), run(task, 1, { armId: "arm_solo" })]);
    for (const found of report({ runs }).comparisons) {
      expect(found).toMatchObject({ estimate: null, reason, p: null, pReason: `no p: no task has a score in both arms (${reason})` });
      expect(found.perTask).toEqual(tasks.map((task) => ({ task, org: null, solo: 0.5, difference: null, reason })));
    }
  });

  it("M21 one endpoint without a probe does not take the other along", () => {
    const runs = tasks.flatMap((task) => [run(task, 1, { asksMet: null }), run(task, 1, { armId: "arm_solo", asksMet: null })]);
    const [effectiveness, alignment] = report({ runs }).comparisons;
    expect(effectiveness).toMatchObject({ endpoint: "effectiveness", estimate: null, reason: "no-probe" });
    expect(alignment).toMatchObject({ endpoint: "alignment", estimate: 0, reason: "no-variance" });
  });

  it("M21 tasks that are no part of a comparison say why: refused, failed, or not run yet", () => {
    const [t1, t2, t3, t4] = ["t1", "t2", "t3", "t4"] as const;
    const made = report({
      tasks: [t1, t2, t3, t4],
      runs: [
        run(t1, 1),
        run(t2, 1, { ...unscored, status: "refused" }),
        run(t4, 1),
        ...[t1, t2, t3].map((t) => run(t, 1, { armId: "arm_solo" })),
      ],
      outcomes: [
        { armId: "arm_org", taskId: t3, outcome: "failed" },
        { armId: "arm_solo", taskId: t4, outcome: null },
      ],
    });
    expect(made.comparisons[0]?.perTask.map((each) => each.reason)).toEqual([null, "refused", "failed", "no-runs"]);
    expect(report({}).comparisons[0]).toMatchObject({ reason: "no-runs", pReason: "no p: no task was run in both arms" });
  });
});
