/** Owns the tests of what is taken from Student's t. */
import { describe, expect, it } from "vitest";
import { tCritical, tInterval } from "#main/measure/stats/student-t.ts";

describe("Student's t", () => {
  it("M15 agrees with the printed tables, and with their closed forms at 1 and 2 degrees of freedom", () => {
    expect(tCritical(0.95, 9)).toBeCloseTo(2.262157, 6);
    expect(tCritical(0.95, 4)).toBeCloseTo(2.776445, 6);
    expect(tCritical(0.99, 29)).toBeCloseTo(2.756386, 6);
    expect(tCritical(0.95, 1)).toBeCloseTo(Math.tan(0.475 * Math.PI), 8);
    expect(tCritical(0.95, 2)).toBeCloseTo(0.95 * Math.sqrt(2 / (0.975 * 0.025)) * 0.5, 8);
    expect(tCritical(0.95, 1e6)).toBeCloseTo(1.959966, 5);
  });

  it("makes mean ± t·SE", () => {
    const { low, high, level, oneSided } = tInterval(1, 0.5, 9, 0.95);
    expect([low, high]).toEqual([expect.closeTo(1 - 1.1310786, 6), expect.closeTo(1 + 1.1310786, 6)]);
    expect({ level, oneSided }).toEqual({ level: 0.95, oneSided: null });
  });

  it("M21 throws rather than give a quantile that is not a number", () => {
    for (const [level, df] of [
      [0, 5],
      [1, 5],
      [0.95, 0],
      [Number.NaN, 5],
      [0.95, Number.NaN],
    ] as const)
      expect(() => tCritical(level, df)).toThrow(RangeError);
  });
});
