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

/**
 * Compiles a pattern. Plain phrases match whole words, ignoring case and runs of white space; `/…/` is RE2, ignoring case.
 * RE2 runs in time linear in the text, so a user's pattern can never hang the app.
 *
 * @throws PatternError where an expression is not RE2
 */
export function compilePattern(pattern: Pattern): Probe {
  const compiled = ORDER.map((verdict) => ({ verdict, expressions: pattern[verdict].map(compileExpression) }));
  return {
    code(text) {
      let best: { code: Code; spans: Span[] } = { code: 0, spans: [] };
      let last: { code: Code; spans: Span[] } | undefined;
      for (const sentence of splitSentences(text)) {
        const found = codeSentence(compiled, sentence.text, sentence.start);
        if (!found) continue;
        last = found;
        if (found.code > best.code) best = found;
        else if (found.code === best.code) best.spans.push(...found.spans);
      }
      // One rule at every level (M2a): the best that was said counts, unless the last word on it contradicts.
      return last?.code === -1 ? last : best;
    },
  };
}

function codeSentence(
  compiled: { verdict: Verdict; expressions: RE2JS[] }[],
  sentence: string,
  offset: number,
): { code: Code; spans: Span[] } | undefined {
  for (const { verdict, expressions } of compiled)
    for (const expression of expressions) {
      const matcher = expression.matcher(sentence);
      if (matcher.find())
        return { code: CODE_OF[verdict], spans: [{ start: offset + matcher.start(), end: offset + matcher.end(), verdict }] };
    }
  return undefined;
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
