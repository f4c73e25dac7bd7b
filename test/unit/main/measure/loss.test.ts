import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Code } from "#shared/drift/types.ts";
import { bestCode, type Carried, lossOf, lostBy, standingOf, verdictOf } from "#main/measure/loss.ts";

const row = (fields: Partial<Carried> = {}): Carried => ({
  weight: 1,
  code: 1,
  held: 1,
  told: false,
  receiverHeld: 0,
  inScope: true,
  ...fields,
});

describe("loss of one handoff", () => {
  it.each<[string, Carried[], number | null, { omitted: number; weakened: number; contradicted: number } | null]>([
    ["all kept", [row(), row()], 0, { omitted: 0, weakened: 0, contradicted: 0 }],
    ["one of two dropped", [row(), row({ code: 0 })], 0.5, { omitted: 0.5, weakened: 0, contradicted: 0 }],
    ["all dropped", [row({ code: 0 }), row({ code: 0 })], 1, { omitted: 1, weakened: 0, contradicted: 0 }],
    ["weakened", [row({ code: 0.5 })], 0.5, { omitted: 0, weakened: 0.5, contradicted: 0 }],
    ["contradicted", [row({ code: -1 })], 2, { omitted: 0, weakened: 0, contradicted: 2 }],
    ["a weak hold dropped", [row({ held: 0.5, code: 0 })], 1, { omitted: 1, weakened: 0, contradicted: 0 }],
    ["a weak hold kept weak", [row({ held: 0.5, code: 0.5 })], 0, { omitted: 0, weakened: 0, contradicted: 0 }],
    [
      "a weak hold said in full is no gain",
      [row({ held: 0.5, code: 1 }), row({ code: 0 })],
      1 / 1.5,
      { omitted: 1 / 1.5, weakened: 0, contradicted: 0 },
    ],
    ["a weak hold contradicted: 1.5 of 0.5", [row({ held: 0.5, code: -1 })], 3, { omitted: 0, weakened: 0, contradicted: 3 }],
    ["weights", [row({ weight: 3, code: 0 }), row({ weight: 1 })], 0.75, { omitted: 0.75, weakened: 0, contradicted: 0 }],
    [
      "all three parts",
      [row({ code: 0 }), row({ code: 0.5 }), row({ code: -1 }), row()],
      3.5 / 4,
      { omitted: 0.25, weakened: 0.125, contradicted: 0.5 },
    ],
    [
      "what the receiver has counts for nothing",
      [row({ code: 0, receiverHeld: 1 }), row({ code: 0.5 })],
      0.5,
      { omitted: 0, weakened: 0.5, contradicted: 0 },
    ],
    ["what the receiver has weakly is still owed", [row({ code: 0, receiverHeld: 0.5 })], 1, { omitted: 1, weakened: 0, contradicted: 0 }],
    [
      "what is held weakly by both is not owed",
      [row({ held: 0.5, code: 0, receiverHeld: 0.5 }), row()],
      0,
      { omitted: 0, weakened: 0, contradicted: 0 },
    ],
    ["out of scope counts for nothing", [row({ code: 0, inScope: false }), row()], 0, { omitted: 0, weakened: 0, contradicted: 0 }],
    [
      "a constraint without a probe counts for nothing",
      [row({ code: null }), row({ code: 0 })],
      1,
      { omitted: 1, weakened: 0, contradicted: 0 },
    ],
  ])("M2 M3 %s", (_name, rows, loss, parts) => {
    const found = lossOf(rows);
    if (loss === null) expect(found.loss).toBeNull();
    else expect(found.loss).toBeCloseTo(loss, 12);
    for (const part of ["omitted", "weakened", "contradicted"] as const) expect(found.parts?.[part]).toBeCloseTo(parts?.[part] ?? 0, 12);
    expect(found.reason).toBeNull();
  });

  it.each<[string, Carried[], string]>([
    ["M21 nothing held is nothing-to-lose, never 0", [row({ held: 0, code: 0 })], "nothing-to-lose"],
    ["M21 an empty ledger is nothing-to-lose", [], "nothing-to-lose"],
    ["M21 nothing in scope is nothing-to-lose", [row({ inScope: false })], "nothing-to-lose"],
    ["M21 a receiver that has them all is nothing-to-carry, never 0", [row({ receiverHeld: 1, code: 0 })], "nothing-to-carry"],
    ["M21 no pattern at all is no-probe, never 0", [row({ code: null }), row({ code: null })], "no-probe"],
    ["M2b only inherited contradictions leave nothing to carry", [row({ code: -1, told: true })], "nothing-to-carry"],
  ])("%s", (_name, rows, reason) => {
    expect(lossOf(rows)).toMatchObject({ loss: null, reason, parts: null });
  });

  it.each<[string, Carried, { introduced: number; loss: number | null; verdict: string }]>([
    [
      "what u did not hold and was not told to contradict is introduced",
      row({ held: 0, code: -1 }),
      { introduced: 1, loss: 0, verdict: "introduced" },
    ],
    ["what v already holds is introduced, not lost", row({ code: -1, receiverHeld: 1 }), { introduced: 1, loss: 0, verdict: "introduced" }],
    ["what u holds and v does not is lost here, not introduced", row({ code: -1 }), { introduced: 0, loss: 1, verdict: "contradicted" }],
    [
      "what u was told to contradict is inherited: neither",
      row({ held: 0, code: -1, told: true }),
      { introduced: 0, loss: 0, verdict: "inherited" },
    ],
    [
      "what u holds and was told to contradict is inherited too",
      row({ held: 1, code: -1, told: true }),
      { introduced: 0, loss: 0, verdict: "inherited" },
    ],
    [
      "told and not passed on is an omission like any other",
      row({ code: 0, told: true }),
      { introduced: 0, loss: 0.5, verdict: "dropped here" },
    ],
    ["out of scope is not counted", row({ held: 0, code: -1, inScope: false }), { introduced: 0, loss: 0, verdict: "not in scope" }],
  ])("M2b %s", (_name, each, expected) => {
    // A kept row beside it gives the loss something to stand on.
    const found = lossOf([each, row()]);
    expect(found.introduced).toBe(expected.introduced);
    expect(found.loss).toBeCloseTo(expected.loss ?? 0, 12);
    expect(verdictOf(each)).toBe(expected.verdict);
  });

  it.each<[string, Carried, string]>([
    ["kept", row(), "kept"],
    ["said in full though held weakly", row({ held: 0.5, code: 1 }), "kept"],
    ["weakened", row({ code: 0.5 }), "weakened"],
    ["dropped", row({ code: 0 }), "dropped here"],
    ["lost upstream", row({ held: 0, code: 0 }), "lost upstream"],
    ["already known", row({ code: 0, receiverHeld: 1 }), "already known"],
    ["no probe", row({ code: null }), "no probe"],
  ])("M2 in words: %s", (_name, each, verdict) => {
    expect(verdictOf(each)).toBe(verdict);
  });

  it.each<[string, Code[], Code]>([
    ["nothing said", [], 0],
    ["never spoken of", [0, 0], 0],
    ["the best counts", [0.5, 1, 0], 1],
    ["a weak word after a strong one takes nothing back", [1, 0.5], 1],
    ["the last that speaks of it contradicts", [1, -1, 0], -1],
    ["a contradiction that is put right", [-1, 1], 1],
    ["a contradiction that is put half right", [-1, 0.5], 0.5],
  ])("M2a several texts: %s", (_name, codes, best) => {
    expect(bestCode(codes)).toBe(best);
  });

  const code = fc.constantFrom<Code | null>(1, 0.5, 0, -1, null);
  const carried = fc.record({
    weight: fc.double({ min: 1e-3, max: 1_000, noNaN: true }),
    code,
    held: fc.constantFrom(0, 0.5, 1),
    told: fc.boolean(),
    receiverHeld: fc.constantFrom(0, 0.5, 1),
    inScope: fc.boolean(),
  });

  it("M2 M3 M21 a loss lies in [0, 3], its parts add up to it, and it is null exactly when there is a reason", () => {
    fc.assert(
      fc.property(fc.array(carried, { maxLength: 8 }), (rows) => {
        const { loss, parts, reason, introduced } = lossOf(rows);
        expect(introduced).toBeGreaterThanOrEqual(0);
        if (loss === null) {
          expect(reason).not.toBeNull();
          expect(parts).toBeNull();
          return;
        }
        expect(reason).toBeNull();
        expect(loss).toBeGreaterThanOrEqual(0);
        expect(loss).toBeLessThanOrEqual(3 + 1e-9);
        expect((parts?.omitted ?? 0) + (parts?.weakened ?? 0) + (parts?.contradicted ?? 0)).toBeCloseTo(loss, 9);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it("M2 the unit of weights does not matter, nor the order of constraints", () => {
    fc.assert(
      fc.property(fc.array(carried, { maxLength: 8 }), fc.double({ min: 0.01, max: 50, noNaN: true }), (rows, factor) => {
        const plain = lossOf(rows);
        const scaled = lossOf(rows.map((each) => ({ ...each, weight: each.weight * factor })));
        const turned = lossOf([...rows].reverse());
        expect(scaled.reason).toBe(plain.reason);
        if (plain.loss !== null) {
          expect(scaled.loss).toBeCloseTo(plain.loss, 9);
          expect(turned.loss).toBeCloseTo(plain.loss, 9);
        }
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});

describe("what a loss is made of", () => {
  it("says of each constraint whether it is counted, or why not", () => {
    expect(standingOf(row({ code: 0 }))).toBe("counted");
    expect(standingOf(row({ receiverHeld: 1 }))).toBe("already held");
    expect(standingOf(row({ code: -1, told: true }))).toBe("inherited");
    expect(standingOf(row({ held: 0, code: 0 }))).toBe("not held");
    expect(standingOf(row({ inScope: false }))).toBe("not in scope");
    expect(standingOf(row({ code: null }))).toBe("no probe");
  });

  it("M2 shares it out over the constraints, whatever they are", () => {
    const any = fc.record<Carried>({
      weight: fc.constantFrom(1, 2, 3),
      code: fc.constantFrom<Code | null>(1, 0.5, 0, -1, null),
      held: fc.constantFrom(0, 0.5, 1),
      told: fc.boolean(),
      receiverHeld: fc.constantFrom(0, 0.5, 1),
      inScope: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), (rows) => {
        const shares = lostBy(rows);
        expect(shares.map((share) => share !== null)).toEqual(rows.map((each) => standingOf(each) === "counted"));
        expect(shares.reduce<number>((sum, share) => sum + (share ?? 0), 0)).toBeCloseTo(lossOf(rows).loss ?? 0, 9);
      }),
    );
  });
});
