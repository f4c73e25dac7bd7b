/** Owns the tests of M14's second scope, these tasks only. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { theseTasksDifference, theseTasksMean } from "#main/measure/stats/these-tasks.ts";
import { tCritical } from "#main/measure/stats/student-t.ts";

const value = fc.integer({ min: 0, max: 8 }).map((quarter) => quarter / 4);
const runs = fc.array(value, { minLength: 3, maxLength: 6 });

describe("these tasks only", () => {
  it("M14 with one task is Welch's interval", () => {
    // s² = 1 and 2.5, K = 3 and 5: v = 1/3 and 1/2.
    const a = [4, 5, 6];
    const b = [1, 2, 3, 4, 5];
    const [va, vb] = [1 / 3, 2.5 / 5];
    const half = tCritical(0.95, (va + vb) ** 2 / (va ** 2 / 2 + vb ** 2 / 4)) * Math.sqrt(va + vb);
    const estimate = theseTasksDifference([{ a, b }]);
    expect(estimate).toMatchObject({ mean: 2, reason: null, tasks: 1, scope: "these tasks only", flags: [] });
    expect(estimate.interval).toEqual({
      low: expect.closeTo(2 - half, 10),
      high: expect.closeTo(2 + half, 10),
      level: 0.95,
      oneSided: null,
    });
  });

  it("M14 adds the tasks' variances over T²", () => {
    const task = { a: [1, 2, 3], b: [0, 1, 2] };
    // Four parts of 1/3 each with 2 df: SE² = (4/3)/4 = 1/3 over two tasks, df 8.
    const { mean, interval } = theseTasksDifference([task, task]);
    expect(mean).toBe(1);
    expect(interval?.high).toBeCloseTo(1 + tCritical(0.95, 8) * Math.sqrt(1 / 3), 10);
  });

  it("M14 for one arm: tasks count equally however many runs they have", () => {
    const { mean, interval } = theseTasksMean([
      [0, 1, 2],
      [4, 4, 4, 4, 4, 4],
    ]);
    expect(mean).toBe(2.5);
    expect(interval?.high).toBeCloseTo(2.5 + tCritical(0.95, 2) * Math.sqrt(1 / 3 / 4), 10);
  });

  it("M14, M21 needs 3 runs in every task and arm", () => {
    const fine = { a: [1, 2, 3], b: [0, 1, 2] };
    expect(theseTasksDifference([fine, { a: [1, 2, 3], b: [1, 2] }])).toMatchObject({
      mean: expect.closeTo(0.75, 12),
      interval: null,
      reason: "too-few",
    });
    expect(theseTasksDifference([fine, { a: [], b: [1, 2, 3] }])).toMatchObject({
      mean: null,
      interval: null,
      reason: "no-runs",
      tasks: 2,
    });
    expect(theseTasksDifference([])).toMatchObject({ mean: null, interval: null, reason: "no-runs", tasks: 0 });
    expect(theseTasksMean([[1, 2]])).toMatchObject({ mean: 1.5, interval: null, reason: "too-few" });
  });

  it("M14, M21 says no-variance where all runs of each task and arm are alike", () => {
    expect(theseTasksDifference([{ a: [0.1 + 0.2, 0.3, 0.3], b: [0, 0, 0] }])).toMatchObject({
      mean: expect.closeTo(0.3, 12),
      interval: null,
      reason: "no-variance",
    });
    expect(
      theseTasksMean([
        [1, 1, 1],
        [0, 0, 0],
      ]),
    ).toMatchObject({ mean: 0.5, interval: null, reason: "no-variance" });
  });

  it("M14 swapping the arms turns the sign; the interval is finite, around the mean, and each null has its reason", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: runs, b: runs }), { minLength: 1, maxLength: 6 }), (tasks) => {
        const one = theseTasksDifference(tasks);
        const other = theseTasksDifference(tasks.map(({ a, b }) => ({ a: b, b: a })));
        expect(other.mean).toBeCloseTo(-(one.mean as number), 12);
        expect(one.interval === null).toBe(one.reason !== null);
        if (!one.interval) return;
        expect(other.interval?.low).toBeCloseTo(-one.interval.high, 10);
        expect(one.interval.low).toBeLessThan(one.mean as number);
        expect(one.interval.high).toBeGreaterThan(one.mean as number);
      }),
    );
  });

  it("M21 throws on a value that is not a number", () => {
    expect(() => theseTasksMean([[1, Number.NaN, 2]])).toThrow(RangeError);
  });
});
