/** Owns m°: the control of a repair, edited in the same places and by the same length, with nothing of the ledger put back (M5, M6). */
import type { Constraint } from "#shared/task/schema.ts";
import { shuffledBy } from "#main/measure/repair/label-dice.ts";
import { type Failure, readable, render, type RepairInput, type Slot } from "#main/measure/repair/plan-edits.ts";
import { failure, repairParts } from "#main/measure/repair/repair-message.ts";
import { fill, framed, quietFillers } from "#main/measure/repair/wording.ts";

export interface Sham {
  written: string;
  /** Ids of the constraints that the repair puts back and this does not. */
  spared: string[];
  /** Characters by which it is longer than the repair; negative: shorter. */
  longer: number;
}

/** Share of the repair's length by which the sham's may be more or less. */
const TOLERANCE = 0.1;

/**
 * The sham of the repair of the same handoff (M5, M6). Where the repair replaces a sentence that weakens or contradicts,
 * this puts another one that does the same: another phrasing of the task, else the sentence itself in a neutral frame,
 * else the words that were read, in a frame. Where the repair adds, this adds fillers that no probe of the task reads.
 *
 * Each place's new characters are as many as the repair's within 10 % wherever some wording comes that near; a miss is made
 * up for in the next place. Checked before it is returned: every constraint and ask codes as in the message itself, and the
 * whole is as long as the repaired message within 10 %.
 */
export function shamMessage(input: RepairInput): Sham | Failure {
  const { probes, written, handoffId } = input;
  const parts = repairParts(input);
  if ("why" in parts) return parts;
  const { plan } = parts;
  const quiet = quietFillers(probes);
  const taken: string[] = [];
  // What could not be matched in one place is made up for in the next.
  let owed = 0;
  const slotTexts = plan.slots.map((slot, index) => {
    const model = [...(parts.replaced[index] ?? []), ...(parts.restated[index] ?? [])].join(" ");
    const made = otherwise(input, slot, parts.restated[index] ?? [], model.length + owed, quiet, taken);
    owed += model.length - made.text.length;
    taken.push(...made.fillers);
    return made.text;
  });
  const added = parts.added.flatMap((model, index) => {
    const fillers = fill(quiet, taken, model.length + 1 + owed, handoffId, plan.added[index]?.id ?? "");
    owed += model.length + 1 - lengthOf(fillers);
    taken.push(...fillers);
    return fillers;
  });
  const sham = render(written, plan, slotTexts, added);
  const changed = readable(probes).find((id) => probes.code(id, sham).code !== probes.code(id, written).code);
  if (changed !== undefined)
    return failure(
      input,
      `no wording leaves what is read of "${changed}" as it was; make the patterns of the task tell apart`,
      "given a control",
    );
  const longer = sham.length - parts.written.length;
  if (Math.abs(longer) > TOLERANCE * parts.written.length)
    return failure(
      input,
      `its control would be ${Math.abs(longer)} characters ${longer > 0 ? "longer" : "shorter"} than the repair; give the task short phrasings for what it weakens or contradicts`,
      "given a control",
    );
  return { written: sham, spared: probes.task.ledger.map(({ id }) => id).filter((id) => plan.held.has(id)), longer };
}

interface Made {
  text: string;
  fillers: string[];
}

/** The sentence of a slot said otherwise, filled up to `length` characters; of those within the tolerance the first, else the nearest. */
function otherwise(
  input: RepairInput,
  slot: Slot,
  restated: readonly string[],
  length: number,
  quiet: readonly string[],
  taken: readonly string[],
): Made {
  const { probes, handoffId } = input;
  const ids = readable(probes);
  let nearest: Made = { text: slot.sentence, fillers: [] };
  let off = Number.POSITIVE_INFINITY;
  for (const wording of wordings(input, slot, restated)) {
    if (ids.some((id) => probes.code(id, wording).code !== probes.code(id, slot.sentence).code)) continue;
    const fillers = fill(quiet, taken, length - wording.length, handoffId, ...slot.lost.map(({ id }) => id));
    const text = [wording, ...fillers].join(" ");
    const miss = Math.abs(text.length - length);
    if (miss < off) [nearest, off] = [{ text, fillers }, miss];
    if (off <= TOLERANCE * length) break;
  }
  return nearest;
}

/** Ways to say a slot's sentence, the ones to prefer first. */
function wordings({ probes, handoffId }: RepairInput, { lost, sentence }: Slot, restated: readonly string[]): string[] {
  const phrased = lost.map(({ id, code }) => {
    const constraint = probes.task.ledger.find((each) => each.id === id) as Constraint;
    const phrasings = constraint.phrasings?.[code === -1 ? "contradicted" : "weakened"] ?? [];
    const others = phrasings.filter((phrase) => !flat(sentence).includes(flat(phrase)));
    return shuffledBy(others, handoffId, id, "sham").flatMap((phrase) => [...framed(phrase, handoffId, id, "sham")].reverse());
  });
  const inOwnWords = lost.map(({ id, words }) => framed(words, handoffId, id, "words"));
  const whole = framed(sentence, handoffId, ...lost.map(({ id }) => id)).slice(0, -1);
  return [...together(phrased, restated), ...whole, ...together(inOwnWords, restated)];
}

/** The first of each, the second of each, …, with what is said again behind them; none where one of them has nothing to offer. */
function together(lists: readonly (readonly string[])[], restated: readonly string[]): string[] {
  if (lists.some((list) => list.length === 0)) return [];
  const most = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: most }, (_, at) => [...lists.map((list) => list[at % list.length] as string), ...restated].join(" "));
}

function lengthOf(sentences: readonly string[]): number {
  return sentences.reduce((total, { length }) => total + length + 1, 0);
}

function flat(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
