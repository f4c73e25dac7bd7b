/** Owns the tests of M15: two arms compared over tasks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PairedEstimate, pairedEstimate } from "#main/measure/stats/paired.ts";
import { seeded } from "#test/support/seeded.ts";

const never = () => {
  throw new Error("The exact test needs no dice.");
};
const pair = fc
  .record({ a: fc.integer({ min: 0, max: 20 }), b: fc.integer({ min: 0, max: 20 }) })
  .map(({ a, b }) => ({ a: a / 10, b: b / 10 }));
const against = (differences: readonly number[]) => differences.map((difference) => ({ a: difference, b: 0 }));

describe("pairedEstimate", () => {
  it("M15 gives the paired t interval and the exact p of a published example", () => {
    // Student's sleep data (1908): mean 1.58, 95 % interval .7001142–2.4598858.
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const estimate = pairedEstimate(
      second.map((a, index) => ({ a, b: first[index] as number })),
      { dice: never },
    );
    expect(estimate.mean).toBeCloseTo(1.58, 12);
    expect(estimate.interval).toEqual({
      low: expect.closeTo(0.7001142, 6),
      high: expect.closeTo(2.4598858, 6),
      level: 0.95,
      oneSided: null,
    });
    // All differences ≥ 0 and one of them 0: two of the 2¹⁰ patterns on either side.
    expect(estimate).toMatchObject({
      p: 4 / 1024,
      pReason: null,
      floor: 2 / 1024,
      tasks: 10,
      scope: "tasks like these",
      reason: null,
      flags: [],
    });
  });

  it("M15 says why there is no p below 6 tasks, and prints the floor", () => {
    const reasons = [1, 2, 3, 4, 5].map((tasks) => pairedEstimate(against([0.1, 0.4, 0.2, 0.5, 0.3].slice(0, tasks)), { dice: never }));
    expect(reasons.map(({ pReason }) => pReason)).toEqual([
      "no p: 1 task cannot go below 1",
      "no p: 2 tasks cannot go below .5",
      "no p: 3 tasks cannot go below .25",
      "no p: 4 tasks cannot go below .125",
      "no p: 5 tasks cannot go below .0625",
    ]);
    expect(reasons.map(({ floor }) => floor)).toEqual([1, 0.5, 0.25, 0.125, 0.0625]);
    expect(reasons.map(({ p }) => p)).toEqual([null, null, null, null, null]);
    expect(reasons.map(({ reason }) => reason)).toEqual(["too-few", "too-few", null, null, null]);
    expect(reasons.map(({ interval }) => interval === null)).toEqual([true, true, false, false, false]);
    expect(reasons[1]?.mean).toBeCloseTo(0.25, 12);
  });

  it("M15, M21 gives no figure for no task", () => {
    expect(pairedEstimate([], { dice: never })).toEqual({
      mean: null,
      interval: null,
      reason: "no-runs",
      tasks: 0,
      scope: "tasks like these",
      flags: [],
      p: null,
      pReason: "no p: no task was run in both arms",
      floor: null,
    });
  });

  it("M15 all d_t equal: interval and p null, no-variance; the mean stays", () => {
    // .3 − .2 and .2 − .1 differ in their last digits only.
    const pairs = [0.3, 0.2, 0.4, 0.6, 0.7, 1.1].map((a) => ({ a, b: a - 0.1 }));
    expect(pairedEstimate(pairs, { dice: never })).toMatchObject({
      mean: expect.closeTo(0.1, 12),
      interval: null,
      reason: "no-variance",
      p: null,
      pReason: "no p: all 6 tasks differ by the same amount",
      floor: 1 / 32,
    });
    expect(pairedEstimate(against([0, 0, 0]), { dice: never })).toMatchObject({ mean: 0, interval: null, reason: "no-variance", p: null });
  });

  it("M15 swapping the arms turns the sign and leaves p", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 24 }), fc.integer(), (pairs, seed) => {
        const one = pairedEstimate(pairs, { dice: seeded(seed), draws: 99 });
        const other = pairedEstimate(
          pairs.map(({ a, b }) => ({ a: b, b: a })),
          { dice: seeded(seed), draws: 99 },
        );
        expect(other.mean).toBeCloseTo(-(one.mean as number), 12);
        expect(other.p).toBe(one.p);
        expect(other.reason).toBe(one.reason);
        if (one.interval)
          expect(other.interval).toMatchObject({
            low: expect.closeTo(-one.interval.high, 10),
            high: expect.closeTo(-one.interval.low, 10),
          });
      }),
    );
  });

  it("M15, M21 p lies between its floor and 1, the interval around the mean, and each null has its reason", () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 24 }), (pairs) => {
        const { mean, interval, reason, p, pReason, floor }: PairedEstimate = pairedEstimate(pairs, { dice: seeded(1), draws: 99 });
        expect(p === null).toBe(pReason !== null);
        expect(interval === null).toBe(reason !== null);
        if (p !== null) {
          expect(p).toBeGreaterThanOrEqual(floor as number);
          expect(p).toBeLessThanOrEqual(1);
        }
        if (interval) {
          expect(interval.low).toBeLessThan(mean as number);
          expect(interval.high).toBeGreaterThan(mean as number);
          expect(Number.isFinite(interval.low) && Number.isFinite(interval.high)).toBe(true);
        }
      }),
    );
  });

  it("M15 narrows as the same tasks are seen again", () => {
    const width = ({ interval }: PairedEstimate) => (interval as { high: number }).high - (interval as { low: number }).low;
    const pairs = against([0.1, 0.5, -0.2, 0.3]);
    expect(width(pairedEstimate([...pairs, ...pairs], { dice: never }))).toBeLessThan(width(pairedEstimate(pairs, { dice: never })));
    expect(width(pairedEstimate(pairs, { dice: never, level: 0.99 }))).toBeGreaterThan(width(pairedEstimate(pairs, { dice: never })));
  });

  it("M21 throws on a value that is not a number", () => {
    expect(() => pairedEstimate([{ a: Number.NaN, b: 0 }], { dice: never })).toThrow(RangeError);
    expect(() => pairedEstimate([{ a: 0, b: Number.POSITIVE_INFINITY }], { dice: never })).toThrow(RangeError);
  });

  it("M15 covers .93–.95 and rejects a true null at most as often as α (10 tasks, seed 15)", () => {
    const dice = seeded(15);
    const sets = 3000;
    let [covered, rejected] = [0, 0];
    for (let set = 0; set < sets; set += 1) {
      const pairs = Array.from({ length: 10 }, () => ({ a: dice() + dice() + dice(), b: dice() + dice() + dice() }));
      const { interval, p } = pairedEstimate(pairs, { dice: never });
      if ((interval as { low: number }).low <= 0 && 0 <= (interval as { high: number }).high) covered += 1;
      if ((p as number) <= 0.05) rejected += 1;
    }
    expect(covered / sets).toBeGreaterThan(0.935);
    expect(covered / sets).toBeLessThan(0.965);
    expect(rejected / sets).toBeLessThan(0.06);
    expect(rejected / sets).toBeGreaterThan(0.035);
  });
});
