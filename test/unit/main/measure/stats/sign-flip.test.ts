/** Owns the tests of the sign-flip test. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signFlipFloor, signFlipP } from "#main/measure/stats/sign-flip.ts";
import { seeded } from "#test/support/seeded.ts";

const never = () => {
  throw new Error("The exact test needs no dice.");
};
const difference = fc.oneof(fc.constantFrom(-1, -0.5, 0, 0.1, 0.2, 0.3, 0.5, 1), fc.double({ min: -3, max: 3, noNaN: true }));

describe("signFlipP", () => {
  it("M15 gives known values", () => {
    expect(signFlipP([1, 2, 3, 4, 5, 6], { dice: never })).toBe(2 / 64);
    // Fisher's arrangement of 1..6: sums with |S| ≥ 19 are those where the flipped ones add up to 1 or 0.
    expect(signFlipP([-1, 2, 3, 4, 5, 6], { dice: never })).toBe(4 / 64);
    // Darwin's fifteen pairs of maize (Fisher 1935, Design of Experiments §21): 1,726 of 32,768.
    expect(signFlipP([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48], { dice: never })).toBe(1726 / 32768);
    expect(signFlipP([], { dice: never })).toBe(1);
    expect(signFlipP([1, -1, 1, -1, 0, 0], { dice: never })).toBe(1);
  });

  it("M15 counts ties that only rounding tells apart", () => {
    // .1 + .2 and .3 tie, so that flipping both of these or neither reaches the same sum.
    const decimal = [0.1, 0.2, -0.3, 0.4, 0.5, 0.6];
    expect(signFlipP(decimal, { dice: never })).toBe(signFlipP([1, 2, -3, 4, 5, 6], { dice: never }));
    const shifted = decimal.map((value) => 1000 + value - 1000);
    expect(signFlipP(shifted, { dice: never, scale: 1000 })).toBe(signFlipP([1, 2, -3, 4, 5, 6], { dice: never }));
  });

  it("M15 equals counting all patterns", () => {
    fc.assert(
      fc.property(fc.array(difference, { minLength: 1, maxLength: 10 }), (differences) => {
        const slack = 1e-12 * differences.length * Math.max(...differences.map(Math.abs));
        const seen = Math.abs(total(differences)) - slack;
        let count = 0;
        for (let pattern = 0; pattern < 2 ** differences.length; pattern += 1)
          if (Math.abs(total(differences.map((value, index) => ((pattern >> index) & 1 ? -value : value)))) >= seen) count += 1;
        expect(signFlipP(differences, { dice: never })).toBe(count / 2 ** differences.length);
      }),
      { numRuns: 200 },
    );
  });

  it("M15 is exact at 20 tasks in well under 100 ms", () => {
    const differences = Array.from({ length: 20 }, (_, index) => Math.sin(index) + 0.3);
    const start = performance.now();
    const p = signFlipP(differences, { dice: never });
    expect(performance.now() - start).toBeLessThan(100);
    expect(Number.isInteger(p * 2 ** 19)).toBe(true);
  });

  it("M15 draws patterns above 20 tasks, near to the truth, the same for the same seed", () => {
    // 21 differences of which one is 0: the truth is the exact p of the other 20.
    const twenty = Array.from({ length: 20 }, (_, index) => Math.sin(index) + 0.3);
    const drawn = signFlipP([...twenty, 0], { dice: seeded(1) });
    expect(Math.abs(drawn - signFlipP(twenty, { dice: never }))).toBeLessThan(0.01);
    expect(signFlipP([...twenty, 0], { dice: seeded(1) })).toBe(drawn);
    expect(
      signFlipP(
        Array.from({ length: 30 }, () => 1),
        { dice: seeded(1), draws: 999 },
      ),
    ).toBe(1 / 1000);
  });

  it("M15 floor: 2/2ⁿ, above 20 tasks what the draws allow", () => {
    expect([1, 5, 6, 20].map((tasks) => signFlipFloor(tasks))).toEqual([1, 0.0625, 0.03125, 2 ** -19]);
    expect(signFlipFloor(21, 999)).toBe(1 / 1000);
    expect(signFlipFloor(21, 1e9)).toBe(2 ** -20);
  });
});

const total = (values: readonly number[]) => values.reduce((before, value) => before + value, 0);
