import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Interval } from "#shared/drift/types.ts";
import {
  BADGE_WORDS,
  count,
  countWords,
  dollars,
  figure,
  intervalText,
  noneSeenWords,
  plural,
  REASON_WORDS,
  signed,
  tokens,
} from "#renderer/ui/words.ts";

const interval = (low: number, high: number, oneSided: Interval["oneSided"] = null) => ({ low, high, level: 0.95, oneSided });

describe("figures in words", () => {
  it.each([
    [0.4, ".40"],
    [0, ".00"],
    [-0, ".00"],
    [0.004, ".00"],
    [-0.004, ".00"],
    [1, "1.00"],
    [-1.2, "−1.20"],
    [-0.5, "−.50"],
    [0.999, "1.00"],
    [10.25, "10.25"],
    [null, "–"],
  ])("writes %s as %s", (value, text) => expect(figure(value)).toBe(text));

  it.each([
    [0.25, "+.25"],
    [-0.25, "−.25"],
    [0.001, ".00"],
    [-0.001, ".00"],
    [null, "–"],
  ])("writes a difference of %s as %s", (value, text) => expect(signed(value)).toBe(text));

  it("never writes a minus before a zero, a plain hyphen or a leading zero", () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (value) => {
        expect(figure(value)).toMatch(/^−?[1-3]?\.\d\d$/);
        expect(figure(value)).not.toBe("−.00");
        expect(signed(value)).toMatch(/^(\.00|[+−][1-3]?\.\d\d)$/);
      }),
    );
  });

  it("M21 gives an interval, an upper end, or the reason why there is none", () => {
    expect(intervalText({ interval: interval(0.3, 0.5), reason: null })).toBe("[.30, .50]");
    expect(intervalText({ interval: interval(0, 0.312, "at-most"), reason: null })).toBe("at most .31");
    expect(intervalText({ interval: interval(0.688, 1, "at-least"), reason: null })).toBe("at least .69");
    expect(intervalText({ interval: null, reason: "too-few" })).toBe("too few");
    expect(intervalText({ interval: null, reason: null })).toBe("no interval");
  });

  it("M16 says of none seen what the one end bounds, and what not", () => {
    const words = "None seen; at most 31 % of firing runs lose anything. That bounds how many, not how much: a single loss may exceed 1.";
    expect(noneSeenWords(interval(0, 0.312, "at-most"), "firing runs")).toBe(words);
    expect(noneSeenWords(interval(0.688, 1, "at-least"), "firing runs")).toBe(words);
    expect([noneSeenWords(interval(0, 0.3)), noneSeenWords(null)]).toEqual(["", ""]);
  });

  it("M14 M22 says what stands behind a figure", () => {
    expect(countWords({ tasks: 8, runs: 38, flags: ["few-tasks", "clipped"] })).toBe("8 tasks, 38 runs · few · clipped");
    expect(countWords({ tasks: 1, flags: [] })).toBe("1 task");
  });

  it("has words for every reason and badge", () => {
    for (const words of [...Object.values(REASON_WORDS), ...Object.values(BADGE_WORDS)]) expect(words).not.toBe("");
    expect(BADGE_WORDS.simulated).toContain("plumbing and arithmetic");
  });

  it("counts, and says what an unknown price is", () => {
    expect(count(12345.4)).toBe("12,345");
    expect([plural(1, "cell"), plural(0, "cell"), plural(1_000, "cell"), plural(2, "entry", "entries")]).toEqual([
      "1 cell",
      "0 cells",
      "1,000 cells",
      "2 entries",
    ]);
    expect([dollars(0), dollars(0.004), dollars(1.005), dollars(null)]).toEqual(["$0.00", "<$0.01", "$1.00", "cost unknown"]);
    expect([tokens(1, "token"), tokens(12, "token"), tokens(null, "token")]).toEqual(["1 token", "12 tokens", "tokens not told"]);
  });
});
