/** Owns what the engine needs from outside, as small interfaces: a model, a clock, somewhere to put events, a record. It does no I/O of its own. */
import type { RunEvent } from "#shared/run/events.ts";
import type { CallFailure, CallIdentity, ModelAnswer, ModelRequest } from "#shared/run/messages.ts";

export interface CallOptions {
  /** The call's id within its run. */
  id: string;
  identity: CallIdentity;
  signal: AbortSignal;
  /** Told of each retry before the wait begins, and of the output tokens that the attempt before may have cost. */
  onRetry(attempt: number, waitMs: number, reason: string, lostTokens: number): void;
  /** Asks the run's own limits for room after an attempt that may have been paid for, and waits for it; a failure ends the call. */
  admitRetry(lostTokens: number): Promise<CallFailure | null>;
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

/** Emits several events in one go: when it returns all of them are stored, and where it throws none is. Nothing else happens in it. */
export type Together = (emits: () => void) => void;

/** What calls cost, for a run's cap in dollars. Null: the price is not known. */
export interface Prices {
  /** The most that a call can cost. */
  worstUsd(request: ModelRequest): number | null;
  usd(answer: ModelAnswer): number | null;
}

/** What a run wrote down before, where it is played again: decisions that hang on clocks and prices are read there. */
export interface RunRecord {
  /** The next event that the record holds, or null where the record is at its end and the run is live. */
  next(): RunEvent | null;
  /** Output tokens and dollars of calls that brought no answer before the run went on; nothing until the run is live. */
  lost(): { outputTokens: number; usd: number };
  /** Milliseconds that the run had taken when its record ended. */
  elapsedMs: number;
  /** Told once what takes a step that is the limits' own while the record is played: one is reached in the middle of calls. */
  onLimits(take: (step: RunEvent) => void): void;
  /** Told once what is to be done when the record is at its end. */
  onLive(begin: () => void): void;
}

/** Calls back once all that can go on without anything from outside has come to rest; outside the engine that is `setImmediate`. */
export type AtRest = (then: () => void) => void;
