import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedWords, placesChanged } from "#renderer/drift/changed-words.ts";

describe("what differs between two texts", () => {
  it("marks what was put in, taken out and replaced", () => {
    expect(changedWords("We start on Monday.", "We start early on Monday.")).toEqual([
      { kind: "same", text: "We start " },
      { kind: "added", text: "early " },
      { kind: "same", text: "on Monday." },
    ]);
    expect(changedWords("Nurses should rest well.", "Nurses must sleep well.")).toEqual([
      { kind: "same", text: "Nurses " },
      { kind: "removed", text: "should rest" },
      { kind: "added", text: "must sleep" },
      { kind: "same", text: " well." },
    ]);
    expect(changedWords("That is all.", "That is all.\n\nOne thing more.")).toEqual([
      { kind: "same", text: "That is all." },
      { kind: "added", text: "\n\nOne thing more." },
    ]);
    expect(changedWords("same", "same")).toEqual([{ kind: "same", text: "same" }]);
    expect(changedWords("", "new")).toEqual([{ kind: "added", text: "new" }]);
  });

  it("counts places, a replacement once", () => {
    expect(placesChanged(changedWords("a b c d", "a x c d e"))).toBe(2);
    expect(placesChanged(changedWords("a b", "a b"))).toBe(0);
  });

  it("holds both texts, whatever they are", () => {
    const text = fc.array(fc.constantFrom("a", "b", " ", "\n", "cd", "é"), { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = changedWords(before, after);
        const without = (kind: string) =>
          changes
            .filter((each) => each.kind !== kind)
            .map((each) => each.text)
            .join("");
        expect(without("added")).toBe(before);
        expect(without("removed")).toBe(after);
      }),
    );
  });
});
