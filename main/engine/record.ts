/** Owns reading a run's stored events as a record to be played again: its steps, what its calls brought, what was lost on the way. */
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { CallResult, Emit } from "#main/engine/ports.ts";

/** A run that is played again did something else than its record says. */
export class RecordMismatch extends Error {}

/** A record in the parts that playing it needs. */
export interface RecordParts {
  /** Events that the engine emits again by itself, in order. */
  steps: RunEvent[];
  /** What each call that ended brought, by call id. */
  results: Map<string, CallResult>;
  /** Milliseconds that the run was under way; the time between being cut off and going on is left out. */
  elapsedMs: number;
  /** Calls that may have been paid for without an answer, once for each time. */
  lost: LostCall[];
  /** Those of them that were under way when the log ended: nothing in it says yet that they were lost. */
  open: LostCall[];
}

export interface LostCall {
  callId: string;
  /** The most that it can have cost. */
  outputTokens: number;
}

/** Reads a stored log. Calls that failed or were called off are not steps: the run goes on as if they had not been sent. */
export function readRecord(log: readonly StampedEvent[]): RecordParts {
  const steps: RunEvent[] = [];
  const results = new Map<string, CallResult>();
  /** By id: most output tokens of each call that has no end yet, and which of them are under way. */
  const started = new Map<string, number>();
  const underWay = new Set<string>();
  const lost: LostCall[] = [];
  const open = (): LostCall[] => [...underWay].map((callId) => ({ callId, outputTokens: started.get(callId) ?? 0 }));
  let elapsedMs = 0;
  let since: number | null = null;
  let last = 0;
  for (const { event, atMs } of log) {
    if (event.type === "run-resumed") {
      // Calls under way when the process died may have been paid for; all that have no answer are sent again.
      lost.push(...open());
      for (const callId of started.keys()) underWay.add(callId);
      if (since !== null) elapsedMs += last - since;
      since = null;
    }
    since ??= atMs;
    last = atMs;
    if (event.type === "call-started") {
      started.set(event.id, event.request.max_tokens);
      underWay.add(event.id);
    }
    if (event.type === "call-ended" || event.type === "call-failed") underWay.delete(event.id);
    if (event.type === "call-ended" || (event.type === "call-failed" && event.failure.code === "limit")) started.delete(event.id);
    if (event.type === "call-ended") results.set(event.id, { ok: true, answer: event.answer });
    if (event.type === "call-failed") {
      const { id, failure, attempts, lostTokens = 0 } = event;
      if (failure.code === "limit") results.set(id, { ok: false, failure, attempts, lostTokens });
      else if (lostTokens > 0) lost.push({ callId: id, outputTokens: lostTokens });
    }
    if (isStep(event)) steps.push(event);
  }
  if (since !== null) elapsedMs += last - since;
  return { steps, results, elapsedMs, lost: [...lost, ...open()], open: open() };
}

function isStep(event: RunEvent): boolean {
  return event.type !== "run-resumed" && !(event.type === "call-failed" && event.failure.code !== "limit");
}

/** The event with which a run that was cut off goes on, given the calls that were under way and may have been paid for. */
export function resumed(open: readonly LostCall[]): RunEvent {
  return {
    type: "run-resumed",
    lostTokens: open.reduce((sum, call) => sum + call.outputTokens, 0),
    lostCalls: open.map((call) => call.callId),
  };
}

/** Lets pass only what the record says happened, then hands on what is new. */
export class EventPrefix {
  #steps: readonly RunEvent[];
  #at = 0;
  #live: Emit | null;

  /** @param live where events past the record go; null: there must be none */
  constructor(steps: readonly RunEvent[], live: Emit | null) {
    this.#steps = steps;
    this.#live = live;
  }

  /** How many steps have been taken again. */
  get taken(): number {
    return this.#at;
  }

  next(): RunEvent | null {
    return this.#steps[this.#at] ?? null;
  }

  readonly emit: Emit = (event) => {
    const expected = this.next();
    if (expected === null) {
      if (!this.#live)
        throw new RecordMismatch(`The record ends after ${this.#steps.length} steps, but the run went on with ${nameOf(event)}.`);
      this.#live(event);
      return;
    }
    if (JSON.stringify(expected) !== JSON.stringify(event))
      throw new RecordMismatch(`Step ${this.#at + 1} of the record is ${nameOf(expected)}, but the run took ${nameOf(event)}.`);
    this.#at += 1;
  };
}

/** How a person reads which event it is. */
export function nameOf(event: RunEvent): string {
  if ("id" in event) return `${event.type} ${event.id}`;
  if ("callId" in event) return `${event.type} in ${event.callId}`;
  if ("agent" in event) return `${event.type} of ${event.agent}`;
  return "round" in event ? `${event.type} ${event.round}` : event.type;
}
