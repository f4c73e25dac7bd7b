/** Owns what one expression of a pattern means: a phrase or RE2, words by name, and what must not stand before it. */
import { RE2JS } from "re2js";
import type { Expression, Words } from "#shared/task/schema.ts";
import { clauseStart } from "#main/measure/sentences.ts";

/** Looks for an expression in a sentence; offsets are within the sentence. */
export type CompiledExpression = (sentence: string) => { start: number; end: number } | null;

/** An expression of a pattern that cannot be compiled; `expression` is as written in the file. */
export class PatternError extends Error {
  readonly expression: string;
  constructor(expression: string, why: string) {
    super(why);
    this.name = "PatternError";
    this.expression = expression;
  }
}

/** An expression with all its words put in is no longer than this, in characters: words that use words could grow without end. */
const LONGEST_EXPRESSION = 50_000;

/**
 * Compiles an expression. A plain phrase matches whole words, ignoring case and runs of white space; `/…/` is RE2, ignoring case.
 * RE2 runs in time linear in the text, so a user's pattern can never hang the app.
 *
 * @throws PatternError where it is not RE2, or names a word that there is not
 */
export function compileExpression(expression: Expression, words: Words): CompiledExpression {
  if (typeof expression === "string") return firstMatch(compileRe2(expression, words), () => true);
  const unless = compileRe2(expression.unless, words);
  return firstMatch(
    compileRe2(expression.find, words),
    (sentence, start, end) => !unless.test(sentence.slice(clauseStart(sentence, start), end)),
  );
}

/** Places of a sentence that are looked at before it counts as excused: keeps the time linear in the text. */
const MOST_TRIES = 20;

function firstMatch(expression: RE2JS, counts: (sentence: string, start: number, end: number) => boolean): CompiledExpression {
  return (sentence) => {
    // Almost every sentence matches nothing: RE2's automaton says so many times sooner than its matcher.
    if (!expression.test(sentence)) return null;
    const matcher = expression.matcher(sentence);
    let from = 0;
    for (let tries = 0; tries < MOST_TRIES && from <= sentence.length && matcher.find(from); tries += 1) {
      const [start, end] = [matcher.start(), matcher.end()];
      if (counts(sentence, start, end)) return { start, end };
      // One place excused does not excuse the next, and the two may overlap.
      from = start + 1;
    }
    return null;
  };
}

function compileRe2(expression: string, words: Words): RE2JS {
  const regex = /^\/([\s\S]*)\/$/.exec(expression)?.[1];
  try {
    if (regex !== undefined) return RE2JS.compile(withWords(expression, regex, words), RE2JS.CASE_INSENSITIVE);
    const plain = expression.trim().split(/\s+/).map(RE2JS.quote).join("\\s+");
    const open = /^\w/.test(expression.trim()) ? "\\b" : "";
    const close = /\w$/.test(expression.trim()) ? "\\b" : "";
    return RE2JS.compile(`${open}${plain}${close}`, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (error instanceof PatternError) throw error;
    throw new PatternError(expression, error instanceof Error ? error.message : String(error));
  }
}

/** A name in braces, unless the brace is escaped or belongs to a class of characters such as \\p{L}; a number in braces is a count of RE2's own. */
const NAME = /\\[pP]\{\^?\w+\}|\\.|\{([A-Za-z]\w*)\}/gs;

function withWords(expression: string, regex: string, words: Words, within: readonly string[] = []): string {
  const whole = regex.replace(NAME, (match, name: string | undefined) => {
    if (name === undefined) return match;
    if (within.includes(name)) throw new PatternError(expression, `the word {${name}} is made of itself`);
    if (!Object.hasOwn(words, name))
      throw new PatternError(expression, `there is no word {${name}}; add it to "words", or write \\{ for a brace`);
    return `(?:${withWords(expression, words[name] as string, words, [...within, name])})`;
  });
  if (whole.length > LONGEST_EXPRESSION)
    throw new PatternError(expression, `with its words put in it is longer than ${LONGEST_EXPRESSION.toLocaleString("en")} characters`);
  return whole;
}
