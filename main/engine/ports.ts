/** Owns what the engine needs from outside, as small interfaces: a model, a clock, somewhere to put events. It does no I/O of its own. */
import type { RunEvent } from "#shared/run/events.ts";
import type { CallFailure, CallIdentity, ModelAnswer, ModelRequest } from "#shared/run/messages.ts";

export interface CallOptions {
  identity: CallIdentity;
  signal: AbortSignal;
  /** Told of each retry before the wait begins, and of the output tokens that the attempt before may have cost. */
  onRetry(attempt: number, waitMs: number, reason: string, lostTokens: number): void;
}

/** `lostTokens`: output tokens that the last attempt may have cost although there is no answer. */
export type CallResult = { ok: true; answer: ModelAnswer } | { ok: false; failure: CallFailure; attempts: number; lostTokens?: number };

export interface ModelPort {
  /** Every expected failure is a value, "aborted" with them; a port may reject when `signal` aborts, and otherwise only on a bug. */
  call(request: ModelRequest, options: CallOptions): Promise<CallResult>;
}

export interface Clock {
  /** Milliseconds since some fixed moment. */
  nowMs(): number;
  /** Resolves after `ms`; rejects when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Stores an event; returns only when it is stored. */
export type Emit = (event: RunEvent) => void;
