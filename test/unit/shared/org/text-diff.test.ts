/** Tests comparing texts: both are in the result whole, and what stayed is found. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffText, type Segment } from "#shared/org/text-diff.ts";

const kept = (segments: readonly Segment[], not: Segment["kind"]) =>
  segments
    .filter((segment) => segment.kind !== not)
    .map((segment) => segment.text)
    .join("");

describe("how one text became another", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("the ", "a ", "house", "home", "\n", "  ", "big ", ". ", "été "), { maxLength: 40 })
      .map((words) => words.join("")),
  );

  it("holds both texts whole, with no two stretches of one kind side by side and none empty", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const segments = diffText(before, after);
        expect(kept(segments, "added")).toBe(before);
        expect(kept(segments, "removed")).toBe(after);
        expect(segments.every((segment) => segment.text !== "")).toBe(true);
        expect(segments.some((segment, index) => segment.kind === segments[index + 1]?.kind)).toBe(false);
        if (before === after) expect(segments.filter((segment) => segment.kind !== "same")).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("finds what was put into a text, wherever that was", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 30 }), fc.nat(), (numbers, at) => {
        const words = numbers.map((number) => `w${number} `);
        const place = at % (words.length + 1);
        const after = [...words.slice(0, place), "new ", ...words.slice(place)].join("");
        const changed = diffText(words.join(""), after).filter((segment) => segment.kind !== "same");
        expect(changed.map((segment) => segment.kind)).toEqual(["added"]);
        expect(changed[0]?.text).toContain("new");
      }),
    );
  });

  it("keeps lines that stayed, compares words where lines differ, and takes neighbouring words as one change", () => {
    expect(diffText("Keep.\nSee the big house now.\nEnd.\n", "Keep.\nSee a small home now.\nMore.\nEnd.\n")).toEqual([
      { kind: "same", text: "Keep.\nSee " },
      { kind: "removed", text: "the big house" },
      { kind: "added", text: "a small home" },
      { kind: "same", text: " now.\n" },
      { kind: "added", text: "More.\n" },
      { kind: "same", text: "End.\n" },
    ]);
  });

  it("takes texts that share next to nothing as replaced, without taking long", () => {
    const long = (letter: string) => Array.from({ length: 20_000 }, (_, index) => `${letter}${index}`).join(" ");
    const start = performance.now();
    const segments = diffText(long("a"), long("b"));
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(segments.map((segment) => segment.kind)).toEqual(["removed", "added"]);
  });
});
