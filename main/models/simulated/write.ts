/** Owns what a simulated agent writes: which constraints survive, by dice, and the sentences around them. */
import type { Odds } from "#shared/population/schema.ts";
import { dice, pick, shuffled } from "#main/models/simulated/dice.ts";
import type { Knowledge } from "#main/models/simulated/learn.ts";
import type { CellScript, ScriptItem } from "#main/models/simulated/script.ts";

export type Outcome = "kept" | "weakened" | "contradicted" | "dropped";

/** What the population meant to do with one constraint in one text. Only tests look at these. */
export interface Intention {
  identity: string;
  sender: string;
  recipient: string;
  constraint: string;
  held: number;
  told: boolean;
  outcome: Outcome;
}

export interface Writing {
  text: string;
  intentions: Intention[];
}

interface Draw {
  script: CellScript;
  identity: string;
  sender: string;
  recipient: string;
  odds: Odds;
}

/** A message to a colleague that carries what is in `news`. */
export function writeMessage(draw: Draw, news: Knowledge, name: string): Writing {
  const { lines, intentions } = constraintLines(draw, news);
  const asks = askLines(draw, news);
  const opening = pick(OPENINGS, ...labels(draw, "opening")).replace("{name}", name);
  const closing = pick(CLOSINGS, ...labels(draw, "closing"));
  return { text: [opening, ...paragraphs(draw, [...asks, ...lines]), closing].join("\n\n"), intentions };
}

/** The deliverable: each ask met by skill, each constraint by the deliverable's odds. */
export function writeDeliverable(draw: Draw, knowledge: Knowledge): Writing {
  const { lines, intentions } = constraintLines(draw, knowledge);
  const met = draw.script.asks
    .filter((ask) => knowledge.asks.has(ask.id) && dice(...labels(draw, "skill", ask.id)) < draw.script.skill)
    .map((ask) => sentence(pick(ask.met, ...labels(draw, "met", ask.id))));
  const opening = pick(REPORT_OPENINGS, ...labels(draw, "opening"));
  return {
    text: [opening, ...paragraphs(draw, [...met, ...lines]), pick(REPORT_CLOSINGS, ...labels(draw, "closing"))].join("\n\n"),
    intentions,
  };
}

/** An agent's summary of its memory for itself: all it knows, each thing as strongly as it knows it, nothing lost. */
export function writeSummary(script: CellScript, identity: string, agent: string, knowledge: Knowledge): string {
  const draw: Draw = { script, identity, sender: agent, recipient: "memory", odds: { keep: 1, weaken: 0, contradict: 0 } };
  const phrase = (phrases: readonly string[], id: string, kind: string) => sentence(pick(phrases, ...labels(draw, kind, id)));
  const lines = script.constraints.flatMap((item) => {
    const held = knowledge.held.get(item.id);
    return [
      ...(held === undefined ? [] : [phrase(held === 1 ? item.preserved : item.weakened, item.id, "phrase")]),
      ...(knowledge.contradicted.has(item.id) ? [phrase(item.contradicted, item.id, "contrary")] : []),
    ];
  });
  return [SUMMARY_OPENING, ...paragraphs(draw, [...askLines(draw, knowledge), ...lines])].join("\n\n");
}

function askLines(draw: Draw, news: Knowledge): string[] {
  return draw.script.asks
    .filter((ask) => news.asks.has(ask.id))
    .map((ask) => `${pick(ASK_FRAMES, ...labels(draw, "ask", ask.id))} ${sentence(ask.text)}`);
}

function constraintLines(draw: Draw, news: Knowledge): { lines: string[]; intentions: Intention[] } {
  const lines: string[] = [];
  const intentions: Intention[] = [];
  for (const item of draw.script.constraints) {
    const held = news.held.get(item.id) ?? 0;
    const told = news.contradicted.has(item.id);
    if (held === 0 && !told) continue;
    const outcome = told ? "contradicted" : fall(draw.odds, dice(...labels(draw, "odds", item.id)));
    intentions.push({ identity: draw.identity, sender: draw.sender, recipient: draw.recipient, constraint: item.id, held, told, outcome });
    const phrases = phrasesFor(item, outcome, held);
    if (phrases.length > 0) lines.push(sentence(pick(phrases, ...labels(draw, "phrase", item.id))));
  }
  return { lines, intentions };
}

function fall(odds: Odds, roll: number): Outcome {
  if (roll < odds.keep) return "kept";
  if (roll < odds.keep + odds.weaken) return "weakened";
  return roll < odds.keep + odds.weaken + odds.contradict ? "contradicted" : "dropped";
}

/** Kept means: at the strength it is held. A weak hold that is weakened again stays weak. */
function phrasesFor(item: ScriptItem, outcome: Outcome, held: number): readonly string[] {
  if (outcome === "dropped") return [];
  if (outcome === "contradicted") return item.contradicted;
  return outcome === "kept" && held === 1 ? item.preserved : item.weakened;
}

function labels(draw: Draw, ...rest: string[]): (string | number)[] {
  return [draw.script.seed, draw.identity, draw.recipient, ...rest];
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** Lines in an order of the dice, two or three to a paragraph. */
function paragraphs(draw: Draw, lines: readonly string[]): string[] {
  const order = shuffled(lines, ...labels(draw, "order"));
  const result: string[] = [];
  for (let at = 0; at < order.length; ) {
    const size = dice(...labels(draw, "size", String(at))) < 0.5 ? 2 : 3;
    result.push(order.slice(at, at + size).join(" "));
    at += size;
  }
  return result;
}

// None of these says anything about a task: what is measured must come from the suite's own phrasings.
const OPENINGS = [
  "Hello {name},",
  "{name}, here is where we are.",
  "Hi {name}, picking this up from my side.",
  "{name}, a short hand-over.",
  "For you, {name}:",
];
const CLOSINGS = [
  "Over to you.",
  "Ask me if anything here is unclear.",
  "That is all I have at this point.",
  "Thanks for taking this on.",
  "I will be at my desk.",
];
const ASK_FRAMES = ["Wanted:", "We are asked for this:", "On the list:", "Part of the job:"];
const SUMMARY_OPENING = "What I know so far.";
const REPORT_OPENINGS = [
  "Here is the result of our work.",
  "Please find our report below.",
  "Our answer follows.",
  "This is what we hand back.",
];
const REPORT_CLOSINGS = ["With kind regards.", "This concludes our report.", "We are glad to take questions."];
