/** Owns where a message is edited to be repaired: the sentences that weaken or contradict what was lost, and what is missing altogether. */
import type { ConstraintCode } from "#shared/drift/run-measure.ts";
import type { Code } from "#shared/drift/types.ts";
import type { Constraint } from "#shared/task/schema.ts";
import { splitSentences } from "#main/measure/sentences.ts";
import type { TaskProbes } from "#main/measure/task-probes.ts";

export interface RepairInput {
  handoffId: string;
  /** What the sender wrote: without the engine's fence and relay. */
  written: string;
  /** Of the handoff, as `measureRun` gives them. */
  codes: readonly ConstraintCode[];
  /** With the task they belong to. */
  probes: TaskProbes;
}

/** A sentence for a person: what could not be done, where, what to do. */
export interface Failure {
  why: string;
}

/** What one sentence says of one constraint or ask. */
export interface Mention {
  id: string;
  code: Code;
  /** The words that the probe read. */
  words: string;
}

/** One whole sentence that both repair and sham put something else in place of. */
export interface Slot {
  start: number;
  end: number;
  /** A list's dash or a quotation's mark, which stays. */
  marker: string;
  sentence: string;
  /** The constraints to put back that this sentence weakens or contradicts. */
  lost: Mention[];
  /** Everything else it says, which stays said: only what was lost may differ between a message and its repair. */
  others: Mention[];
}

export interface EditPlan {
  /** In order, apart from each other. */
  slots: Slot[];
  /** Constraints to put back of which no sentence speaks. */
  added: Constraint[];
  /** By id of each constraint to put back: what the writer held, 0.5 or 1. */
  held: Map<string, number>;
}

const LOST = new Set<ConstraintCode["verdict"]>(["dropped here", "weakened", "contradicted"]);

/** M2's rule: held by the writer, owed to this edge, and arrived weaker. What is inherited or introduced is not lost here (M2b). */
export function isLost(each: ConstraintCode): boolean {
  return LOST.has(each.verdict) && each.held !== null && each.code !== null && each.code < each.held;
}

/** Everything of a task that its probes can read, the ledger first. */
export function readable(probes: TaskProbes): string[] {
  return [...probes.task.ledger, ...probes.task.asks].map(({ id }) => id).filter((id) => probes.has(id));
}

/**
 * Plans the edits of one message. Sentences are found by the probe in what was written, as a handoff's own spans count
 * in the text that was shown.
 */
export function planEdits({ written, codes, probes }: RepairInput): EditPlan {
  const held = new Map(codes.filter(isLost).map((each) => [each.constraintId, each.held as number]));
  const ids = readable(probes);
  const slots: Slot[] = [];
  for (const { text, start } of splitSentences(written)) {
    const mentions = ids.flatMap((id): Mention[] => {
      const { code, spans } = probes.code(id, text);
      const span = spans[0];
      return span ? [{ id, code, words: text.slice(span.start, span.end) }] : [];
    });
    const isBelow = ({ id, code }: Mention) => code < (held.get(id) ?? Number.NEGATIVE_INFINITY);
    const lost = mentions.filter(isBelow);
    if (lost.length === 0) continue;
    const marker = /^(?:[-–*•>#]+\s+)*/.exec(text)?.[0] ?? "";
    const others = mentions.filter((mention) => !isBelow(mention));
    slots.push({ start, end: start + text.length, marker, sentence: text.slice(marker.length), lost, others });
  }
  const spoken = new Set(slots.flatMap(({ lost }) => lost.map(({ id }) => id)));
  return { slots, added: probes.task.ledger.filter(({ id }) => held.has(id) && !spoken.has(id)), held };
}

/** The message with each slot's new text in place and the added sentences in a paragraph at the end. */
export function render(written: string, { slots }: EditPlan, replaced: readonly string[], added: readonly string[]): string {
  let text = "";
  let from = 0;
  for (const [index, { start, end, marker }] of slots.entries()) {
    text += written.slice(from, start) + marker + (replaced[index] ?? "");
    from = end;
  }
  text += written.slice(from);
  return added.length === 0 ? text : `${text.trimEnd()}\n\n${added.join(" ")}`;
}

/**
 * The first of some wordings that says the one thing asked for and nothing else; where each also touches something else,
 * the first that says it.
 */
export function firstSaying(
  probes: TaskProbes,
  wordings: readonly string[],
  id: string,
  isRight: (code: Code) => boolean,
): string | undefined {
  const saying = (wording: string) => isRight(probes.code(id, wording).code);
  const others = readable(probes).filter((other) => other !== id);
  const alone = (wording: string) => others.every((other) => probes.code(other, wording).spans.length === 0);
  return wordings.find((wording) => saying(wording) && alone(wording)) ?? wordings.find(saying);
}
