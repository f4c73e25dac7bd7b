/** Owns the laws of effects (M5, M6): what was planted is found, with intervals that cover, whatever the order of the rows. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawCheckpoints } from "#main/measure/effect/draw-checkpoints.ts";
import { type Checkpoint, type Draw, effectEstimate } from "#main/measure/effect/effect-estimate.ts";
import { mdeEffect } from "#main/measure/effect/mde.ts";
import { swayEstimate, type SwayRow } from "#main/measure/effect/sway.ts";
import { seeded } from "#test/support/seeded.ts";

const options = { clusterOf: new Map<string, string>(), dice: () => seeded(1) };

interface Truth {
  tasks: number;
  perTask: number;
  draws: number;
  /** Mean over tasks of the effect of a checkpoint, those that lost nothing counted as 0. */
  effect: number;
  lossyShare: number;
  omega: number;
  omegaC: number;
  sigma: number;
}

/** Standard normal by Box and Muller (1958). */
function normal(dice: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - dice())) * Math.cos(2 * Math.PI * dice());
}

function simulate(truth: Truth, dice: () => number): Checkpoint[] {
  return Array.from({ length: truth.tasks }, (_, task) => {
    const taskEffect = truth.effect / truth.lossyShare + truth.omega * normal(dice);
    const level = 0.3 * normal(dice);
    return Array.from({ length: truth.perTask }, (__, at): Checkpoint => {
      const lossy = dice() < truth.lossyShare;
      const here = level + 0.2 * normal(dice);
      const effect = taskEffect + truth.omegaC * normal(dice);
      const side = (shift: number) =>
        Array.from({ length: truth.draws }, (): Draw => {
          const alignment = here + shift + truth.sigma * normal(dice);
          return { status: "complete", alignment, effectiveness: alignment / 2 };
        });
      return {
        taskId: `t${task}`,
        runId: `r${at}`,
        handoffId: "h1",
        lossy,
        scores: lossy ? { repaired: side(effect), sham: side(0), asSent: side(0) } : { repaired: [], sham: [], asSent: [] },
      };
    });
  }).flat();
}

const REPLICATIONS = 500;

function replicate(truth: Truth, seed: number) {
  const dice = seeded(seed);
  return Array.from({ length: REPLICATIONS }, () => effectEstimate({ checkpoints: simulate(truth, dice), ...options }).alignment.effect);
}

describe("M6 effect estimates over simulated studies", () => {
  it.each([
    { tasks: 8, perTask: 3, draws: 3, effect: 0.2, lossyShare: 0.7, omega: 0.15, omegaC: 0.1, sigma: 0.2 },
    { tasks: 12, perTask: 2, draws: 4, effect: -0.1, lossyShare: 1, omega: 0.1, omegaC: 0.2, sigma: 0.3 },
  ])("M6 finds a planted effect of $effect over $tasks tasks, with intervals that cover it", (truth) => {
    const figures = replicate(truth, 5 + truth.tasks);
    const means = figures.map((figure) => figure.mean as number);
    const centre = means.reduce((sum, value) => sum + value, 0) / REPLICATIONS;
    const spread = Math.sqrt(means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (REPLICATIONS - 1));
    expect(Math.abs(centre - truth.effect)).toBeLessThan((4 * spread) / Math.sqrt(REPLICATIONS));
    const covered = figures.filter(({ interval }) => interval && interval.low <= truth.effect && truth.effect <= interval.high).length;
    expect(covered / REPLICATIONS).toBeGreaterThan(0.92);
    expect(covered / REPLICATIONS).toBeLessThan(0.98);
  });

  it("M6 finds nothing where nothing is, in about 95 of 100 studies", () => {
    const truth: Truth = { tasks: 10, perTask: 2, draws: 3, effect: 0, lossyShare: 0.8, omega: 0.1, omegaC: 0.1, sigma: 0.3 };
    const below = replicate(truth, 77).filter(({ p }) => p !== null && p < 0.05).length / REPLICATIONS;
    expect(below).toBeGreaterThan(0.025);
    expect(below).toBeLessThan(0.075);
  });

  it("M18 the smallest effect that can be seen is seen in about 80 of 100 studies", () => {
    const plan = { omega: 0.1, omegaC: 0.1, sigma: 0.2, K: 3, C: 2, T: 12 };
    const effect = mdeEffect(plan).mde as number;
    const truth: Truth = { tasks: plan.T, perTask: plan.C, draws: plan.K, effect, lossyShare: 1, omega: 0.1, omegaC: 0.1, sigma: 0.2 };
    const seen = replicate(truth, 31).filter(({ interval }) => interval && interval.low > 0).length / REPLICATIONS;
    expect(seen).toBeGreaterThan(0.72);
    expect(seen).toBeLessThan(0.88);
  });
});

const score = fc.option(
  fc.integer({ min: -10, max: 10 }).map((value) => value / 10),
  { nil: null, freq: 8 },
);
const draw: fc.Arbitrary<Draw> = fc.record({
  status: fc.constantFrom("complete", "complete", "complete", "refused", "incomplete", "failed"),
  alignment: score,
  effectiveness: score,
});
const side = fc.array(draw, { maxLength: 4 });
const checkpoints = fc.uniqueArray(
  fc.record({
    taskId: fc.nat({ max: 9 }).map((id) => `t${id}`),
    runId: fc.nat({ max: 3 }).map((id) => `r${id}`),
    handoffId: fc.nat({ max: 2 }).map((id) => `h${id}`),
    lossy: fc.boolean(),
    scores: fc.record({ repaired: side, sham: side, asSent: side }),
  }),
  { maxLength: 30, selector: ({ taskId, runId, handoffId }) => `${taskId}/${runId}/${handoffId}` },
);

