/** Owns the tests of Holm's adjustment. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holm } from "#main/measure/stats/holm.ts";

const pValue = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));

describe("holm", () => {
  it("M15 agrees with R's p.adjust", () => {
    // p.adjust(c(.01, .04, .03, .005), "holm") → .03 .06 .06 .02
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02].map((p) => expect.closeTo(p, 12)));
    expect(holm([0.7, 0.6])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
    expect(holm([0.04])).toEqual([0.04]);
  });

  it("M15, M21 leaves a null null and still counts it in the family", () => {
    expect(holm([null, 0.01, null, 0.02])).toEqual([null, expect.closeTo(0.04, 12), null, expect.closeTo(0.06, 12)]);
    expect(holm([null, null])).toEqual([null, null]);
  });

  it("M15 never lowers a p, keeps their order and goes with its p when the family is shuffled", () => {
    fc.assert(
      fc.property(fc.array(pValue, { maxLength: 12 }), (family) => {
        const adjusted = holm(family);
        for (const [index, p] of family.entries()) {
          expect(adjusted[index] === null).toBe(p === null);
          if (p === null) continue;
          expect(adjusted[index]).toBeGreaterThanOrEqual(p);
          expect(adjusted[index]).toBeLessThanOrEqual(1);
          for (const [other, q] of family.entries())
            if (q !== null && q <= p) expect(adjusted[other]).toBeLessThanOrEqual(adjusted[index] as number);
        }
        expect(holm(family.toReversed())).toEqual(adjusted.toReversed());
      }),
    );
  });

  it("M21 throws on what is no p", () => {
    for (const p of [Number.NaN, -0.1, 1.1]) expect(() => holm([0.5, p])).toThrow(RangeError);
  });
});
