/** Owns measuring a run without keeping everybody else waiting: texts are coded one after another, with pauses for whoever has something to do. */
import type { RunMeasure } from "#shared/drift/run-measure.ts";
import type { Org } from "#shared/org/schema.ts";
import type { RunEvent } from "#shared/run/events.ts";
import { measureRun } from "#main/measure/measure-run.ts";
import { requestTexts } from "#main/measure/request-texts.ts";
import type { TaskProbes } from "#main/measure/task-probes.ts";

/** Longest stretch of coding before others get a turn, in milliseconds. */
const STRETCH_MS = 12;

/** As `measureRun`: the probes remember what they have read, so that the measuring itself has only to add up. */
export async function measureGently(org: Org, probes: TaskProbes, events: readonly RunEvent[], nowMs: () => number): Promise<RunMeasure> {
  let sinceMs = nowMs();
  for (const text of textsOf(events))
    for (const item of [...probes.task.ledger, ...probes.task.asks]) {
      probes.code(item.id, text);
      if (nowMs() - sinceMs < STRETCH_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      sinceMs = nowMs();
    }
  return measureRun(org, probes, events);
}

function textsOf(events: readonly RunEvent[]): Set<string> {
  const texts = new Set<string>();
  for (const event of events) {
    if (event.type === "call-started") for (const text of requestTexts(event.request)) texts.add(text);
    if (event.type === "handoff-shown") texts.add(event.shown);
    if (event.type === "run-ended" && event.deliverable !== null) texts.add(event.deliverable);
  }
  return texts;
}
