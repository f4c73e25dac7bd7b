/** Owns the words that repair and sham put around a sentence or in place of one: frames and fillers that say nothing about any task. */
import type { TaskProbes } from "#main/measure/task-probes.ts";
import { labelDice, shuffledBy } from "#main/measure/repair/label-dice.ts";

/** Neither urge nor hedge: what stands behind them must read as it would alone. A probe has the last word on that. */
const FRAMES = [
  "Also:",
  "To note:",
  "One point:",
  "On this matter:",
  "A further point:",
  "For reference:",
  "To put it in words:",
  "The next point:",
  "One more line on this:",
  "As it was put to me:",
];

/** Of many lengths, so that almost any gap can be filled; they speak of writing and reading messages and of nothing else. */
const FILLERS = [
  "Hello.",
  "Thanks.",
  "Good day.",
  "Thank you.",
  "Greetings.",
  "Hello there.",
  "Hello to you.",
  "Kind regards.",
  "Thanks so far.",
  "Good day to you.",
  "I hope all is well.",
  "Thank you so far.",
  "I write this down.",
  "This is one line on.",
  "Thank you for reading.",
  "This note goes to you.",
  "I write as I find words.",
  "These lines are from me.",
  "I am glad that you read it.",
  "This is how the note goes on.",
  "I hope these lines reach you.",
  "Thank you for reading this far.",
  "It is good to write to each other.",
  "I am writing this in one sitting now.",
  "My thanks go to you for reading these lines.",
  "I am glad that we write to each other like this.",
  "These lines are meant for you and come from my desk.",
  "I wrote this in one go and read it over once or twice.",
  "It is a pleasure to write to a colleague who reads along.",
  "This part of the message is written in the same tone as before.",
  "I have read through my own lines once more and they read well to me.",
  "Thank you for reading along, and my greetings to those who sit beside you.",
  "I was writing with a cup of tea beside me, and these are the words that came.",
];

const SHORTEST = Math.min(...FILLERS.map((each) => each.length));
const LONGEST = Math.max(...FILLERS.map((each) => each.length));

/** One line of plain white space that ends as a sentence does. */
export function sentenceOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return /[.!?]["'”’)\]]*$/.test(line) ? line : `${line.replace(/[;:,]$/, "")}.`;
}

/** The sentence behind each frame, in an order of the labels, and last as it stands. */
export function framed(text: string, ...labels: readonly (string | number)[]): string[] {
  const sentence = sentenceOf(text);
  return [...shuffledBy(FRAMES, ...labels, "frame").map((frame) => `${frame} ${sentence}`), sentence];
}

/** The fillers that none of a task's probes reads anything in. */
export function quietFillers(probes: TaskProbes): string[] {
  const ids = [...probes.task.ledger, ...probes.task.asks].map(({ id }) => id);
  return FILLERS.filter((filler) => ids.every((id) => probes.code(id, filler).spans.length === 0));
}

/** How many characters nearer a filler must come to be said a second time. */
const TWICE = 3;

/**
 * Fillers whose characters, each with the blank before it, come as near to `gap` as they can; all but the last by dice.
 *
 * @param quiet those to choose from; none: nothing can be filled
 * @param taken those that the message already holds, chosen again only where that fits clearly better
 */
export function fill(quiet: readonly string[], taken: readonly string[], gap: number, ...labels: readonly (string | number)[]): string[] {
  const chosen: string[] = [];
  for (let left = gap; left > 0 && quiet.length > 0; ) {
    const held = new Set([...taken, ...chosen]);
    const roomy = left > LONGEST + 1 ? quiet.filter((each) => each.length + 1 + 2 * SHORTEST <= left) : [];
    const unsaid = roomy.filter((each) => !held.has(each));
    const candidates = unsaid.length > 0 ? unsaid : roomy;
    const pick =
      candidates.length > 0
        ? least(candidates, (each) => labelDice(...labels, chosen.length, each))
        : least(quiet, (each) => Math.abs(each.length + 1 - left) + (held.has(each) ? TWICE : 0));
    const after = left - pick.length - 1;
    if (Math.abs(after) >= left) break; // nearer without it
    chosen.push(pick);
    left = after;
  }
  return chosen;
}

function least<T>(items: readonly T[], cost: (item: T) => number): T {
  return items.reduce((one, other) => (cost(other) < cost(one) ? other : one));
}
