/** Owns the pattern probe: codes one text against one constraint's pattern; free, offline, exact. */
import type { Code, Coded, Span } from "#shared/drift/types.ts";
import type { Expression, Pattern, Words } from "#shared/task/schema.ts";
import { type CompiledExpression, compileExpression } from "#main/measure/expressions.ts";
import { splitSentences } from "#main/measure/sentences.ts";

/** The probe's version; part of the plan (M20). */
export const PATTERN_PROBE = "pattern/2";

type Verdict = "contradicted" | "weakened" | "preserved";
/** Within a sentence the first that matches wins: "try to stay under the cap" also contains "stay under the cap". */
const ORDER: readonly Verdict[] = ["contradicted", "weakened", "preserved"];
const CODE_OF: Record<Verdict, Code> = { contradicted: -1, weakened: 0.5, preserved: 1 };

export interface Probe {
  /** Codes a text; spans are those that decided. */
  code(text: string): Coded;
}

/** Compiling costs more than coding: an item, which never changes, is compiled once. */
const compiledItems = new WeakMap<Item, Probe>();

/** A constraint or an ask. */
interface Item {
  pattern?: Pattern | undefined;
  words?: Words | undefined;
}

/**
 * Compiles the pattern of a constraint or an ask.
 *
 * @param words those of its task; its own win. An item is compiled once, with the words it was first given: it stands in one task.
 * @returns null where it has no pattern
 * @throws PatternError where an expression is not RE2, or names a word that there is not
 */
export function compileProbe(item: Item, words: Words = {}): Probe | null {
  const { pattern } = item;
  if (!pattern) return null;
  const known = compiledItems.get(item);
  if (known) return known;
  const all = { ...words, ...item.words };
  const compile = (expression: Expression) => compileExpression(expression, all);
  const verdicts = ORDER.map((verdict) => ({ verdict, expressions: pattern[verdict].map(compile) }));
  const read = remembering((sentence) => codeSentence(verdicts, sentence));
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
  compiledItems.set(item, probe);
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

function codeSentence(verdicts: { verdict: Verdict; expressions: CompiledExpression[] }[], sentence: string): Match | null {
  for (const { verdict, expressions } of verdicts)
    for (const find of expressions) {
      const found = find(sentence);
      if (found) return { verdict, ...found };
    }
  return null;
}
