/** Owns how a text is cut into sentences for probes, with offsets kept so that spans can be highlighted. */

export interface Sentence {
  text: string;
  /** Offset of the sentence's first character in the whole text. */
  start: number;
}

/** No sentence is longer, in characters: a whole page without a full stop must not be one sentence that a single phrase decides. */
export const LONGEST_SENTENCE = 2_000;

/**
 * Cuts a text at semicolons, at . ! ? followed by white space and something that opens a sentence, and at line breaks, unless a
 * line only goes on in the next because it was full. A decimal point (3.5), an abbreviation (e.g., No. 4) and a point inside a word
 * do not end a sentence. What is longer than LONGEST_SENTENCE is cut at its last white space before that, or in the middle where
 * there is none.
 *
 * @returns sentences in order, trimmed of white space, empty ones left out; every kind of white space within one is a plain space
 */
export function splitSentences(raw: string): Sentence[] {
  // One for one, so that offsets hold. RE2's \s knows ASCII alone.
  const text = raw.replace(/[^\S\n ]/g, " ");
  const sentences: Sentence[] = [];
  let start = 0;
  const push = (end: number) => {
    const part = text.slice(start, end);
    const trimmed = part.trim();
    if (trimmed !== "") sentences.push(...pieces({ text: trimmed.replaceAll("\n", " "), start: start + part.indexOf(trimmed) }));
    start = end;
  };
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] as string;
    if (char === ";" || (char === "\n" && !goesOn(text, index))) push(index + 1);
    else if (char === "." || char === "!" || char === "?") {
      const after = /^["'”’)\]*_]*(?=\s|$)/.exec(text.slice(index + 1, index + 8));
      if (after && !(char === "." && isAbbreviation(text, index))) push(index + 1 + after[0].length);
    }
  }
  push(text.length);
  return sentences;
}

/** From this length on, in characters, a line may have been broken because it was full: mails are wrapped at 60 to 80. */
const FULL_LINE = 55;

/** What opens a line that stands for itself: a list item, a heading, a quotation, a row of a table, a fence. */
const OWN_LINE = /^\s*(?:[-*+•·–—>#|=~`]|\(?(?:\d{1,3}|[a-z])[.)]\s)/i;

/** Whether the line that ends here goes on in the next: neither ends a sentence, nor opens anew, and it was full or the next starts small. */
function goesOn(text: string, lineBreak: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", lineBreak - 1) + 1, lineBreak).trimEnd();
  const end = text.indexOf("\n", lineBreak + 1);
  const next = text.slice(lineBreak + 1, end < 0 ? text.length : end);
  if (line.trim() === "" || next.trim() === "" || OWN_LINE.test(next) || /^\s*[#|=]/.test(line) || /[.!?:;]["'”’)\]*_]*$/.test(line))
    return false;
  return line.trim().length >= FULL_LINE || /^\s*\p{Ll}/u.test(next);
}

/** What opens a clause: punctuation that a number cannot hold, or a word that joins. */
const OPENS_CLAUSE = /[,:](?=\s)|[–—(]|\b(?:and|but|so)\b(?=\s)/gi;

/**
 * Where the clause begins in which a place of a sentence stands.
 *
 * @param at offset in the sentence
 * @returns offset just after what opens the clause; 0 where nothing does
 */
export function clauseStart(sentence: string, at: number): number {
  let start = 0;
  for (const match of sentence.matchAll(OPENS_CLAUSE)) {
    const end = match.index + match[0].length;
    if (end > at) break;
    start = end;
  }
  return start;
}

/** A trimmed sentence, in as many pieces as its length needs. */
function pieces(sentence: Sentence): Sentence[] {
  const found: Sentence[] = [];
  let { text, start } = sentence;
  while (text.length > LONGEST_SENTENCE) {
    let end = LONGEST_SENTENCE;
    while (end > 0 && !/\s/.test(text[end] as string)) end -= 1;
    if (end === 0) end = LONGEST_SENTENCE;
    found.push({ text: text.slice(0, end).trimEnd(), start });
    const rest = text.slice(end).trimStart();
    start += text.length - rest.length;
    text = rest;
  }
  return [...found, { text, start }];
}

/** Always followed by more of the sentence. */
const OPENING = /(?:^|[\s("'])(?:e\.g|i\.e|vs|mr|mrs|ms|dr|prof|approx|cf)$/i;
/** An abbreviation before a number or a small letter ("No. 4", "max. three"); before a capital the sentence has ended ("The answer is no. We ship"). */
const EITHER = /(?:^|[\s("'])(?:etc|no|art|sec|fig|max|min|incl|excl)$/i;

function isAbbreviation(text: string, dot: number): boolean {
  const before = text.slice(Math.max(0, dot - 12), dot);
  return OPENING.test(before) || (EITHER.test(before) && /^\.\s+[a-z0-9]/.test(text.slice(dot, dot + 6)));
}
