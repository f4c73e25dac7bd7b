/** Owns the words and the ways of the matrix: what a state is called, where an arrow key leads, which repeat a bar opens. Pure. */
import type { CellLetter } from "#shared/rpc/experiment-types.ts";

export const LETTER_WORDS: Record<CellLetter, string> = {
  ".": "waiting",
  r: "running",
  d: "complete",
  i: "incomplete",
  u: "refused",
  f: "failed",
  s: "stopped",
  x: "interrupted",
};

export const LETTERS = Object.keys(LETTER_WORDS) as CellLetter[];

/** More repeats than this are drawn as one bar. */
export const MOST_SQUARES = 20;

/** A cell by its place in the plan; repeats count from 1. */
export interface CellAt {
  arm: number;
  task: number;
  repeat: number;
}

export interface Shape {
  arms: number;
  tasks: number;
  repeats: number;
}

/** Where an arrow key leads: along the repeats of a row and on into the next arm, up and down the tasks; null where it leads nowhere. */
export function nextCell(at: CellAt, key: string, { arms, tasks, repeats }: Shape): CellAt | null {
  // A bar is one stop, whatever it stands for.
  const stops = repeats > MOST_SQUARES ? 1 : repeats;
  const along = at.arm * stops + (stops === 1 ? 0 : at.repeat - 1);
  const to = (next: number): CellAt | null =>
    next < 0 || next >= arms * stops ? null : { ...at, arm: Math.floor(next / stops), repeat: (next % stops) + 1 };
  switch (key) {
    case "ArrowLeft":
      return to(along - 1);
    case "ArrowRight":
      return to(along + 1);
    case "Home":
      return to(0);
    case "End":
      return to(arms * stops - 1);
    case "ArrowUp":
      return at.task > 0 ? { ...at, task: at.task - 1 } : null;
    case "ArrowDown":
      return at.task < tasks - 1 ? { ...at, task: at.task + 1 } : null;
    default:
      return null;
  }
}

/** Of many repeats the one that is looked at first: one that went wrong, else one that has something in it. */
export function firstWorthALook(letters: string): number {
  for (const wanted of ["f", "u", "i", "x", "s", "r", "d"]) {
    const index = letters.indexOf(wanted);
    if (index >= 0) return index + 1;
  }
  return 1;
}

export function tallied(letters: string): { letter: CellLetter; n: number }[] {
  return LETTERS.map((letter) => ({ letter, n: letters.split(letter).length - 1 })).filter(({ n }) => n > 0);
}

/** `3 complete, 2 waiting`. */
export function spokenTally(letters: string): string {
  return tallied(letters)
    .map(({ letter, n }) => `${n} ${LETTER_WORDS[letter]}`)
    .join(", ");
}
