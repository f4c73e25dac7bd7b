import { describe, expect, it } from "vitest";
import { oddsSchema } from "#shared/population/schema.ts";
import { pairCondition } from "#test/bench/conditions.ts";
import { tally } from "#test/bench/coverage.ts";
import { averageFates, expectedLoss, expectedRetention } from "#test/bench/truth-of.ts";

const ODDS = oddsSchema.parse({ keep: 0.6, weaken: 0.1, contradict: 0.05 });

describe("coverage of the intervals, by pinned seeds (the whole table: npm run bench:truth)", () => {
  it("M15 M16 holds the planted truth in about 95 of 100 experiments with between-task spread", async () => {
    const condition = pairCondition("with contradictions", ODDS, 8, 0.8);
    const tallies = await tally(
      { ...condition, repeats: 2 },
      Array.from({ length: 100 }, (_, index) => 500_001 + index),
    );
    for (const [index, { experiments, without, covered }] of tallies.entries()) {
      expect([experiments, without]).toEqual([100, 0]);
      // At 95 %, one in 2,000 such hundreds has fewer than 87; all hundred is no rarity.
      expect([condition.figures[index]?.name, covered >= 87]).toEqual([condition.figures[index]?.name, true]);
    }
  });

  it("M16 holds a true zero always, and a truth elsewhere never", async () => {
    const lossless = pairCondition("lossless edge", oddsSchema.parse({ keep: 1 }), 8, 0);
    const seeds = [1, 2, 3];
    expect((await tally(lossless, seeds))[0]).toMatchObject({ covered: 3 });
    const elsewhere = { ...lossless, figures: lossless.figures.map((figure) => ({ ...figure, truth: 1.9 })) };
    expect(await tally(elsewhere, seeds)).toMatchObject([
      { covered: 0, above: 3 },
      { covered: 0, above: 3 },
      { covered: 0, above: 3 },
    ]);
  });

  it("works the truth out as one would by hand", () => {
    expect(expectedLoss({ odds: ODDS, spread: 0 })).toBeCloseTo(0.25 + 0.1 * 0.5 + 0.05 * 2, 12);
    const deliverable = { odds: oddsSchema.parse({ keep: 0.9, weaken: 0.05, contradict: 0 }), spread: 0 };
    expect(expectedRetention([deliverable])).toBeCloseTo(0.9 + 0.05 / 2, 12);
    // Kept twice, or weakened at one of the two, less what was contradicted first.
    expect(expectedRetention([{ odds: ODDS, spread: 0 }, deliverable])).toBeCloseTo(0.6 * 0.9 + 0.5 * (0.6 * 0.05 + 0.1 * 0.95) - 0.05, 12);
    // On the logit, a symmetric shift of one half stays one half.
    expect(averageFates({ odds: oddsSchema.parse({ keep: 0.5 }), spread: 2 }).keep).toBeCloseTo(0.5, 12);
    // E expit(1 + Z), integrated once more elsewhere with 200,001 steps.
    expect(averageFates({ odds: oddsSchema.parse({ keep: 1 / (1 + Math.exp(-1)) }), spread: 1 }).keep).toBeCloseTo(0.6967346701, 9);
    expect(averageFates({ odds: oddsSchema.parse({ keep: 1 }), spread: 2 })).toMatchObject({ keep: 1 });
  });
});
