import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_POPULATION, oddsFor, type Odds, populationSchema } from "#shared/population/schema.ts";
import { addableOdds, dropped, moved, oddsOf, ownOdds, whoseWords, withOdds, withoutOdds } from "#renderer/state/population-odds.ts";

const SPEAKERS = { handoffs: [{ id: "h1", label: "Lead → Writer" }], roles: ["lead", "writer"] };
const odds = (keep: number, weaken: number, contradict: number): Odds => ({ keep, weaken, contradict });

describe("the sliders of one set of odds", () => {
  const field = fc.constantFrom("keep" as const, "weaken" as const, "contradict" as const);
  const move = fc.tuple(
    field,
    fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
  );

  it("always leave odds that the lab takes, and the one that moved where it was put", () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 12 }), (moves) => {
        let wanted: Odds = DEFAULT_POPULATION.default;
        for (const [name, value] of moves) {
          const next = moved(wanted, name, value);
          wanted = next.wanted;
          expect(next.odds[name]).toBe(value);
          expect(populationSchema.safeParse({ ...DEFAULT_POPULATION, default: next.odds }).error).toBeUndefined();
        }
      }),
    );
  });

  it("bring the others back when the one that took their room is lowered again", () => {
    const up = moved(odds(0.5, 0.3, 0.2), "keep", 1);
    expect(up.odds).toEqual(odds(1, 0, 0));
    expect(moved(up.wanted, "keep", 0.5).odds).toEqual(odds(0.5, 0.3, 0.2));
  });

  it("pinned: two that both give way by half a percent do not pass 1 together", () =>
    expect(moved(odds(0, 0.5, 0.5), "keep", 0.33).odds).toEqual(odds(0.33, 0.33, 0.33)));

  it("leave the others alone where there is room, and what is left over is dropped", () => {
    for (const value of [0, 0.29, 0.57, 0.95]) expect(moved(odds(0.9, 0.05, 0), "keep", value).odds).toEqual(odds(value, 0.05, 0));
    expect(dropped(odds(0.9, 0.05, 0))).toBeCloseTo(0.05);
  });
});

describe("odds of one handoff, role or deliverable", () => {
  it("rule that alone, and the default rules again once they are taken back", () => {
    const planted = withOdds(DEFAULT_POPULATION, { kind: "edge", key: "h1" }, odds(0.2, 0, 0));
    expect(oddsFor(planted, { role: "lead" }, "h1").keep).toBe(0.2);
    expect(oddsFor(planted, { role: "lead" }, "h2").keep).toBe(0.9);
    expect(populationSchema.safeParse(planted).success).toBe(true);
    for (const whose of ownOdds(planted)) expect(withoutOdds(planted, whose)).toEqual(DEFAULT_POPULATION);
    const all = withOdds(withOdds(planted, { kind: "role", key: "lead" }, odds(0.5, 0, 0)), { kind: "deliverable" }, odds(1, 0, 0));
    expect(ownOdds(all).map((whose) => oddsOf(all, whose).keep)).toEqual([0.2, 0.5, 1]);
    expect(addableOdds(all, SPEAKERS).map(({ label }) => label)).toEqual(["All that write as “writer”"]);
    expect(withoutOdds(all, { kind: "deliverable" }).deliverable).toBeUndefined();
  });

  it("are named as people name them, and said where they rule nothing", () => {
    expect(whoseWords({ kind: "edge", key: "h1" }, SPEAKERS)).toBe("Lead → Writer");
    expect(whoseWords({ kind: "edge", key: "gone" }, SPEAKERS)).toBe("Handoff “gone”");
  });
});
