import { describe, expect, it } from "vitest";
import type { PastRuns } from "#main/lab/arms/budgets.ts";
import { frozenBefore } from "#main/lab/arms/frozen.ts";
import { pastRuns } from "#main/lab/arms/past-runs.ts";
import { memoryStore } from "#test/support/lab.ts";
import { create, planInput, plannedOf, record, SUITE } from "#test/unit/main/lab/arms/past.ts";

const took = (outputTokens: number): PastRuns => ({ median: () => ({ outputTokens, costUsd: null, runs: 2 }) });

describe("budgets that were frozen", () => {
  it("M12 stay what they were when the plan goes on, although its own runs have moved the medians", () => {
    const store = memoryStore();
    const first = plannedOf({ solos: ["budget-matched"], past: took(100) });
    const id = create(store, first);
    const arm = first.plan.arms[0]?.id ?? "";
    for (const taskId of ["t1", "t2"]) record(store, id, { armId: arm, taskId, repeat: 1, outputTokens: 500, costUsd: null });
    const again = plannedOf({ solos: ["budget-matched"], past: pastRuns(store, planInput()) });
    expect(again.plan.arms[1]?.budgets).toEqual({ t1: 500, t2: 500 });
    expect(again.planHash).not.toBe(first.planHash);
    const goesOn = frozenBefore(store, again);
    expect(goesOn).toMatchObject({ planHash: first.planHash, plan: { arms: [{}, { budgets: { t1: 100, t2: 100 } }] } });
    expect(create(store, goesOn)).toBe(id);
    store.close();
  });

  it("M20 are taken over only where all else is the same, and from the latest such plan", () => {
    const store = memoryStore();
    create(store, plannedOf({ solos: ["budget-matched"], past: took(100) }), SUITE, 1);
    const latest = plannedOf({ solos: ["budget-matched"], past: took(200) });
    create(store, latest, SUITE, 2);
    expect(frozenBefore(store, plannedOf({ solos: ["budget-matched"], past: took(300) })).planHash).toBe(latest.planHash);
    for (const change of [{ repeats: 4 }, { seed: 9 }, { model: "other" }, { solos: ["budget-matched", "one-shot"] as const }]) {
      const other = plannedOf({ solos: ["budget-matched"], past: took(300), ...change });
      expect(frozenBefore(store, other)).toBe(other);
    }
    const none = plannedOf({ solos: ["one-shot"] });
    expect(frozenBefore(store, none)).toBe(none);
    store.close();
  });
});
