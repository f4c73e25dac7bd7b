import { describe, expect, it } from "vitest";
import { patternSchema } from "#shared/task/schema.ts";
import { compilePattern, PatternError } from "#main/measure/pattern-probe.ts";

const probe = (pattern: object) => compilePattern(patternSchema.parse(pattern));
const cap = probe({
  preserved: ["stay under the cap"],
  weakened: ["try to stay under the cap"],
  contradicted: ["do not stay under the cap", "/ignore (the|that) cap/"],
});

describe("the pattern probe", () => {
  it.each<[string, string, number]>([
    ["absent", "We talk about something else.", 0],
    ["preserved", "We stay under the cap.", 1],
    ["weakened before preserved", "We try to stay under the cap.", 0.5],
    ["contradicted before preserved", "We do not stay under the cap.", -1],
    ["an expression", "You may IGNORE that   cap.".replace("   ", " "), -1],
    ["case and white space are ignored", "WE STAY\tUNDER   the cap", 1],
    ["whole words only", "We understay under the capital.", 0],
    ["a phrase does not reach over two sentences", "We stay under. The cap is high.", 0],
    ["the best sentence counts", "We try to stay under the cap. We stay under the cap.", 1],
    ["a weak word after a strong one takes nothing back", "We stay under the cap. We try to stay under the cap.", 1],
    ["the last word on it contradicts", "We stay under the cap. On second thoughts, ignore the cap.", -1],
    ["a contradiction that is put right afterwards", "Ignore the cap, said Bob. No: stay under the cap.", 1],
    ["a contradiction, then talk of something else", "Ignore the cap. Lunch is at noon.", -1],
    ["nothing", "", 0],
  ])("M1 M2a %s", (_name, text, code) => {
    expect(cap.code(text).code).toBe(code);
  });

  it("G spans are those of the words that decided, in the whole text", () => {
    const text = "Hello. We stay under the cap. Bye. Really: stay  under the cap!";
    const { spans } = cap.code(text);
    expect(spans.map((span) => text.slice(span.start, span.end))).toEqual(["stay under the cap", "stay  under the cap"]);
    expect(spans.every((span) => span.verdict === "preserved")).toBe(true);
    expect(cap.code("Nothing.").spans).toEqual([]);
    const turned = "We stay under the cap. Ignore the cap.";
    expect(cap.code(turned).spans.map((span) => [turned.slice(span.start, span.end), span.verdict])).toEqual([
      ["Ignore the cap", "contradicted"],
    ]);
  });

  it("G the same text codes the same every time", () => {
    const text = "We stay under the cap. We stay under the cap.";
    expect(cap.code(text)).toEqual(cap.code(text));
  });

  it("G signs that mean something in an expression are plain in a phrase", () => {
    const plain = probe({ preserved: ["at most $3.5 (net)"] });
    expect(plain.code("It costs at most $3.5 (net) now").code).toBe(1);
    expect(plain.code("It costs at most $375 (net) now").code).toBe(0);
  });

  it.each([
    ["an open bracket", "/cap(/"],
    ["a look-ahead, which RE2 has not", "/(?=cap)/"],
    ["a back-reference, which RE2 has not", "/(a)\\1/"],
  ])("E %s is refused by name", (_name, expression) => {
    expect(() => probe({ preserved: [expression] })).toThrow(PatternError);
    try {
      probe({ preserved: [expression] });
    } catch (error) {
      expect((error as PatternError).expression).toBe(expression);
    }
  });

  it.each(["/^(a+)+$/", "/^(a|aa)+$/", "/(.*)*x/", "/^(([a-z])+.)+[A-Z]([a-z])+$/"])(
    "E %s, which hangs a backtracking engine, comes back",
    (expression) => {
      // Of a text this long a backtracking engine would not be done in the life of the universe; the test's own time limit is the check.
      const text = `${"a".repeat(1_900)}!`;
      expect(probe({ preserved: [expression] }).code(text).code).toBe(0);
    },
    20_000,
  );

  it("G E a megabyte in one sentence is read at once, and the words at its end are found", () => {
    const text = `${"lorem ipsum dolor ".repeat(58_000)}we stay under the cap`;
    const started = performance.now();
    const { code, spans } = cap.code(text);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(code).toBe(1);
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(["stay under the cap"]);
  });
});