/** Every number anywhere in a value. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe("laws of effects", () => {
  it("M6, M21 the order of checkpoints and draws changes nothing, and what cannot be computed is null with a reason", () => {
    fc.assert(
      fc.property(checkpoints, fc.integer(), (rows, seed) => {
        const dice = seeded(seed);
        const mixed = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, roll: dice() }))
            .sort((one, other) => one.roll - other.roll)
            .map(({ item }) => item);
        const other = mixed(rows).map((row) => ({
          ...row,
          scores: { repaired: mixed(row.scores.repaired), sham: mixed(row.scores.sham), asSent: mixed(row.scores.asSent) },
        }));
        const effect = effectEstimate({ checkpoints: rows, ...options });
        expect(effectEstimate({ checkpoints: other, ...options })).toEqual(effect);
        expect(numbersIn(effect).every(Number.isFinite)).toBe(true);
        for (const endpoint of [effect.alignment, effect.effectiveness]) {
          for (const figure of [endpoint.effect, endpoint.perLossy, endpoint.shamMinusAsSent, endpoint.refusedLeftOut]) {
            expect(figure.mean === null && figure.interval !== null).toBe(false);
            expect(figure.interval === null).toBe(figure.reason !== null);
            expect(figure.p === null).toBe(figure.pReason !== null);
          }
          for (const { lossy, effect: delta, reason } of endpoint.perCheckpoint) {
            expect(delta === null).toBe(reason !== null);
            if (!lossy) expect(delta).toBe(0);
          }
          const { incompleteAtWorst, incompleteAtBest } = endpoint;
          if (incompleteAtWorst.mean !== null) expect(incompleteAtBest.mean).toBeGreaterThanOrEqual(incompleteAtWorst.mean - 1e-12);
        }
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it("M5 the order of rows changes nothing, and swapping the sides turns the sign", () => {
    const row: fc.Arbitrary<SwayRow> = fc.record({
      taskId: fc.nat({ max: 8 }).map((id) => `t${id}`),
      handoffId: fc.nat({ max: 3 }).map((id) => `h${id}`),
      arm: fc.constantFrom("repaired", "sham"),
      draw: fc.nat({ max: 5 }),
      score,
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const sway = swayEstimate(rows, options);
        expect(swayEstimate([...rows].reverse(), options)).toEqual(sway);
        const turned = swayEstimate(
          rows.map((each) => ({ ...each, arm: each.arm === "sham" ? "repaired" : "sham" })),
          options,
        );
        expect(turned.estimate.p).toBe(sway.estimate.p);
        if (sway.estimate.mean === null) expect(turned.estimate.mean).toBeNull();
        else expect(turned.estimate.mean).toBeCloseTo(-sway.estimate.mean, 12);
      }),
      { numRuns: 150, seed: 4 },
    );
  });

  it("M6 checkpoints are drawn alike from any order, without replacement, and a larger number only adds", () => {
    const handoff = fc.record({
      taskId: fc.nat({ max: 3 }).map((id) => `t${id}`),
      runId: fc.nat({ max: 9 }).map((id) => `r${id}`),
      handoffId: fc.nat({ max: 3 }).map((id) => `h${id}`),
      repeat: fc.constant(0),
      loss: fc.constantFrom(0, 0.5, 2),
      reason: fc.constant(null),
    });
    const named = fc.uniqueArray(handoff, { maxLength: 40, selector: (each) => `${each.taskId}/${each.runId}/${each.handoffId}` });
    fc.assert(
      fc.property(named, fc.integer({ min: 1, max: 6 }), fc.integer(), (handoffs, perTask, seed) => {
        const drawn = drawCheckpoints({ handoffs, perTask, seed });
        expect(drawCheckpoints({ handoffs: [...handoffs].reverse(), perTask, seed })).toEqual(drawn);
        const more = drawCheckpoints({ handoffs, perTask: perTask + 1, seed }).checkpoints;
        expect(more).toEqual(expect.arrayContaining(drawn.checkpoints));
        for (const taskId of new Set(handoffs.map((each) => each.taskId))) {
          const had = handoffs.filter((each) => each.taskId === taskId).length;
          const got = drawn.checkpoints.filter((each) => each.taskId === taskId);
          expect(got).toHaveLength(Math.min(perTask, had));
          expect(new Set(got.map((each) => `${each.runId}/${each.handoffId}`)).size).toBe(got.length);
          expect(drawn.short.some((each) => each.taskId === taskId)).toBe(had < perTask);
        }
      }),
      { seed: 5 },
    );
  });

  it("M6 every handoff is as likely as any other to be drawn", () => {
    const handoffs = Array.from({ length: 8 }, (_, index) => ({
      taskId: "t1",
      runId: `r${index >> 1}`,
      handoffId: `h${index & 1}`,
      repeat: index >> 1,
      loss: 0,
      reason: null,
    }));
    const times = new Map<string, number>();
    const SEEDS = 4000;
    for (let seed = 0; seed < SEEDS; seed += 1)
      for (const { runId, handoffId } of drawCheckpoints({ handoffs, perTask: 3, seed }).checkpoints)
        times.set(runId + handoffId, (times.get(runId + handoffId) ?? 0) + 1);
    // Each is drawn in 3 of 8 seeds; chi-squared with 7 degrees of freedom (the counts are tied a little) is below 24.3 in 999 of 1,000.
    const expected = (SEEDS * 3) / 8;
    const chi = [...times.values()].reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    expect(times.size).toBe(8);
    expect(chi).toBeLessThan(24.3);
  });
});
