import { describe, expect, it } from "vitest";
import { pText } from "#shared/drift/p-text.ts";

describe("a p value", () => {
  it.each([
    [2 / 2 ** 9, ".00391"],
    [0.0039, ".0039"],
    [1 / 32, ".0313"],
    [1 / 16, ".0625"],
    [0.05, ".05"],
    [0.5, ".5"],
    [0.04999, ".05"],
    [1, "1"],
    [0.001, ".001"],
    [0.0009999, "< .001"],
    [2 / 2 ** 20, "< .001"],
    [null, "–"],
  ])("M15 %s is written %s: the floor 2/2ⁿ stays readable", (p, text) => expect(pText(p)).toBe(text));
});
