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

function firstMatch(expression: Finder, counts: (sentence: string, start: number, end: number) => boolean): CompiledExpression {
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

type Finder = Pick<RE2JS, "test" | "matcher">;

function compileRe2(expression: string, words: Words): Finder {
  const regex = /^\/([\s\S]*)\/$/.exec(expression)?.[1];
  try {
    if (regex !== undefined) return compileRegex(expression, regex, words);
    const plain = expression.trim().split(/\s+/).map(RE2JS.quote).join("\\s+");
    const open = /^\w/.test(expression.trim()) ? "\\b" : "";
    const close = /\w$/.test(expression.trim()) ? "\\b" : "";
    return RE2JS.compile(`${open}${plain}${close}`, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (error instanceof PatternError) throw error;
    throw new PatternError(expression, error instanceof Error ? error.message : String(error));
  }
}

/**
 * An expression that uses words is tried only on a text in which each word it cannot do without is found. Those are compiled once for all
 * expressions that use them, and the whole only when it is first tried: most never are.
 */
function compileRegex(expression: string, regex: string, words: Words): Finder {
  const whole = withWords(expression, regex, words);
  const names = namesIn(regex);
  if (names.length === 0) return compileOnce(whole).expression;
  // Broken parts must show now. Each word stands as a group, so the parts are sound where the whole is; but for what is counted again.
  const parts = new Map(names.map((name) => [name, compileOnce(withWords(expression, `{${name}}`, words))]));
  if (/[)}]\{\d/.test(regex)) compileOnce(whole);
  else compileOnce(regex.replace(NAME, (match, name: string | undefined) => (name === undefined ? match : "(?:)")));
  const needed = neededNames(regex)
    .map((name) => parts.get(name) as Part)
    .filter((part) => !part.expression.test(""))
    // The shorter, as a rule, is what the text is about, and the rarer.
    .sort((one, other) => one.length - other.length);
  let compiled: RE2JS | undefined;
  const entire = () => {
    compiled ??= compileOnce(whole).expression;
    return compiled;
  };
  return {
    test: (text: string) => needed.every((part) => holds(part, text)) && entire().test(text),
    matcher: (text: string) => entire().matcher(text),
  };
}

/** A compiled expression, with what it last said: a sentence is put to one after the other of a pattern, and most ask for the same words. */
interface Part {
  expression: RE2JS;
  length: number;
  text?: string;
  found: boolean;
}

function holds(part: Part, text: string): boolean {
  if (part.text !== text) {
    part.found = part.expression.test(text);
    part.text = text;
  }
  return part.found;
}

/** Expressions that are kept compiled; then it starts again. */
const MOST_EXPRESSIONS = 10_000;
const compiledExpressions = new Map<string, Part>();

function compileOnce(regex: string): Part {
  const known = compiledExpressions.get(regex);
  if (known) return known;
  const compiled: Part = { expression: RE2JS.compile(regex, RE2JS.CASE_INSENSITIVE), length: regex.length, found: false };
  if (compiledExpressions.size >= MOST_EXPRESSIONS) compiledExpressions.clear();
  compiledExpressions.set(regex, compiled);
  return compiled;
}

function namesIn(regex: string): string[] {
  return [...new Set([...regex.matchAll(NAME)].flatMap((match) => match[1] ?? []))];
}

/** What an expression is made of, as far as it tells which words stand outside all groups, and where its alternatives part. */
const PIECE = /\\[pP]\{\^?\w+\}|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\{([A-Za-z]\w*)\}(?!\?|\*|\{0)|[()|]/gs;

/** The words without which an expression cannot match: outside all groups, in each of its alternatives, and not optional. */
function neededNames(regex: string): string[] {
  const alternatives: Set<string>[] = [new Set()];
  let depth = 0;
  for (const [piece, name] of regex.matchAll(PIECE)) {
    if (piece === "(") depth += 1;
    else if (piece === ")") depth -= 1;
    else if (depth > 0) continue;
    else if (piece === "|") alternatives.push(new Set());
    else if (name !== undefined) alternatives.at(-1)?.add(name);
  }
  const [first, ...others] = alternatives;
  return [...(first as Set<string>)].filter((name) => others.every((other) => other.has(name)));
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
