import { describe, expect, it } from "vitest";
import { patternSchema, type Words } from "#shared/task/schema.ts";
import { PatternError } from "#main/measure/expressions.ts";
import { compileProbe, type Probe } from "#main/measure/pattern-probe.ts";

const probe = (pattern: object, words?: Words) => compileProbe({ pattern: patternSchema.parse(pattern) }, words) as Probe;
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

  it("E words stand in expressions by name, use others, and an item's own win over its task's", () => {
    const words = { topic: "caps?|limits?", firm: "must|shall", kept: "{firm} (?:\\w+ )?(?:keep|hold) .{0,20}{topic}" };
    const shared = probe({ preserved: ["/{kept}/"] }, words);
    expect(shared.code("We must keep to the caps.").code).toBe(1);
    expect(shared.code("We must keep quiet; the cap is high.").code).toBe(0);
    // An alternative in a word ends with the word: "must" alone is not enough.
    expect(shared.code("We must go.").code).toBe(0);
    const pattern = patternSchema.parse({ preserved: ["/{kept}/"] });
    const own = compileProbe({ pattern, words: { topic: "fees?" } }, words) as Probe;
    expect(own.code("We must keep to the caps.").code).toBe(0);
    expect(own.code("We must keep the fee.").code).toBe(1);
  });

  it.each<[string, string, Words, RegExp]>([
    ["a word that there is not", "/{topic} stays/", {}, /no word \{topic\}/],
    ["a word of Object's own", "/{constructor}/", {}, /no word \{constructor\}/],
    ["a word made of itself", "/{a}/", { a: "x{b}", b: "{a}" }, /made of itself/],
    [
      "words that grow without end",
      "/{w9}/",
      Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`w${at}`, at === 0 ? "lorem ipsum" : `{w${at - 1}}`.repeat(9)])),
      /longer than/,
    ],
  ])("E %s is refused by name", (_name, expression, words, why) => {
    expect(() => probe({ preserved: [expression] }, words)).toThrow(why);
  });

  it.each<[string, string, string, number]>([
    ["one word of two alternatives is enough", "/{cap}|{fee}/", "The fee stays.", 1],
    ["words in a group with alternatives", "/the (?:{cap}|{fee}) stays/", "So the fee stays.", 1],
    ["a word that may be left out", "/the {cap}?{fee}{cap}*{cap}{0,2} stays/", "So the fee stays.", 1],
    ["a word that is there, but elsewhere", "/{fee} stays/", "The cap stays, and the fee goes.", 0],
    ["a word behind a class with brackets and bars", "/[)|(]{fee}/", "The (fee) stays.", 1],
    ["a word behind brackets that are meant", "/\\({cap}\\)|\\|/", "A | stands here.", 1],
    ["a word that is counted", "/(?:{fee} ){2}/", "The fee fee stays.", 1],
    ["a word that may be empty", "/{any}stays/", "The cap stays.", 1],
    ["a word that looks at the beginning", "/{first}.*{fee}/", "The cap and the fee.", 1],
    ["a word that looks at the beginning of what is no beginning", "/cap {first}/", "The cap The.", 0],
  ])("G with words: %s", (_name, expression, text, code) => {
    const words = { cap: "cap", fee: "fees?", any: ".*", first: "^the" };
    const one = probe({ preserved: [expression] }, words);
    expect(one.code(text).code).toBe(code);
    expect(one.code(`${text} Yes.`).code).toBe(code);
  });

  it.each<[string, string, Words]>([
    ["an expression", "/{fee} (stays/", { fee: "fee" }],
    ["a word", "/{fee} stays/", { fee: "(fee" }],
    ["a count beyond RE2's own", "/(?:{fee}){900}/", { fee: "(?:fee){900}" }],
  ])("E %s that is broken is refused before it is used, though it is compiled when first tried", (_name, expression, words) => {
    expect(() => probe({ preserved: [expression] }, words)).toThrow(PatternError);
  });

  it("E braces that count, name a class of characters or are escaped are RE2's own", () => {
    const counted = probe({ preserved: ["/ab{2,3}c \\p{Lu}\\{x\\}/"] });
    expect(counted.code("abbc Q{x}").code).toBe(1);
    expect(probe({ preserved: ["the {topic}"] }).code("Fill in the {topic}.").code).toBe(1);
  });

  it.each<[string, string, number]>([
    ["nothing before it", "Use the postcode.", -1],
    ["a negation before it in its clause", "Do not use the postcode.", 0],
    ["a negation in what was found", "Use anything but not the postcode.", 0],
    ["a negation in another clause", "There is not much time, so use the postcode.", -1],
    ["a negation after it", "Use the postcode, not the name.", -1],
    ["a comma in a number opens no clause", "Not one of 5,000 may use the postcode.", 0],
    ["the first place is excused, the second is not", "Do not use the postcode; use the postcode.", -1],
    ["both in one sentence", "We never use the postcode, but they use the postcode.", -1],
  ])("G unless: %s", (_name, text, code) => {
    const used = probe({ contradicted: [{ find: "/use .{0,40}postcode/", unless: "/{no}/" }] }, { no: "\\b(?:not|never|no)\\b" });
    expect(used.code(text).code).toBe(code);
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
