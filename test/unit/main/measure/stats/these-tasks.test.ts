/** Owns the tests of M14's second scope, these tasks only. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { theseTasksDifference } from "#main/measure/stats/these-tasks.ts";
import { tCritical } from "#main/measure/stats/student-t.ts";

const value = fc.integer({ min: 0, max: 8 }).map((quarter) => quarter / 4);
const runs = fc.array(value, { minLength: 3, maxLength: 6 });

/** Each task its own cluster. */
const difference = (tasks: readonly { a: readonly number[]; b: readonly number[] }[]) =>
  theseTasksDifference(tasks.map((each, at) => ({ cluster: `t${at}`, task: `t${at}`, ...each })));

describe("these tasks only", () => {
  it("M14 with one task is Welch's interval", () => {
    // s² = 1 and 2.5, K = 3 and 5: v = 1/3 and 1/2.
    const a = [4, 5, 6];
    const b = [1, 2, 3, 4, 5];
    const [va, vb] = [1 / 3, 2.5 / 5];
    const half = tCritical(0.95, (va + vb) ** 2 / (va ** 2 / 2 + vb ** 2 / 4)) * Math.sqrt(va + vb);
    const estimate = difference([{ a, b }]);
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
    const { mean, interval } = difference([task, task]);
    expect(mean).toBe(1);
    expect(interval?.high).toBeCloseTo(1 + tCritical(0.95, 8) * Math.sqrt(1 / 3), 10);
  });

  it("M14 a task and its twin share their cluster's weight, and how far they differ is no spread of runs", () => {
    const far = { cluster: "one", a: [11, 12, 13], b: [10, 11, 12] };
    const near = { cluster: "one", a: [1, 2, 3], b: [-2, -1, 0] };
    const other = { cluster: "two", a: [1, 2, 3], b: [0, 1, 2] };
    // Differences 1, 3 and 1: ((1 + 3)/2 + 1)/2. Weights 1/4, 1/4, 1/2; each part has s²/K = 1/3 and 2 df.
    const { mean, interval, tasks } = theseTasksDifference([far, near, other].map((each, at) => ({ task: `t${at}`, ...each })));
    expect([mean, tasks]).toEqual([1.5, 2]);
    const [small, large] = [1 / 16 / 3, 1 / 4 / 3];
    const total = 4 * small + 2 * large;
    const df = total ** 2 / ((4 * small ** 2 + 2 * large ** 2) / 2);
    expect(interval?.high).toBeCloseTo(1.5 + tCritical(0.95, df) * Math.sqrt(total), 10);
  });

  it("M14, M21 needs 3 runs in every task and arm", () => {
    const fine = { a: [1, 2, 3], b: [0, 1, 2] };
    expect(difference([fine, { a: [1, 2, 3], b: [1, 2] }])).toMatchObject({
      mean: expect.closeTo(0.75, 12),
      interval: null,
      reason: "too-few",
    });
    expect(difference([fine, { a: [], b: [1, 2, 3] }])).toMatchObject({
      mean: null,
      interval: null,
      reason: "no-runs",
      tasks: 2,
    });
    expect(difference([])).toMatchObject({ mean: null, interval: null, reason: "no-runs", tasks: 0 });
  });

  it("M14, M21 says no-variance where all runs of each task and arm are alike", () => {
    expect(difference([{ a: [0.1 + 0.2, 0.3, 0.3], b: [0, 0, 0] }])).toMatchObject({
      mean: expect.closeTo(0.3, 12),
      interval: null,
      reason: "no-variance",
    });
  });

  it("M14 swapping the arms turns the sign; the interval is finite, around the mean, and each null has its reason", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: runs, b: runs }), { minLength: 1, maxLength: 6 }), (tasks) => {
        const one = difference(tasks);
        const other = difference(tasks.map(({ a, b }) => ({ a: b, b: a })));
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
    expect(() => difference([{ a: [1, Number.NaN, 2], b: [1, 2, 3] }])).toThrow(RangeError);
  });
});
