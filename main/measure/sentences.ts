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

const ABBREVIATIONS = /(?:^|[\s("'])(?:e\.g|i\.e|etc|vs|no|mr|mrs|ms|dr|prof|approx|art|sec|fig|cf|max|min|incl|excl)$/i;

function isAbbreviation(text: string, dot: number): boolean {
  const before = text.slice(Math.max(0, dot - 12), dot);
  if (!ABBREVIATIONS.test(before)) return false;
  // "No. 4", "etc. and": an abbreviation ends a sentence only before a capital that opens the next one.
  return !/(?:etc)$/i.test(before) || /^\.\s+[a-z0-9]/.test(text.slice(dot, dot + 6));
}
