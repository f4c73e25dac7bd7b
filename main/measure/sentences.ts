/** Owns how a text is cut into sentences for probes, with offsets kept so that spans can be highlighted. */

export interface Sentence {
  text: string;
  /** Offset of the sentence's first character in the whole text. */
  start: number;
}

/**
 * Cuts a text at line breaks, semicolons and at . ! ? followed by white space and something that opens a sentence.
 * A decimal point (3.5), an abbreviation (e.g., No. 4) and a point inside a word do not end a sentence.
 *
 * @returns sentences in order, trimmed of white space, empty ones left out
 */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  const push = (end: number) => {
    const raw = text.slice(start, end);
    const trimmed = raw.trim();
    if (trimmed !== "") sentences.push({ text: trimmed, start: start + raw.indexOf(trimmed) });
    start = end;
  };
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] as string;
    if (char === "\n" || char === ";") push(index + 1);
    else if (char === "." || char === "!" || char === "?") {
      const after = /^["'”’)\]*_]*(?=\s|$)/.exec(text.slice(index + 1, index + 8));
      if (after && !(char === "." && isAbbreviation(text, index))) push(index + 1 + after[0].length);
    }
  }
  push(text.length);
  return sentences;
}

/** Always followed by more of the sentence. */
const OPENING = /(?:^|[\s("'])(?:e\.g|i\.e|vs|mr|mrs|ms|dr|prof|approx|cf)$/i;
/** An abbreviation before a number or a small letter ("No. 4", "max. three"); before a capital the sentence has ended ("The answer is no. We ship"). */
const EITHER = /(?:^|[\s("'])(?:etc|no|art|sec|fig|max|min|incl|excl)$/i;

function isAbbreviation(text: string, dot: number): boolean {
  const before = text.slice(Math.max(0, dot - 12), dot);
  return OPENING.test(before) || (EITHER.test(before) && /^\.\s+[a-z0-9]/.test(text.slice(dot, dot + 6)));
}
