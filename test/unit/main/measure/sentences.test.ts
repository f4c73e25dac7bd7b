import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_SENTENCE, splitSentences } from "#main/measure/sentences.ts";

const cut = (text: string) => splitSentences(text).map((each) => each.text);

describe("splitting a text into sentences", () => {
  it.each<[string, string, string[]]>([
    ["full stop, exclamation, question", "One is here. Two is! Is three? Yes.", ["One is here.", "Two is!", "Is three?", "Yes."]],
    ["line breaks and semicolons", "One\nTwo; three", ["One", "Two;", "three"]],
    ["a line that goes on in the next", "Late fees\nstay capped at 3 percent.", ["Late fees stay capped at 3 percent."]],
    [
      "a full line before a name",
      "The adverts only go out once the text has been signed off by Ms\nOkafor in compliance.\nThen more.",
      ["The adverts only go out once the text has been signed off by Ms Okafor in compliance.", "Then more."],
    ],
    ["two statements on short lines", "Fees are capped\nAdverts are checked", ["Fees are capped", "Adverts are checked"]],
    ["an empty line", "late fees\n\nare capped", ["late fees", "are capped"]],
    [
      "list items",
      "Limits:\n- fees are capped\n* adverts are checked\n(a) income is checked\n2. all of it",
      ["Limits:", "- fees are capped", "* adverts are checked", "(a) income is checked", "2.", "all of it"],
    ],
    ["a heading", "# Limits\nfees are capped", ["# Limits", "fees are capped"]],
    [
      "a message's fence",
      "===== Message from Lead =====\nfees are capped\n===== End of message =====",
      ["===== Message from Lead =====", "fees are capped", "===== End of message ====="],
    ],
    ["other white space", "at most 3\u00a0percent\tof\u202fit", ["at most 3 percent of it"]],
    ["a decimal point", "Spend 3.5 million. No more.", ["Spend 3.5 million.", "No more."]],
    ["an abbreviation", "Ask Dr. Lee, e.g. today. Then stop.", ["Ask Dr. Lee, e.g. today.", "Then stop."]],
    ["a number sign", "Use No. 4 only. Thanks.", ["Use No. 4 only.", "Thanks."]],
    [
      "closing quotes and brackets belong to the sentence",
      'He said "Stop." (And left.) Then more.',
      ['He said "Stop."', "(And left.)", "Then more."],
    ],
    ["a point inside a word", "See driftlab.dev for more. End", ["See driftlab.dev for more.", "End"]],
    ["nothing", "  \n ", []],
  ])("G %s", (_name, text, sentences) => {
    expect(cut(text)).toEqual(sentences);
  });

  it("G offsets are those of the whole text, no sentence overlaps another, and nothing but white space is left out", () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.oneof(fc.string(), fc.constantFrom(". ", "! ", "; ", "\n", "e.g. ", "No. 4", "3.5", '." ', "…", "A")))
          .map((parts) => parts.join("")),
        (text) => {
          let end = 0;
          let rest = "";
          for (const sentence of splitSentences(text)) {
            expect(text.slice(sentence.start, sentence.start + sentence.text.length).replace(/\s/g, " ")).toBe(sentence.text);
            expect(sentence.start).toBeGreaterThanOrEqual(end);
            rest += text.slice(end, sentence.start);
            end = sentence.start + sentence.text.length;
          }
          expect((rest + text.slice(end)).trim()).toBe("");
        },
      ),
      { seed: 11, numRuns: 500 },
    );
  });

  it("G a sentence without an end is cut at white space, or in the middle of what has none, with offsets kept", () => {
    const words = `${"word ".repeat(1_000)}end. Next one.`;
    const sentences = splitSentences(words);
    expect(sentences.map((each) => each.text.length)).toEqual([1_999, 1_999, 1_004, 9]);
    expect(sentences.map((each) => words.slice(each.start, each.start + each.text.length))).toEqual(sentences.map((each) => each.text));
    expect(sentences.map((each) => each.text).join(" ")).toBe(words);
    expect(cut("x".repeat(4_500)).map((text) => text.length)).toEqual([LONGEST_SENTENCE, LONGEST_SENTENCE, 500]);
    // Shorter ones stay whole, whatever stands around them.
    const whole = `${"y ".repeat(999)}y.`;
    expect(cut(`${" ".repeat(5_000)}${whole}${" ".repeat(10)}Z.`)).toEqual([whole, "Z."]);
  });
});
