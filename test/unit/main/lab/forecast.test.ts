import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXPERIMENT_FORMAT, EXPERIMENT_VERSION, type Arm, type Plan } from "#shared/experiment/plan.ts";
import { ORG_FORMAT, ORG_VERSION, type Org, orgSchema } from "#shared/org/schema.ts";
import { forecast, type PastRun, type PastRuns } from "#main/lab/forecast.ts";
import { BUILT_IN_PRICES, type PriceTable } from "#main/models/prices.ts";

const HASH = "a".repeat(64);
const PRICES: PriceTable = { ...BUILT_IN_PRICES, models: { m: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 } } };
const ALONE: Org = orgSchema.parse({
  format: ORG_FORMAT,
  version: ORG_VERSION,
  name: "Alone",
  defaults: { model: "m", settings: { maxOutputTokens: 500 } },
  limits: { rounds: 1, turnsPerAgent: 1 },
  agents: [{ id: "a", name: "A", receivesBrief: true, delivers: true }],
});
const PAIR: Org = orgSchema.parse({
  ...ALONE,
  limits: { rounds: 4 },
  agents: [
    { id: "a", name: "A", receivesBrief: true },
    { id: "b", name: "B", delivers: true },
  ],
  handoffs: [{ id: "h", source: "a", target: "b" }],
});

const arm = (fields: Partial<Arm>): Arm => ({
  id: "arm",
  kind: "org",
  name: "Arm",
  orgHash: HASH,
  solos: [],
  baseline: null,
  budgets: null,
  settings: {},
  ...fields,
});
const solo = (baseline: Arm["baseline"], budgets: Arm["budgets"] = null) => arm({ kind: "solo", baseline, budgets });

function planOf(arms: Arm[], fields: Partial<Plan> = {}): Plan {
  return {
    format: EXPERIMENT_FORMAT,
    version: EXPERIMENT_VERSION,
    arms,
    suite: { id: "s", name: "S", hash: HASH },
    tasks: [
      { id: "t1", hash: HASH },
      { id: "t2", hash: HASH },
    ],
    repeats: 5,
    connection: { kind: "anthropic" },
    model: null,
    population: null,
    seed: 1,
    endpoints: [],
    margin: 0.05,
    prompts: "p",
    probe: "q",
    ...fields,
  };
}

const designs = (org: Org) => new Map([[HASH, org]]);
const pastOf = (runs: Record<string, PastRun[]>): PastRuns => ({ of: (_hash, task) => runs[task] ?? [] });
const run = (outputTokens: number, costUsd: number | null = outputTokens / 1_000): PastRun => ({ calls: 2, outputTokens, costUsd });

describe("a forecast from the structure", () => {
  it("counts calls and tokens of all cells; the cells that are done are left out but for their number", () => {
    const whole = forecast(planOf([arm({}), solo("one-shot")]), designs(PAIR));
    expect(whole).toMatchObject({ cells: 20, calls: { low: 30, high: 100 }, outputTokens: { low: 3_000, high: 50_000 } });
    const plan = planOf([arm({ id: "x" }), arm({ id: "y" })]);
    const done = (id: string) => (id === "x" ? 10 : 4);
    const left = forecast(plan, designs(PAIR), done);
    expect(left).toMatchObject({ cells: 20, calls: { low: 12, high: 54 }, outputTokens: { low: 1_200, high: 27_000 } });
    expect(left.arms.map((each) => each.cells)).toEqual([0, 6]);
    expect(forecast(plan, designs(PAIR), { cellsDone: done })).toEqual(left);
  });

  it("M12 best-of-n makes as many calls as its task's n says", () => {
    const found = forecast(planOf([solo("best-of-n", { t1: 3, t2: 5 })]), designs(ALONE));
    expect(found).toMatchObject({ calls: { low: 40, high: 40 }, outputTokens: { low: 4_000, high: 20_000 } });
  });

  it("M12 budget-matched spends its task's budget, give or take an answer, in at least one call", () => {
    const found = forecast(
      planOf([solo("budget-matched", { t1: 2_000, t2: 40 })]),
      designs({ ...ALONE, limits: { ...ALONE.limits, rounds: null } }),
    );
    expect(found.outputTokens).toEqual({ low: 5 * (1_500 + 40), high: 5 * (2_500 + 540) });
    expect(found.calls).toEqual({ low: 5 * (3 + 1), high: 5 * (20 + 1) });
  });

  it("never goes beyond a design's own cap on tokens", () => {
    const found = forecast(planOf([arm({})]), designs({ ...PAIR, limits: { ...PAIR.limits, outputTokens: 700 } }));
    expect(found.outputTokens).toEqual({ low: 2_000, high: 7_000 });
  });

  it("dollars go from cheap to dear, and an org with a dearer member has a higher end", () => {
    const table: PriceTable = { ...PRICES, models: { ...PRICES.models, dear: { input: 20, output: 100, cacheRead: 2, cacheWrite: 25 } } };
    const cheap = forecast(planOf([arm({})]), designs(PAIR), { prices: table }).usd;
    const mixed = { ...PAIR, agents: PAIR.agents.map((agent, index) => (index === 0 ? { ...agent, model: "dear" } : agent)) };
    const both = forecast(planOf([arm({})]), designs(mixed), { prices: table }).usd;
    const dear = forecast(planOf([arm({})], { model: "dear" }), designs(mixed), { prices: table }).usd;
    // 2,000 tokens at 10 dollars a million at least.
    expect(cheap?.low).toBeGreaterThan(0.02);
    expect(both?.low).toBe(cheap?.low);
    expect(both?.high).toBe(dear?.high);
    expect(dear?.high).toBeCloseTo((cheap?.high as number) * 10, 9);
  });

  it("M21 dollars are null with the reason where a price, or a design, is not known; nothing left to do costs nothing", () => {
    const unknown = { usd: null, usdReason: "unknown-price" };
    expect(forecast(planOf([arm({})]), designs(PAIR))).toMatchObject(unknown);
    expect(forecast(planOf([arm({})], { model: "other" }), designs(PAIR), { prices: PRICES })).toMatchObject(unknown);
    expect(forecast(planOf([arm({}), arm({ orgHash: "gone" })]), designs(PAIR), { prices: PRICES })).toMatchObject(unknown);
    const halfDone = forecast(planOf([arm({ id: "x" })], { model: "other" }), designs(PAIR), { prices: PRICES, cellsDone: () => 10 });
    expect(halfDone).toMatchObject({ usd: { low: 0, high: 0 }, usdReason: null, calls: { low: 0, high: 0 } });
  });

  it("a long brief takes more to read, and no call reads more than its model's window", () => {
    const read = (brief: string, org: Org = PAIR) => forecast(planOf([arm({})]), designs(org), { briefOf: () => brief }).inputTokens;
    expect(read("word ".repeat(2_000)).low).toBeGreaterThan(read("word").low);
    expect(read("word ".repeat(2_000)).high).toBeGreaterThan(read("word").high);
    const narrow = { ...PAIR, limits: { ...PAIR.limits, contextTokens: 1_000 } };
    expect(read("word ".repeat(20_000), narrow).high).toBe(10 * 9 * 1_000);
  });
});

