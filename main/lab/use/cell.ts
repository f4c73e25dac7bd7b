/** Owns looking into one cell of the matrix: its state, why it failed, what it handed back, what was written in its run, in order. */
import type { CellMessage, CellView } from "#shared/rpc/experiment-types.ts";
import type { StampedEvent } from "#shared/run/events.ts";
import type { Lab } from "#main/lab/lab.ts";
import type { CellChoice } from "#main/lab/use/drift.ts";
import { designsOf } from "#main/lab/use/experiments.ts";
import { interruptedCells, letterOf } from "#main/lab/use/watch-experiment.ts";

/** Null where the experiment or such a cell is gone; one that waits has nothing in it yet. */
export function cellView(lab: Lab, choice: CellChoice): CellView | null {
  const { armId, taskId, repeat } = choice;
  const row = lab.store.experiments.get(choice.id);
  const design = row ? designsOf(lab, row)[armId] : undefined;
  if (!row || !design || !row.plan.tasks.some(({ id }) => id === taskId) || repeat > row.plan.repeats) return null;
  const cell = lab.store.experiments
    .cells(choice.id)
    .find((each) => each.armId === armId && each.taskId === taskId && each.repeat === repeat);
  const running = lab.runner.live(choice.id)?.isRunning(armId, taskId, repeat) ?? false;
  const nameOf = (id: string) => design.agents.find((agent) => agent.id === id)?.name ?? id;
  const events = cell?.runId ? lab.store.runs.events(cell.runId) : [];
  return {
    letter: cell ? letterOf(cell, running, interruptedCells(lab, choice.id) > 0) : ".",
    failure: cell?.outcome === "failed" ? `${cell.failureCode}: ${cell.failureMessage}` : null,
    ...outcomeOf(events, nameOf),
    messages: messagesOf(events, nameOf),
  };
}

type NameOf = (agentId: string) => string;

/** How the run ended and what it handed back: while it goes on, the version that was submitted last. */
function outcomeOf(events: readonly StampedEvent[], nameOf: NameOf): Pick<CellView, "endReason" | "deliverable"> {
  const ended = events.findLast(({ event }) => event.type === "run-ended")?.event;
  const submitted = events.findLast(({ event }) => event.type === "deliverable-submitted")?.event;
  const last = submitted?.type === "deliverable-submitted" ? submitted : null;
  const text = ended?.type === "run-ended" ? ended.deliverable : (last?.text ?? null);
  return {
    endReason: ended?.type === "run-ended" ? ended.reason : null,
    deliverable: text === null ? null : { by: last ? nameOf(last.agent) : null, text },
  };
}

/** In the order in which they were written, with what became of each. */
function messagesOf(events: readonly StampedEvent[], nameOf: NameOf): CellMessage[] {
  const messages = new Map<string, CellMessage>();
  for (const { event } of events) {
    if (event.type === "message-sent")
      messages.set(event.id, {
        id: event.id,
        round: event.round,
        from: nameOf(event.source),
        to: nameOf(event.target),
        text: event.written,
        fate: "waiting",
      });
    const known = "id" in event && event.id !== undefined ? messages.get(event.id) : undefined;
    if (!known) continue;
    if (event.type === "handoff-shown") known.fate = "read";
    if (event.type === "message-undelivered") known.fate = "never-read";
  }
  return [...messages.values()];
}
