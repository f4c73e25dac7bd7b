/** Proves what a solo arm's budget rests on where the past is known in part only (M12, M21). */
import { describe, expect, it } from "vitest";
import { freezeBudgets, type PastMedian } from "#main/lab/arms/budgets.ts";

const freeze = (baseline: "budget-matched" | "best-of-n", median: Partial<PastMedian>) =>
  freezeBudgets({
    baseline,
    org: { hash: "org", name: "Org" },
    oneShot: { hash: "solo", name: "Solo" },
    tasks: ["t1"],
    past: { median: () => ({ outputTokens: 100, costUsd: null, runs: 3, ...median }) },
    model: "m",
    connectionKind: "compatible",
  });

describe("budgets", () => {
  it("M12 M21 are not frozen from runs whose server did not say what they took; the sentence says so", () => {
    for (const baseline of ["budget-matched", "best-of-n"] as const)
      expect(freeze(baseline, { outputTokens: null })).toMatchObject({
        ok: false,
        problem: { code: "no-usage", message: expect.stringContaining("did not say how many tokens") },
      });
  });

  it("M12 best-of-n goes by dollars where tokens are not known and dollars are", () => {
    expect(freeze("best-of-n", { outputTokens: null, costUsd: 0.2 })).toMatchObject({
      ok: true,
      settings: { "budget-basis": "US dollars" },
    });
  });
});
