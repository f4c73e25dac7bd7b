/** Owns the words in which calls ask a run's limits for room, and what a record's next step says of one that asks or waits. */
import type { RunEvent } from "#shared/run/events.ts";
import type { ModelRequest } from "#shared/run/messages.ts";

export type LimitReached = "token-limit" | "cost-limit" | "time-limit";

export interface Held {
  outputTokens: number;
  usd: number;
}

/** What a call asks for, and what is done once it may be sent. */
export interface Asked {
  id: string;
  agent: string;
  request: ModelRequest;
  signal: AbortSignal;
  start(): void;
}

export type Admitted = Held | LimitReached;

export type Verdict = "room" | "wait" | LimitReached;

export interface Waiter {
  id: string;
  need: Held;
  start(): void;
  end(admitted: Admitted): void;
  fail(error: unknown): void;
}

/** What a record's next step says of a call that asks. */
export function ofAsking(next: RunEvent): Verdict {
  if (next.type === "limit-reached") return next.limit;
  return next.type === "call-waiting" ? "wait" : "room";
}

/** What it says of one that waits. */
export function ofWaiting(next: RunEvent, id: string): Verdict {
  if (next.type === "limit-reached" && next.id === id) return next.limit;
  return next.type === "call-started" && next.id === id ? "room" : "wait";
}
