/** Owns m*: a message with the lost ledger items put back, checked by the probe that found them lost (M5, M6). */
import type { Constraint } from "#shared/task/schema.ts";
import {
  type EditPlan,
  type Failure,
  firstSaying,
  type Mention,
  planEdits,
  readable,
  render,
  type RepairInput,
} from "#main/measure/repair/plan-edits.ts";
import { framed } from "#main/measure/repair/wording.ts";

export interface Repaired {
  written: string;
  /** Ids of the constraints that were put back, in the ledger's order; none: nothing was lost, and the text is as it was. */
  put: string[];
}

/** The parts that a repair is made of; the sham is measured by them. */
export interface RepairParts {
  plan: EditPlan;
  /** By slot, and in it by what it had lost: the constraint in full. */
  replaced: string[][];
  /** By slot: everything else that the sentence had said, in the writer's own words. */
  restated: string[][];
  /** By added constraint. */
  added: string[];
  written: string;
}

/**
 * Puts back what was lost (M5, M6): each sentence that weakens or contradicts a lost constraint gives way to the
 * constraint in full; what was left out is added at the end. The words are the ledger's own in a neutral frame, or a
 * preserved phrasing of the task where the probe does not read those. What else a replaced sentence said is said again.
 *
 * Checked before it is returned: each lost constraint codes at least as it was held, everything else as before. As the
 * engine shows what was written after what it relays, this then holds of the text that is shown, too.
 */
export function repairMessage(input: RepairInput): Repaired | Failure {
  const parts = repairParts(input);
  if ("why" in parts) return parts;
  const { held } = parts.plan;
  return { written: parts.written, put: input.probes.task.ledger.map(({ id }) => id).filter((id) => held.has(id)) };
}

/** The same in its parts. */
export function repairParts(input: RepairInput): RepairParts | Failure {
  const { probes, written, handoffId } = input;
  const plan = planEdits(input);
  let unsayable: string | undefined;
  const inFull = (id: string, place: string): string => {
    const constraint = probes.task.ledger.find((each) => each.id === id) as Constraint;
    const held = plan.held.get(id) as number;
    const found = firstSaying(probes, fullWordings(constraint, handoffId, place), id, (code) => code >= held);
    if (found === undefined) unsayable ??= id;
    return found ?? "";
  };
  const replaced = plan.slots.map(({ lost }, index) => lost.map(({ id }) => inFull(id, String(index))));
  const restated = plan.slots.map(({ others }) => others.flatMap((mention) => restate(input, mention)));
  const added = plan.added.map(({ id }) => inFull(id, "end"));
  if (unsayable !== undefined)
    return failure(
      input,
      `neither the text nor a preserved phrasing of constraint "${unsayable}" is read as preserved by its own pattern; correct the pattern or the text in the suite`,
    );
  const slotTexts = replaced.map((full, index) => [...full, ...(restated[index] ?? [])].join(" "));
  const repaired = render(written, plan, slotTexts, added);
  const wrong = readable(probes).find((id) => {
    const code = probes.code(id, repaired).code;
    const held = plan.held.get(id);
    return held === undefined ? code !== probes.code(id, written).code : code < held;
  });
  if (wrong !== undefined)
    return failure(
      input,
      plan.held.has(wrong)
        ? `"${wrong}" is put back and still does not read as preserved; make its pattern and those of the other constraints tell apart`
        : `what is put back also changes what is read of "${wrong}"; make their patterns tell apart`,
    );
  return { plan, replaced, restated, added, written: repaired };
}

/** Says again what a replaced sentence had said beside what was lost: in its own words, else in the task's. Nothing where no words do. */
export function restate({ probes, handoffId }: RepairInput, { id, code, words }: Mention): string[] {
  const constraint = probes.task.ledger.find((each) => each.id === id);
  const verdict = code === 1 ? "preserved" : code === 0.5 ? "weakened" : "contradicted";
  // An ask's phrasing holds results of its own, which this writer never wrote.
  const phrasings = constraint ? [...(code === 1 ? [constraint.text] : []), ...(constraint.phrasings?.[verdict] ?? [])] : [];
  const wordings = [words, ...phrasings].flatMap((wording) => framed(wording, handoffId, id, "again"));
  const found = firstSaying(probes, wordings, id, (read) => read === code);
  return found === undefined ? [] : [found];
}

/** What a person reads where a message could not be made. */
export function failure({ handoffId, probes }: RepairInput, why: string, what = "repaired"): Failure {
  return { why: `The message of handoff "${handoffId}" in task "${probes.task.id}" cannot be ${what}: ${why}.` };
}

function fullWordings(constraint: Constraint, handoffId: string, place: string): string[] {
  const texts = [constraint.text, ...(constraint.phrasings?.preserved ?? [])];
  return texts.flatMap((text) => framed(text, handoffId, constraint.id, place));
}
