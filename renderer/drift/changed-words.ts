/** Owns what differs between two texts, word by word: what stays, what was put in, what was taken out. Pure. */

export interface Change {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Above this many words on both sides together the whole middle counts as replaced: the comparison grows with their product. */
const MOST_WORDS = 6_000;

/** Put together, "same" and "removed" are the text before, "same" and "added" the one after. */
export function changedWords(before: string, after: string): Change[] {
  const one = wordsOf(before);
  const other = wordsOf(after);
  let head = 0;
  while (head < one.length && head < other.length && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < one.length - head && tail < other.length - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const changes: Change[] = one.slice(0, head).map((text) => ({ kind: "same", text }));
  changes.push(...middle(one.slice(head, one.length - tail), other.slice(head, other.length - tail)));
  changes.push(...one.slice(one.length - tail).map((text): Change => ({ kind: "same", text })));
  return joined(changes);
}

/** How many places were changed, a replacement counting once. */
export function placesChanged(changes: readonly Change[]): number {
  return changes.filter((each, index) => each.kind !== "same" && (changes[index - 1]?.kind ?? "same") === "same").length;
}

/** Words and the spaces between them, apart: a word at the end of a text is the same word when more follows. */
function wordsOf(text: string): string[] {
  return text.match(/\S+|\s+/g) ?? [];
}

function middle(one: readonly string[], other: readonly string[]): Change[] {
  const all = (): Change[] => [
    ...one.map((text): Change => ({ kind: "removed", text })),
    ...other.map((text): Change => ({ kind: "added", text })),
  ];
  if (one.length === 0 || other.length === 0 || one.length + other.length > MOST_WORDS) return all();
  // longest[i][j]: how many words one.slice(i) and other.slice(j) have in common, in order.
  const width = other.length + 1;
  const longest = new Uint16Array((one.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] as number;
  for (let i = one.length - 1; i >= 0; i -= 1)
    for (let j = other.length - 1; j >= 0; j -= 1)
      longest[i * width + j] = one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      changes.push({ kind: "same", text: one[i] as string });
      i += 1;
      j += 1;
    } else if (i < one.length && (j === other.length || at(i + 1, j) >= at(i, j + 1))) {
      changes.push({ kind: "removed", text: one[i] as string });
      i += 1;
    } else {
      changes.push({ kind: "added", text: other[j] as string });
      j += 1;
    }
  }
  return changes;
}

/**
 * Neighbours of one kind become one stretch, over a space between two that changed, and what was taken out stands before what
 * was put in: so a sentence that was replaced is read as two sentences, not as a heap of words.
 */
function joined(changes: readonly Change[]): Change[] {
  const found: Change[] = [];
  let removed = "";
  let added = "";
  const flush = () => {
    if (removed !== "") found.push({ kind: "removed", text: removed });
    if (added !== "") found.push({ kind: "added", text: added });
    removed = "";
    added = "";
  };
  for (const [index, { kind, text }] of changes.entries()) {
    const bridge = text.trim() === "" && removed !== "" && added !== "" && (changes[index + 1]?.kind ?? "same") !== "same";
    if (kind === "removed" || (kind === "same" && bridge)) removed += text;
    if (kind === "added" || (kind === "same" && bridge)) added += text;
    if (kind !== "same" || bridge) continue;
    flush();
    const last = found.at(-1);
    if (last?.kind === "same") last.text += text;
    else found.push({ kind, text });
  }
  flush();
  return found;
}
