/** Owns how one message of a branch differs from its parent's: as sent, repaired, sham, swapped, dropped (M5, M6). */
import type { ChangeKind } from "#shared/run/events.ts";
import type { Failure, RepairInput } from "#main/measure/repair/plan-edits.ts";
import { repairMessage } from "#main/measure/repair/repair-message.ts";
import { shamMessage } from "#main/measure/repair/sham-message.ts";

export interface Change {
  kind: ChangeKind;
  /** What the receiver is shown in place of what was written; null: the message is not delivered. */
  written: string | null;
}

/** Where a message was sent. */
export interface Sent {
  runId: string;
  taskId: string;
  edgeId: string;
  written: string;
}

/** The three sides of a checkpoint (M6); for M5 the first two are enough. */
export function changesOf(input: RepairInput): { repaired: Change; sham: Change; asSent: Change } | Failure {
  const repaired = repairMessage(input);
  if ("why" in repaired) return repaired;
  const sham = shamMessage(input);
  if ("why" in sham) return sham;
  return {
    repaired: { kind: "repaired", written: repaired.written },
    sham: { kind: "sham", written: sham.written },
    asSent: { kind: "as-sent", written: input.written },
  };
}

/** Puts another run's message in this one's place. Only along the same edge and in the same task is it the same message gone otherwise. */
export function swapMessage(here: Sent, other: Sent): Change | Failure {
  const wrong =
    other.taskId !== here.taskId
      ? `it belongs to task "${other.taskId}", not "${here.taskId}"; choose one of the same task`
      : other.edgeId !== here.edgeId
        ? `it was sent along "${other.edgeId}", not "${here.edgeId}"; choose one of the same edge`
        : other.runId === here.runId
          ? "it comes from the same run; choose one of another run"
          : null;
  if (wrong !== null) return { why: `The message of run "${other.runId}" cannot be put in place here: ${wrong}.` };
  return { kind: "swapped", written: other.written };
}

/** The message is not delivered. */
export function dropMessage(): Change {
  return { kind: "dropped", written: null };
}
