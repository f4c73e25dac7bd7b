/** Owns what the engine needs from outside, as small interfaces: a model, a clock, somewhere to put events. It does no I/O of its own. */
import type { RunEvent } from "#shared/run/events.ts";
import type { CallFailure, CallIdentity, ModelAnswer, ModelRequest } from "#shared/run/messages.ts";

export interface CallOptions {
  identity: CallIdentity;
  signal: AbortSignal;
  /** Told of each retry before the wait begins. */
  onRetry(attempt: number, waitMs: number, reason: string): void;
}

export type CallResult = { ok: true; answer: ModelAnswer } | { ok: false; failure: CallFailure; attempts: number };

export interface ModelPort {
  /** Rejects only when `signal` aborts (an AbortError) or on a bug; every expected failure is a value. */
  call(request: ModelRequest, options: CallOptions): Promise<CallResult>;
}

export interface Clock {
  /** Milliseconds since some fixed moment. */
  nowMs(): number;
}

/** Stores an event; returns only when it is stored. */
export type Emit = (event: RunEvent) => void;
