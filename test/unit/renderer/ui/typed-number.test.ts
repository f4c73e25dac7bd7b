import { describe, expect, it } from "vitest";
import { type NumberRule, readTyped, shownNumber, stepped } from "#renderer/ui/typed-number.ts";

const REPEATS: NumberRule = { min: 1, max: 10_000, whole: true };
const CAP: NumberRule = { min: 0.01, max: Number.MAX_SAFE_INTEGER, whole: false, optional: true };

describe("a typed number", () => {
  it.each([
    ["5", 5],
    [" 10,000 ", 10_000],
    ["007", 7],
  ])("reads %j", (text, value) => expect(readTyped(text, REPEATS)).toEqual({ ok: true, value }));

  it.each(["", " ", "0", "99999", "1e3", "2.5", "-1", "1,0", "five", "Infinity"])("says what it takes instead of guessing at %j", (text) =>
    expect(readTyped(text, REPEATS)).toEqual({ ok: false, why: "A whole number from 1 to 10,000." }),
  );

  it.each([
    ["", null],
    ["$2.50", 2.5],
    [".5", 0.5],
    ["$1,234.5", 1234.5],
  ])("reads %j where a field may be empty", (text, value) => expect(readTyped(text, CAP)).toEqual({ ok: true, value }));

  it("says that it may be empty, and no bound where there is none", () => {
    expect(readTyped("0", CAP)).toEqual({ ok: false, why: "A number from 0.01, or nothing." });
  });

  it("reads back what it shows", () => {
    for (const value of [1, 2000, 10_000]) expect(readTyped(shownNumber(value), REPEATS)).toEqual({ ok: true, value });
    expect(shownNumber(null)).toBe("");
  });

  it("steps within its bounds", () => {
    expect([stepped(1, -1, REPEATS), stepped(10_000, 1, REPEATS), stepped(5, 1, REPEATS)]).toEqual([1, 10_000, 6]);
    expect(stepped(null, 1, CAP)).toBe(1.01);
  });
});
