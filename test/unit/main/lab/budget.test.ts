import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget, type Caps, type Reserved, type Spend } from "#main/lab/budget.ts";
import { settled } from "#test/support/fake-clock.ts";

const NEVER = new AbortController().signal;
const NOTHING: Spend = { outputTokens: 0, usd: 0 };
const FREE: Caps = { outputTokens: null, usd: null };
const tokens = (outputTokens: number): Spend => ({ outputTokens, usd: 0 });
const dollars = (usd: number | null): Spend => ({ outputTokens: 0, usd });
const budgetOf = (caps: Partial<Caps>, used: Spend = NOTHING) => new Budget({ caps: { ...FREE, ...caps }, used });

/** Whether a promise has come to an end, and which. */
async function stateOf(promise: Promise<Reserved>): Promise<Reserved | "waits"> {
  await settled();
  return Promise.race([promise, Promise.resolve("waits" as const)]);
}

describe("a budget", () => {
  it("without caps lets everything through and counts it", async () => {
    const budget = budgetOf({});
    expect(await budget.reserve({ outputTokens: 1e9, usd: 1e6 }, NEVER)).toEqual({ ok: true });
    budget.settle({ outputTokens: 1e9, usd: 1e6 }, { outputTokens: 12, usd: 0.25 });
    expect(budget.spent).toEqual({ outputTokens: 12, usd: 0.25 });
  });

  it("waits while calls in flight may give back enough, and goes on when they have", async () => {
    const budget = budgetOf({ outputTokens: 100 });
    await budget.reserve(tokens(80), NEVER);
    const next = budget.reserve(tokens(60), NEVER);
    expect(await stateOf(next)).toBe("waits");
    budget.settle(tokens(80), tokens(40));
    expect(await next).toEqual({ ok: true });
  });

  it("refuses at once what would not fit even if everything in flight came back, and says by which cap", async () => {
    const budget = budgetOf({ outputTokens: 100, usd: 1 }, { outputTokens: 50, usd: 0.5 });
    await budget.reserve({ outputTokens: 20, usd: 0.1 }, NEVER);
    expect(await budget.reserve({ outputTokens: 51, usd: 0.1 }, NEVER)).toEqual({ ok: false, cap: "outputTokens", by: budget });
    expect(await budget.reserve({ outputTokens: 1, usd: 0.51 }, NEVER)).toEqual({ ok: false, cap: "usd", by: budget });
    expect(await stateOf(budget.reserve({ outputTokens: 50, usd: 0.5 }, NEVER))).toBe("waits");
  });

  it("a wait ends in a refusal as soon as it is known that there will be no room", async () => {
    const budget = budgetOf({ outputTokens: 100 });
    await budget.reserve(tokens(80), NEVER);
    const next = budget.reserve(tokens(60), NEVER);
    budget.settle(tokens(80), tokens(41));
    expect(await next).toMatchObject({ ok: false, cap: "outputTokens" });
  });

  it("M21 a cap in dollars refuses what has no known price, and goes no further once something of unknown price was spent", async () => {
    const budget = budgetOf({ usd: 5 });
    expect(await budget.reserve(dollars(null), NEVER)).toMatchObject({ ok: false, cap: "unknown-price" });
    expect(await budgetOf({ usd: 5 }, dollars(null)).reserve(dollars(1), NEVER)).toMatchObject({ ok: false, cap: "unknown-price" });
    expect(budgetOf({}, dollars(null)).spent.usd).toBeNull();
    const uncapped = budgetOf({ outputTokens: 10 });
    expect(await uncapped.reserve({ outputTokens: 4, usd: null }, NEVER)).toEqual({ ok: true });
    uncapped.settle({ outputTokens: 4, usd: null }, { outputTokens: 3, usd: null });
    expect(uncapped.spent).toEqual({ outputTokens: 3, usd: null });
  });

  it("counts the whole reservation where the real cost is not known, or is no number", async () => {
    const budget = budgetOf({ usd: 5 });
    await budget.reserve({ outputTokens: 10, usd: 0.5 }, NEVER);
    budget.settle({ outputTokens: 10, usd: 0.5 }, { outputTokens: 2, usd: null });
    await budget.reserve({ outputTokens: 10, usd: 0.25 }, NEVER);
    budget.settle({ outputTokens: 10, usd: 0.25 }, { outputTokens: Number.NaN, usd: -1 });
    expect(budget.spent).toEqual({ outputTokens: 12, usd: 0.75 });
  });

  it("sums dollars exactly: ten times ten cents fill a dollar to the last bit", async () => {
    const budget = budgetOf({ usd: 1 });
    for (let each = 0; each < 10; each += 1) {
      expect(await budget.reserve(dollars(0.1), NEVER)).toEqual({ ok: true });
      budget.settle(dollars(0.1), dollars(0.1));
    }
    expect(budget.spent.usd).toBe(1);
    expect(await budget.reserve(dollars(1e-9), NEVER)).toMatchObject({ ok: false, cap: "usd" });
  });

  it("reserves in a run's budget and the experiment's, all or nothing, and says whose cap it was", async () => {
    const experiment = budgetOf({ outputTokens: 100 });
    const first = experiment.child({ ...FREE, outputTokens: 60 });
    const second = experiment.child({ ...FREE, outputTokens: 60 }, tokens(10));
    expect(await first.reserve(tokens(60), NEVER)).toEqual({ ok: true });
    expect(await second.reserve(tokens(51), NEVER)).toEqual({ ok: false, cap: "outputTokens", by: second });
    const waiting = second.reserve(tokens(50), NEVER);
    expect(await stateOf(waiting)).toBe("waits");
    // Nothing is held by what waits: the rest of the experiment goes on.
    expect(await experiment.reserve(tokens(40), NEVER)).toEqual({ ok: true });
    experiment.settle(tokens(40), NOTHING);
    first.settle(tokens(60), tokens(50));
    expect(await waiting).toEqual({ ok: true });
    second.settle(tokens(50), tokens(50));
    expect([experiment.spent, first.spent, second.spent].map((each) => each.outputTokens)).toEqual([100, 50, 60]);
    expect(await first.reserve(tokens(1), NEVER)).toEqual({ ok: false, cap: "outputTokens", by: experiment });
  });

  it("an abort ends a wait with its reason and holds nothing", async () => {
    const budget = budgetOf({ outputTokens: 100 });
    await budget.reserve(tokens(100), NEVER);
    const stop = new AbortController();
    const waiting = budget.reserve(tokens(100), stop.signal);
    stop.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
    await expect(budget.reserve(NOTHING, stop.signal)).rejects.toThrow("stopped");
    budget.settle(tokens(100), NOTHING);
    expect(await budget.reserve(tokens(100), NEVER)).toEqual({ ok: true });
  });

  it("throws on what can only be a bug", async () => {
    for (const odd of [tokens(-1), tokens(Number.NaN), dollars(-0.1), dollars(Number.POSITIVE_INFINITY)])
      await expect(budgetOf({}).reserve(odd, NEVER)).rejects.toThrow(RangeError);
  });
});

