/** Owns finding commands by a few letters of their titles. Pure. */
import type { Command } from "#renderer/ui/commands/registry.ts";

export interface Found<Context> {
  command: Command<Context>;
  /** Which signs of the title were asked for, by index, in order. */
  marks: number[];
}

/**
 * Commands whose title, or group and title, hold the signs of each asked word in order; the best first, equals in the order of
 * the list. Starts of words and signs side by side count for most. Case and accents count for nothing. All, where nothing is asked.
 */
export function searchCommands<Context>(commands: readonly Command<Context>[], asked: string): Found<Context>[] {
  const words = plain(asked)
    .join("")
    .split(/\s+/)
    .filter((word) => word !== "");
  return commands
    .flatMap((command) => {
      const title = plain(command.title);
      const group = plain(command.group);
      const marks = new Set<number>();
      let score = words.length > 0 && title.join("") === words.join(" ") ? 100 : 0;
      for (const word of words) {
        const inTitle = best(title, word.split(""));
        const inGroup = best(group, word.split(""));
        if (!inTitle && !inGroup) return [];
        // A group is worth less: it says the same of all its commands.
        const byGroup = (inGroup?.score ?? Number.NEGATIVE_INFINITY) / 2;
        if (inTitle && inTitle.score >= byGroup) for (const mark of inTitle.marks) marks.add(mark);
        score += Math.max(inTitle?.score ?? Number.NEGATIVE_INFINITY, byGroup);
      }
      return [{ command, marks: [...marks].sort((a, b) => a - b), score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ command, marks }) => ({ command, marks }));
}

/** A text sign by sign, small and without accents; as many entries as the text has code units, so that indexes hold. */
function plain(text: string): string[] {
  return text.split("").map((sign) => sign.normalize("NFD")[0]?.toLowerCase() ?? sign);
}

const STARTS_WORD = 8;
const SIDE_BY_SIDE = 5;
const EACH = 1;
/** What a sign skipped between two that were asked for takes off. */
const GAP = 0.1;

/** The way to find a word's signs in a text that scores most; null where it is not in it. */
function best(text: readonly string[], word: readonly string[]): { score: number; marks: number[] } | null {
  // For each place in the text: the best way to find the signs up to now, the last of them there.
  let ways: ({ score: number; marks: number[] } | null)[] = [];
  for (const [at, sign] of word.entries()) {
    let before: { score: number; marks: number[] } | null = null;
    const next: typeof ways = [];
    for (const [index, here] of text.entries()) {
      const beside = index > 0 ? (ways[index - 1] ?? null) : null;
      const starts = index === 0 || !/[\p{L}\p{N}]/u.test(text[index - 1] ?? "");
      const own = EACH + (starts ? STARTS_WORD : 0);
      const options = [
        at === 0 ? { score: own - GAP * index, marks: [index] } : null,
        at > 0 && before
          ? { score: before.score + own - GAP * (index - (before.marks.at(-1) ?? 0) - 1), marks: [...before.marks, index] }
          : null,
        at > 0 && beside ? { score: beside.score + own + SIDE_BY_SIDE, marks: [...beside.marks, index] } : null,
      ].filter((option) => option !== null);
      next.push(here === sign ? (options.sort((a, b) => b.score - a.score)[0] ?? null) : null);
      // The gap grows with distance, the same for all that lie further back: compare them as seen from here.
      const seen = (way: { score: number; marks: number[] }) => way.score + GAP * (way.marks.at(-1) ?? 0);
      if (beside && (!before || seen(beside) > seen(before))) before = beside;
    }
    ways = next;
  }
  return ways.reduce((most, way) => (way && (!most || way.score > most.score) ? way : most), null);
}