describe("a forecast from past runs", () => {
  it("takes the 10th to the 90th percentile of each task's own runs, tasks counting equally, for the cells left", () => {
    const past = pastOf({
      t1: [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000].map((each) => run(each)),
      t2: [run(10), run(10), run(10)],
    });
    const found = forecast(planOf([arm({})]), designs(PAIR), { past, cellsDone: () => 6 });
    expect(found.arms[0]).toMatchObject({ basis: "past runs", cells: 4, calls: { low: 8, high: 8 } });
    expect(found.outputTokens).toEqual({ low: 2 * (100 + 10), high: 2 * (900 + 10) });
    expect(found.usd?.low).toBeCloseTo(0.22, 9);
    expect(found.usd?.high).toBeCloseTo(1.82, 9);
  });

  it("two runs say nothing; a task without runs takes those of the whole arm", () => {
    const two = forecast(planOf([arm({})]), designs(PAIR), { past: pastOf({ t1: [run(50)], t2: [run(50)] }) });
    expect(two).toMatchObject({ arms: [{ basis: "structure" }], outputTokens: { low: 2_000 } });
    const three = forecast(planOf([arm({})]), designs(PAIR), { past: pastOf({ t1: [run(50), run(50), run(50)] }) });
    expect(three).toMatchObject({ arms: [{ basis: "past runs" }], outputTokens: { low: 500, high: 500 } });
  });

  it("dollars come from runs with a known cost only; with fewer than three of them the tokens are priced", () => {
    const past = pastOf({ t1: [run(50, null), run(50, null), run(50, 1)] });
    const plan = planOf([arm({})]);
    expect(forecast(plan, designs(PAIR), { past })).toMatchObject({
      usd: null,
      usdReason: "unknown-price",
      arms: [{ basis: "past runs" }],
    });
    const priced = forecast(plan, designs(PAIR), { past, prices: PRICES });
    // 500 output tokens at 10 dollars a million, and something to read.
    expect(priced.usd?.low).toBeGreaterThan(0.005);
    expect(priced.usd?.low).toBeLessThan(0.1);
  });

  it("M12 of best-of-n it takes n one-shots, of budget-matched the budget", () => {
    const past = pastOf({ t1: [run(50), run(50), run(50)] });
    const best = forecast(planOf([solo("best-of-n", { t1: 3, t2: 5 })]), designs(ALONE), { past });
    expect(best).toMatchObject({ arms: [{ basis: "past runs" }], outputTokens: { low: 5 * 8 * 50, high: 5 * 8 * 50 } });
    const matched = forecast(planOf([solo("budget-matched", { t1: 1_000, t2: 1_000 })]), designs(ALONE), { past });
    expect(matched).toMatchObject({ arms: [{ basis: "structure" }], outputTokens: { low: 5_000, high: 15_000 } });
  });

  it("every range is a range of finite numbers, whatever ran before and is left", () => {
    const past = fc.array(
      fc.record({ calls: fc.nat(50), outputTokens: fc.nat(100_000), costUsd: fc.option(fc.double({ min: 0, max: 10, noNaN: true })) }),
      { maxLength: 8 },
    );
    const budgets = fc.record({ t1: fc.integer({ min: 1, max: 20_000 }), t2: fc.integer({ min: 1, max: 20_000 }) });
    const arms = fc.oneof(
      fc.constant(arm({})),
      fc.tuple(fc.constantFrom("one-shot", "role-play", "budget-matched", "best-of-n"), budgets).map(([kind, each]) => solo(kind, each)),
    );
    fc.assert(
      fc.property(arms, past, past, fc.nat(12), (one, t1, t2, done) => {
        const found = forecast(planOf([one]), designs(PAIR), { past: pastOf({ t1, t2 }), prices: PRICES, cellsDone: () => done });
        for (const range of [found.calls, found.outputTokens, found.inputTokens, found.usd]) {
          expect(range).not.toBeNull();
          expect(range?.low).toBeGreaterThanOrEqual(0);
          expect(range?.high).toBeGreaterThanOrEqual(range?.low as number);
          expect(range?.high).toBeLessThan(Number.POSITIVE_INFINITY);
        }
        if (done >= 10) expect(found).toMatchObject({ calls: { high: 0 }, outputTokens: { high: 0 }, usd: { high: 0 } });
      }),
    );
  });
});