interface Plan {
  child: number;
  need: Spend;
  /** Of the need, what is really used; null dollars: not known. */
  share: number;
  priceKnown: boolean;
  abort: boolean;
}

const capUpTo = (most: number) => fc.option(fc.integer({ min: 0, max: most }), { freq: 3 });
const caps: fc.Arbitrary<Caps> = fc.record({
  outputTokens: capUpTo(300),
  usd: capUpTo(300).map((value) => (value === null ? null : value / 7)),
});
const planned: fc.Arbitrary<Plan> = fc.record({
  child: fc.nat(2),
  need: fc.record({
    outputTokens: fc.nat(90),
    usd: fc.option(
      fc.nat(90).map((value) => value / 7),
      { freq: 8 },
    ),
  }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  priceKnown: fc.boolean(),
  abort: fc.boolean(),
});

describe("budgets, whatever is asked and given back in whatever order", () => {
  it("pass no cap, hold nothing in the end, leave nobody waiting for ever, and never make one wait for what can never be", async () => {
    await fc.assert(
      fc.asyncProperty(
        caps,
        fc.array(caps, { minLength: 3, maxLength: 3 }),
        fc.array(planned, { maxLength: 40 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
        async (rootCaps, childCaps, plans, order) => {
          const root = new Budget({ caps: rootCaps, used: NOTHING });
          const children = childCaps.map((each) => root.child(each));
          const all = [root, ...children];
          const flying: { budget: Budget; plan: Plan }[] = [];
          let open = 0;
          const check = () => {
            for (const [index, budget] of all.entries()) {
              // What flies counts in full: whatever comes back, the cap holds.
              const here = flying.filter((each) => index === 0 || each.budget === budget);
              const { outputTokens, usd } = budget.spent;
              const heldTokens = here.reduce((total, each) => total + each.plan.need.outputTokens, 0);
              const heldUsd = here.reduce((total, each) => total + (each.plan.need.usd ?? 0), 0);
              if (budget.caps.outputTokens !== null) expect(outputTokens + heldTokens).toBeLessThanOrEqual(budget.caps.outputTokens);
              if (budget.caps.usd !== null) expect((usd as number) + heldUsd).toBeLessThanOrEqual(budget.caps.usd + 1e-6);
            }
          };
          const settleOne = (which: number) => {
            const [one] = flying.splice(which % flying.length, 1);
            if (!one) return;
            const { need, share, priceKnown } = one.plan;
            const usd = need.usd === null || !priceKnown ? null : need.usd * share;
            one.budget.settle(need, { outputTokens: Math.floor(need.outputTokens * share), usd });
          };
          let turn = 0;
          for (const plan of plans) {
            const budget = children[plan.child] as Budget;
            const stop = new AbortController();
            const ask = async () => {
              open += 1;
              try {
                if ((await budget.reserve(plan.need, stop.signal)).ok) flying.push({ budget, plan });
              } catch (error) {
                expect(stop.signal.reason).toBe(error);
              } finally {
                open -= 1;
              }
            };
            void ask();
            if (plan.abort) stop.abort();
            const next = order[turn % order.length] as number;
            turn += 1;
            if (next % 3 !== 0) await settled();
            check();
            if (next % 2 === 0 && flying.length > 0) settleOne(next);
          }
          await settled();
          // As long as something flies it comes back; then nobody may be left waiting.
          while (flying.length > 0) {
            settleOne(order[turn % order.length] as number);
            turn += 1;
            await settled();
            check();
          }
          expect(open).toBe(0);
          // Nothing is held: just what is left can be reserved, everywhere.
          const left = (cap: number | null, spent: number | null) => (cap === null ? Number.POSITIVE_INFINITY : cap - (spent as number));
          const finite = (value: number) => (Number.isFinite(value) ? Math.max(0, value) : 0);
          for (const budget of all) {
            const rest: Spend = {
              outputTokens: finite(Math.min(...[root, budget].map((each) => left(each.caps.outputTokens, each.spent.outputTokens)))),
              usd: finite(Math.min(...[root, budget].map((each) => left(each.caps.usd, each.spent.usd))) - 1e-6),
            };
            expect(await stateOf(budget.reserve(rest, NEVER))).toEqual({ ok: true });
            budget.settle(rest, NOTHING);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
