/** Owns the tests of the moments that every estimate is built on. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isConstant, mean, sampleSd, sampleVariance, standardError, sum } from "#main/measure/stats/moments.ts";

const figure = fc.double({ min: -10, max: 10, noNaN: true });

describe("moments", () => {
  it("gives known values", () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(sampleVariance(values)).toBeCloseTo(32 / 7, 12);
    expect(sampleSd(values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(standardError(values)).toBeCloseTo(Math.sqrt(32 / 56), 12);
    expect(sum([1, 1e16, 1, -1e16])).toBe(2);
  });

  it("M21 gives null where there is nothing to compute, never 0 or NaN", () => {
    expect(mean([])).toBeNull();
    expect([sampleSd([]), sampleSd([3]), sampleVariance([3]), standardError([3])]).toEqual([null, null, null, null]);
    expect(sum([])).toBe(0);
  });

  it("M21 lets neither NaN nor Infinity in, so that none comes out", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e200]) {
      expect(() => mean([1, value])).toThrow(RangeError);
      expect(() => sampleSd([1, value])).toThrow(RangeError);
      expect(() => isConstant([1, value])).toThrow(RangeError);
    }
  });

  it("is exactly the value and exactly 0 for equal values", () => {
    fc.assert(
      fc.property(figure, fc.integer({ min: 2, max: 60 }), (value, count) => {
        const values = Array.from({ length: count }, () => value);
        expect(mean(values)).toBe(value);
        expect(sampleSd(values)).toBe(0);
        expect(isConstant(values)).toBe(true);
      }),
    );
  });

  it("keeps the mean within the values and the spread unmoved by a shift", () => {
    fc.assert(
      fc.property(fc.array(figure, { minLength: 2, maxLength: 30 }), figure, (values, shift) => {
        expect(mean(values)).toBeGreaterThanOrEqual(Math.min(...values));
        expect(mean(values)).toBeLessThanOrEqual(Math.max(...values));
        expect(sampleSd(values.map((value) => value + shift))).toBeCloseTo(sampleSd(values) as number, 10);
      }),
    );
  });

  it("does not lose a spread that is tiny, nor take rounding for one", () => {
    expect(sampleSd([1e-200, 3e-200])).toBeCloseTo(Math.SQRT2 * 1e-200, 210);
    expect(sampleSd([1e-200, 3e-200])).toBeGreaterThan(0);
    expect(isConstant([0.1 + 0.2, 0.3])).toBe(true);
    expect(isConstant([0.3 - 0.2, 0.2 - 0.1], 0.3)).toBe(true);
    expect(isConstant([0.3, 0.3001])).toBe(false);
    expect(isConstant([0, 1e-9])).toBe(false);
  });
});
