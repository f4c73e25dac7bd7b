/** Owns comparing two texts: line by line, and word by word where lines differ. Pure. */

/** A stretch of text that both have, that only the later has, or that only the earlier had. Never empty. */
export interface Segment {
  kind: "same" | "added" | "removed";
  text: string;
}

/**
 * How one text became another. What was removed stands before what was added in its place.
 *
 * Laws: same and removed stretches together are `before`, same and added ones `after`; no two neighbours are of one kind.
 */
export function diffText(before: string, after: string): Segment[] {
  const changes = diffTokens(linesOf(before), linesOf(after)).flatMap((change) =>
    change.kind === "same" ? [change] : withoutIslands(diffTokens(wordsOf(change.removed), wordsOf(change.added))),
  );
  return segmentsOf(changes);
}

/** A stretch that stayed, or one that was taken out with what came in its place; either may be empty. */
type Change = { kind: "same"; text: string } | { kind: "changed"; removed: string; added: string };

/** Each line with its end. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Words, stretches of white space, and every other sign by itself. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}_]+|\s+|[^\p{L}\p{M}\p{N}_\s]/gu) ?? [];
}

/** More differing tokens than this, and a stretch counts as replaced as a whole: finding what stayed would read as noise anyway. */
const MOST_EDITS = 1_000;

function diffTokens(before: readonly string[], after: readonly string[]): Change[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let [endBefore, endAfter] = [before.length, after.length];
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
  }
  const kept = keptPairs(before.slice(start, endBefore), after.slice(start, endAfter));
  const changes: Change[] = [{ kind: "same", text: before.slice(0, start).join("") }];
  let [atBefore, atAfter] = [start, start];
  for (const [fromBefore, fromAfter] of [...kept.map(([a, b]) => [a + start, b + start] as const), [endBefore, endAfter] as const]) {
    changes.push({
      kind: "changed",
      removed: before.slice(atBefore, fromBefore).join(""),
      added: after.slice(atAfter, fromAfter).join(""),
    });
    if (fromBefore < endBefore) changes.push({ kind: "same", text: before[fromBefore] ?? "" });
    [atBefore, atAfter] = [fromBefore + 1, fromAfter + 1];
  }
  changes.push({ kind: "same", text: before.slice(endBefore).join("") });
  return joined(changes);
}

/**
 * Places of tokens that stay, as [before, after], in order: a longest common subsequence.
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), the greedy algorithm of section 2.
 */
function keptPairs(before: readonly string[], after: readonly string[]): [number, number][] {
  const [rows, columns] = [before.length, after.length];
  if (rows === 0 || columns === 0) return [];
  const most = Math.min(rows + columns, MOST_EDITS);
  /** By diagonal (x − y, from −most on): how far along `before` a path with so many edits comes. */
  const far = new Int32Array(2 * most + 3);
  const at = (diagonal: number) => far[diagonal + most + 1] as number;
  const trail: Int32Array[] = [];
  const goesDown = (diagonal: number, edits: number, farOf: (diagonal: number) => number) =>
    diagonal === -edits || (diagonal !== edits && farOf(diagonal - 1) < farOf(diagonal + 1));
  for (let edits = 0; edits <= most; edits += 1) {
    trail.push(far.slice(most + 1 - edits - 1, most + 1 + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = goesDown(diagonal, edits, at) ? at(diagonal + 1) : at(diagonal - 1) + 1;
      while (x < rows && x - diagonal < columns && before[x] === after[x - diagonal]) x += 1;
      far[diagonal + most + 1] = x;
      if (x >= rows && x - diagonal >= columns) return walkBack(trail, rows, columns, goesDown);
    }
  }
  return [];
}

function walkBack(
  trail: readonly Int32Array[],
  rows: number,
  columns: number,
  goesDown: (diagonal: number, edits: number, farOf: (diagonal: number) => number) => boolean,
): [number, number][] {
  const kept: [number, number][] = [];
  let [x, y] = [rows, columns];
  for (let edits = trail.length - 1; edits >= 0; edits -= 1) {
    const farOf = (diagonal: number) => trail[edits]?.[diagonal + edits + 1] as number;
    const diagonal = x - y;
    const down = goesDown(diagonal, edits, farOf);
    const beforeX = edits === 0 ? 0 : down ? farOf(diagonal + 1) : farOf(diagonal - 1);
    const beforeY = edits === 0 ? 0 : beforeX - (down ? diagonal + 1 : diagonal - 1);
    while (x > beforeX && y > beforeY) {
      x -= 1;
      y -= 1;
      kept.push([x, y]);
    }
    [x, y] = [beforeX, beforeY];
  }
  return kept.toReversed();
}

/** White space between two changes is no island worth keeping: "the big house → a small home" is one change. */
function withoutIslands(changes: readonly Change[]): Change[] {
  return joined(
    changes.map((change, index) => {
      const between = index > 0 && index + 1 < changes.length;
      const island = change.kind === "same" && between && /^[^\S\n]+$/.test(change.text);
      return island ? { kind: "changed", removed: change.text, added: change.text } : change;
    }),
  );
}

/**
 * Where something only came in or only went out, it may often as well be said a little further on: "{.⏎More}.⏎" is
 * ".⏎{More.⏎}". Such a stretch is moved on to where it ends with a line, if it can be.
 */
function wholeLines(changes: readonly Change[]): Change[] {
  return changes.flatMap((change, index): Change[] => {
    const follows = changes[index + 1];
    const before = changes[index - 1];
    const slid = change.kind === "changed" && follows?.kind === "same" ? slideOf(change, follows.text) : 0;
    const gone = before?.kind === "changed" && change.kind === "same" ? slideOf(before, change.text) : 0;
    if (change.kind === "same") return [{ kind: "same", text: change.text.slice(gone) }];
    const turned = (text: string) => text.slice(slid) + text.slice(0, slid);
    const passed = (change.added || change.removed).slice(0, slid);
    return [
      { kind: "same", text: passed },
      { kind: "changed", removed: turned(change.removed), added: turned(change.added) },
    ];
  });
}

/** How many signs a change can move on to end with a line; 0 where it cannot, or need not. */
function slideOf({ removed, added }: Change & { kind: "changed" }, follows: string): number {
  const text = added || removed;
  if ((added !== "" && removed !== "") || text.endsWith("\n")) return 0;
  const line = text.indexOf("\n") + 1;
  return line > 0 && text.slice(0, line) === follows.slice(0, line) ? line : 0;
}

/** Neighbours of one kind as one; nothing empty. */
function joined(changes: readonly Change[]): Change[] {
  const out: Change[] = [];
  for (const change of changes) {
    if (change.kind === "same" ? change.text === "" : change.removed === "" && change.added === "") continue;
    const last = out.at(-1);
    if (last?.kind === "same" && change.kind === "same") last.text += change.text;
    else if (last?.kind === "changed" && change.kind === "changed") {
      last.removed += change.removed;
      last.added += change.added;
    } else out.push({ ...change });
  }
  return out;
}

function segmentsOf(changes: readonly Change[]): Segment[] {
  return joined(wholeLines(joined(changes))).flatMap((change): Segment[] => {
    if (change.kind === "same") return [change];
    const both: Segment[] = [
      { kind: "removed", text: change.removed },
      { kind: "added", text: change.added },
    ];
    return both.filter((segment) => segment.text !== "");
  });
}
