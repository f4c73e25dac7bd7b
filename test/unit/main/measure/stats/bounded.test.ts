/** Owns the tests of M16's interval for losses and rates. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundedEstimate, unseenShare } from "#main/measure/stats/bounded.ts";
import { seeded } from "#test/support/seeded.ts";

const bound = fc.constantFrom<2 | 1>(2, 1);
/** Any values a loss can take, ties, zeros and the far ends among them. */
const losses = fc.array(
  fc.oneof(fc.constantFrom(0, 0.5, 1, 2, 3, Number.MIN_VALUE, 1 - 2 ** -53, 2 - 2 ** -52), fc.double({ min: 0, max: 3, noNaN: true })),
  {
    minLength: 3,
    maxLength: 30,
  },
);
const width = (interval: { low: number; high: number } | null) => (interval as { high: number }).high - (interval as { low: number }).low;

describe("boundedEstimate", () => {
  it("M16 gives the logit-t interval, worked by hand", () => {
    // y = 0, .4, .8 → s = .4, SE = .4/√3, q = .2, h = 4.302653·SE/(2·.2·.8)
    const h = (4.30265273 * (0.4 / Math.sqrt(3))) / 0.32;
    const at = (x: number) => 2 / (1 + Math.exp(-x));
    const estimate = boundedEstimate([0, 0.4, 0.8], 2);
    expect(estimate.mean).toBeCloseTo(0.4, 12);
    expect(estimate.interval?.low).toBeCloseTo(at(Math.log(0.25) - h), 8);
    expect(estimate.interval?.high).toBeCloseTo(at(Math.log(0.25) + h), 8);
    expect(estimate).toMatchObject({
      tasks: 3,
      scope: "tasks like these",
      reason: null,
      flags: ["few-tasks"],
      interval: { level: 0.95, oneSided: null },
    });
  });

  it("M16 with bound 1 is the same figure on half the scale", () => {
    const halved = boundedEstimate([0.1, 0.3, 0.2, 0.6, 0.5, 0.4], 1).interval;
    const full = boundedEstimate([0.2, 0.6, 0.4, 1.2, 1, 0.8], 2).interval;
    expect(2 * (halved?.low as number)).toBeCloseTo(full?.low as number, 12);
    expect(2 * (halved?.high as number)).toBeCloseTo(full?.high as number, 12);
  });

  it("M16 none seen: [0, U], one-sided, with either bound", () => {
    expect(unseenShare(10)).toBeCloseTo(0.258866, 6);
    for (const limit of [2, 1] as const) {
      const estimate = boundedEstimate(
        Array.from({ length: 10 }, () => 0),
        limit,
      );
      expect(estimate).toMatchObject({ mean: 0, reason: null, flags: [], interval: { low: 0, level: 0.95, oneSided: "at-most" } });
      expect(estimate.interval?.high).toBeCloseTo(1 - 0.05 ** 0.1, 12);
    }
  });

  it("M16 constant c: [c(1 − U), c(1 − U) + 2U], and + U for a rate", () => {
    const unseen = 1 - 0.05 ** (1 / 8);
    const loss = boundedEstimate(
      Array.from({ length: 8 }, () => 0.5),
      2,
    ).interval;
    expect(loss).toMatchObject({
      low: expect.closeTo(0.5 * (1 - unseen), 12),
      high: expect.closeTo(0.5 * (1 - unseen) + 2 * unseen, 12),
      oneSided: null,
    });
    const rate = boundedEstimate(
      Array.from({ length: 8 }, () => 1),
      1,
    );
    expect(rate).toMatchObject({ flags: [], interval: { low: expect.closeTo(1 - unseen, 12), high: 1, oneSided: null } });
  });

  it("M16 takes values that differ by rounding only as constant", () => {
    expect(width(boundedEstimate([0.1 + 0.2, 0.3, 0.3, 0.3, 0.3, 0.3], 2).interval)).toBeCloseTo(2 * unseenShare(6), 9);
  });

  it("M16, M21 gives null with its reason for few tasks, and flags 3 to 5", () => {
    expect(boundedEstimate([], 2)).toEqual({
      mean: null,
      interval: null,
      reason: "not-fired",
      tasks: 0,
      scope: "tasks like these",
      flags: [],
    });
    expect(boundedEstimate([0], 2)).toMatchObject({ mean: 0, interval: null, reason: "too-few", tasks: 1 });
    expect(boundedEstimate([0.2, 0.4], 1)).toMatchObject({
      mean: expect.closeTo(0.3, 12),
      interval: null,
      reason: "too-few",
      tasks: 2,
      flags: [],
    });
    for (const tasks of [3, 4, 5])
      expect(
        boundedEstimate(
          Array.from({ length: tasks }, () => 0),
          2,
        ).flags,
      ).toEqual(["few-tasks"]);
    expect(boundedEstimate([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 2).flags).toEqual([]);
  });

  it("M16 clips a mean above 2 for the interval, says so, and leaves the mean", () => {
    const estimate = boundedEstimate([3, 2.5, 1.5, 2.5, 3, 2.5], 2);
    expect(estimate).toMatchObject({ mean: 2.5, flags: ["clipped"], interval: { high: 2 } });
    expect(estimate.interval?.low).toBeGreaterThan(1);
    expect(boundedEstimate([3, 3, 3, 2], 2)).toMatchObject({
      flags: ["few-tasks", "clipped"],
      interval: { low: expect.closeTo(2 * 0.05 ** 0.25, 12), high: 2 },
    });
    // Nothing was cut where every task lost exactly 2, or where the mean lies below.
    expect(boundedEstimate([2, 2, 2, 2, 2, 2], 2).flags).toEqual([]);
    expect(boundedEstimate([3, 0.5, 1, 0.5, 1, 0.5], 2).flags).toEqual([]);
  });

  it("M16 stays finite, inside [0, bound] and around the mean, whatever the losses", () => {
    fc.assert(
      fc.property(losses, bound, (values, limit) => {
        const { mean, interval } = boundedEstimate(values, limit);
        const seen = Math.min(mean as number, limit);
        expect(interval?.low).toBeGreaterThanOrEqual(0);
        expect(interval?.low).toBeLessThanOrEqual(seen);
        expect(interval?.high).toBeGreaterThanOrEqual(seen);
        expect(interval?.high).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 500 },
    );
  });

  it("M16 stays finite with q next to 0 and next to 1", () => {
    const tiny = Number.MIN_VALUE;
    for (const values of [
      [0, 0, tiny],
      [tiny, 2 * tiny, 9 * tiny],
      [0, 1e-300, 0],
      [2, 2, 2 - 2 ** -51],
      [3, 3, 0 + tiny],
      [2, 2, 1.999999999999],
    ]) {
      const { interval } = boundedEstimate(values, 2);
      expect(Number.isFinite(interval?.low) && Number.isFinite(interval?.high)).toBe(true);
    }
  });

  it("M16 does not depend on the order of the tasks, and narrows as the same tasks are seen again", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 3, maxLength: 12 }), (eighths) => {
        const values = eighths.map((eighth) => eighth / 4);
        const once = boundedEstimate(values, 2).interval;
        expect(boundedEstimate(values.toReversed(), 2).interval?.low).toBeCloseTo(once?.low as number, 10);
        expect(width(boundedEstimate([...values, ...values], 2).interval)).toBeLessThanOrEqual(width(once) + 1e-12);
      }),
    );
    for (let tasks = 3; tasks < 100; tasks += 1) expect(unseenShare(tasks + 1)).toBeLessThan(unseenShare(tasks));
  });

  it("M16 widens with the level, in the zero rule too", () => {
    for (const values of [
      [0.1, 0.5, 0.3, 0.2],
      [0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5],
    ])
      expect(width(boundedEstimate(values, 2, { level: 0.99 }).interval)).toBeGreaterThan(width(boundedEstimate(values, 2).interval));
    expect(unseenShare(10, 0.99)).toBeCloseTo(1 - 0.01 ** 0.1, 12);
  });

  it("M21 throws on what no loss can be", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -0.1])
      expect(() => boundedEstimate([0.1, 0.2, value], 2)).toThrow(RangeError);
  });

  it("M16 covers about as often as measurement.md §6 says (12 tasks × 5 repeats, seed 16)", () => {
    const dice = seeded(16);
    // A task loses 2 in a run with a probability of its own, uniform in 0–.6: mean loss .6.
    const sets = 3000;
    let covered = 0;
    for (let set = 0; set < sets; set += 1) {
      const values = Array.from({ length: 12 }, () => {
        const share = 0.6 * dice();
        let lost = 0;
        for (let run = 0; run < 5; run += 1) if (dice() < share) lost += 2;
        return lost / 5;
      });
      const interval = boundedEstimate(values, 2).interval as { low: number; high: number };
      if (interval.low <= 0.6 && 0.6 <= interval.high) covered += 1;
    }
    expect(covered / sets).toBeGreaterThan(0.93);
    expect(covered / sets).toBeLessThan(0.98);
  });
});
