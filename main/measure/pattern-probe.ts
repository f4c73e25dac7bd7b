/** Owns the pattern probe: codes one text against one constraint's pattern; free, offline, exact. */
import { RE2JS } from "re2js";
import type { Code, Coded, Span } from "#shared/drift/types.ts";
import type { Pattern } from "#shared/task/schema.ts";
import { splitSentences } from "#main/measure/sentences.ts";

/** The probe's version; part of the plan (M20). */
export const PATTERN_PROBE = "pattern/1";

type Verdict = "contradicted" | "weakened" | "preserved";
/** Within a sentence the first that matches wins: "try to stay under the cap" also contains "stay under the cap". */
const ORDER: readonly Verdict[] = ["contradicted", "weakened", "preserved"];
const CODE_OF: Record<Verdict, Code> = { contradicted: -1, weakened: 0.5, preserved: 1 };

export interface Probe {
  /** Codes a text; spans are those that decided. */
  code(text: string): Coded;
}

/** An expression of a pattern that cannot be compiled; `expression` is as written in the file. */
export class PatternError extends Error {
  readonly expression: string;
  constructor(expression: string, why: string) {
    super(why);
    this.name = "PatternError";
    this.expression = expression;
  }
}

/** Compiling costs more than coding: a pattern object, which never changes, is compiled once. */
const compiledPatterns = new WeakMap<Pattern, Probe>();

/**
 * Compiles a pattern. Plain phrases match whole words, ignoring case and runs of white space; `/…/` is RE2, ignoring case.
 * RE2 runs in time linear in the text, so a user's pattern can never hang the app.
 *
 * @throws PatternError where an expression is not RE2
 */
export function compilePattern(pattern: Pattern): Probe {
  const known = compiledPatterns.get(pattern);
  if (known) return known;
  const compiled = ORDER.map((verdict) => ({ verdict, expressions: pattern[verdict].map(compileExpression) }));
  const read = remembering((sentence) => codeSentence(compiled, sentence));
  const probe: Probe = {
    code(text) {
      let best: { code: Code; spans: Span[] } = { code: 0, spans: [] };
      let last: { code: Code; spans: Span[] } | undefined;
      for (const sentence of splitSentences(text)) {
        const match = read(sentence.text);
        if (!match) continue;
        const { verdict, start, end } = match;
        const found = { code: CODE_OF[verdict], spans: [{ start: sentence.start + start, end: sentence.start + end, verdict }] };
        last = found;
        if (found.code > best.code) best = found;
        else if (found.code === best.code) best = { code: best.code, spans: [...best.spans, ...found.spans] };
      }
      // One rule at every level (M2a): the best that was said counts, unless the last word on it contradicts.
      return last?.code === -1 ? last : best;
    },
  };
  compiledPatterns.set(pattern, probe);
  return probe;
}

interface Match {
  verdict: Verdict;
  /** Offsets within the sentence. */
  start: number;
  end: number;
}

/** Most sentences a probe remembers; then it starts again. */
const MOST_SENTENCES = 20_000;

/** The same sentence comes again and again: in the brief, in what is relayed, in everything remembered. It is read once. */
function remembering(read: (sentence: string) => Match | null): (sentence: string) => Match | null {
  const known = new Map<string, Match | null>();
  return (sentence) => {
    let match = known.get(sentence);
    if (match === undefined) {
      match = read(sentence);
      if (known.size >= MOST_SENTENCES) known.clear();
      known.set(sentence, match);
    }
    return match;
  };
}

function codeSentence(compiled: { verdict: Verdict; expressions: RE2JS[] }[], sentence: string): Match | null {
  for (const { verdict, expressions } of compiled)
    for (const expression of expressions) {
      // Almost every sentence matches nothing: RE2's automaton says so many times sooner than its matcher.
      if (!expression.test(sentence)) continue;
      const matcher = expression.matcher(sentence);
      if (matcher.find()) return { verdict, start: matcher.start(), end: matcher.end() };
    }
  return null;
}

function compileExpression(expression: string): RE2JS {
  const regex = /^\/([\s\S]*)\/$/.exec(expression)?.[1];
  try {
    if (regex !== undefined) return RE2JS.compile(regex, RE2JS.CASE_INSENSITIVE);
    const words = expression.trim().split(/\s+/).map(RE2JS.quote).join("\\s+");
    const open = /^\w/.test(expression.trim()) ? "\\b" : "";
    const close = /\w$/.test(expression.trim()) ? "\\b" : "";
    return RE2JS.compile(`${open}${words}${close}`, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    throw new PatternError(expression, error instanceof Error ? error.message : String(error));
  }
}
