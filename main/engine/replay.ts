/** Owns playing a record in the order in which it was written: answers come from it, and past its end calls go out for real. */
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { ModelRequest } from "#shared/run/messages.ts";
import { TIME_IS_UP } from "#main/engine/limits.ts";
import { OneAtATime } from "#main/engine/one-at-a-time.ts";
import type { AtRest, CallOptions, CallResult, Emit, ModelPort, RunRecord } from "#main/engine/ports.ts";
import { EventPrefix, nameOf, readRecord, RecordMismatch, type RecordParts } from "#main/engine/record.ts";
import { runOrg } from "#main/engine/run-org.ts";
import type { RunInput, RunResult } from "#main/engine/run.ts";

interface Waiting {
  request: ModelRequest;
  options: CallOptions;
  resolve(result: CallResult | Promise<CallResult>): void;
  reject(error: unknown): void;
}

export interface PlayedRecordParts extends RecordParts {
  /** Where calls go that the record does not hold; null: nowhere, they fail by name. */
  model: ModelPort | null;
  emit: Emit | null;
  atRest: AtRest;
  /** What a lost call may have cost. */
  lostUsd?(callId: string): number;
}

export class PlayedRecord implements RunRecord, ModelPort {
  readonly elapsedMs: number;
  readonly prefix: EventPrefix;
  #parts: PlayedRecordParts;
  #waiting = new Map<string, Waiting>();
  /** Where calls go once the record is at its end. */
  #live: ModelPort | null = null;
  #scheduled = false;
  #take: Parameters<RunRecord["onLimits"]>[0] = () => undefined;
  #begin: () => void = () => undefined;

  constructor(parts: PlayedRecordParts) {
    this.#parts = parts;
    this.elapsedMs = parts.elapsedMs;
    this.prefix = new EventPrefix(parts.steps, parts.emit);
  }

  next(): RunEvent | null {
    return this.prefix.next();
  }

  lost(): { outputTokens: number; usd: number } {
    const sum = { outputTokens: 0, usd: 0 };
    if (this.next() !== null) return sum;
    for (const { callId, outputTokens } of this.#parts.lost) {
      sum.outputTokens += outputTokens;
      sum.usd += this.#parts.lostUsd?.(callId) ?? 0;
    }
    return sum;
  }

  onLimits(take: Parameters<RunRecord["onLimits"]>[0]): void {
    this.#take = take;
  }

  onLive(begin: () => void): void {
    this.#begin = begin;
  }

  call(request: ModelRequest, options: CallOptions): Promise<CallResult> {
    if (this.#live) return this.#live.call(request, options);
    return new Promise((resolve, reject) => {
      this.#waiting.set(options.id, { request, options, resolve, reject });
      // The time limit calls everything off at a step of the record; any other abort comes from outside and ends the waiting.
      options.signal.addEventListener("abort", () => {
        if (options.signal.reason !== TIME_IS_UP && this.#waiting.delete(options.id))
          resolve({ ok: false, failure: { code: "aborted", message: "the call was called off" }, attempts: 0 });
      });
      this.#schedule();
    });
  }

  /** Once the engine has come to rest, the record's next step is what has to happen from outside. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#parts.atRest(() => {
      this.#scheduled = false;
      try {
        this.#pump();
      } catch (error) {
        this.#rejectAll(error);
      }
    });
  }

  #pump(): void {
    if (this.#waiting.size === 0) return;
    const next = this.next();
    if (next === null) return this.#goLive();
    if (next.type === "limit-reached") {
      this.#take(next);
      if (this.next() === next) throw unmet(next);
    } else if (next.type === "call-retried" && this.#waiting.has(next.id)) {
      const { options } = this.#waiting.get(next.id) as Waiting;
      options.onRetry(next.attempt, next.waitMs, next.reason, next.lostTokens ?? 0);
    } else if ((next.type === "call-ended" || next.type === "call-failed") && this.#waiting.has(next.id)) {
      const waiting = this.#waiting.get(next.id) as Waiting;
      this.#waiting.delete(next.id);
      waiting.resolve(this.#parts.results.get(next.id) as CallResult);
    } else throw unmet(next);
    this.#schedule();
  }

  #goLive(): void {
    const { atRest, model, results } = this.#parts;
    this.#begin();
    const resend: ModelPort = {
      async call(request, options) {
        const known = results.get(options.id);
        if (known) return known;
        if (!model) throw new RecordMismatch(`The call ${options.id} is not in the record, and there is no connection to make it with.`);
        // What was lost with the process may leave no room to send a call again; of one that was never lost this asks nothing new.
        const refused = await options.admitRetry(0);
        return refused ? { ok: false, failure: refused, attempts: 0 } : model.call(request, options);
      },
    };
    const again = new OneAtATime(resend, atRest);
    this.#live = model ? new OneAtATime(model, atRest) : again;
    for (const { request, options, resolve } of this.#waiting.values()) resolve(again.call(request, options));
    this.#waiting.clear();
  }

  #rejectAll(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function unmet(step: RunEvent): RecordMismatch {
  return new RecordMismatch(`The record goes on with ${nameOf(step)}, which the run did not come to.`);
}

export interface Replayed {
  result: RunResult;
  /** Exactly the events of the record. */
  events: RunEvent[];
}

/**
 * Plays a finished run again from its record alone, with no connection; rejects with `RecordMismatch` where a call is not
 * in it or the run takes another step.
 */
export async function replayRun(input: RunInput, log: readonly StampedEvent[], atRest: AtRest): Promise<Replayed> {
  const parts = readRecord(log);
  const record = new PlayedRecord({ ...parts, model: null, emit: null, atRest });
  const events: RunEvent[] = [];
  const result = await runOrg(input, {
    model: record,
    // Time is what the record says it was.
    clock: { nowMs: () => 0, sleep: (_ms, signal) => untilAborted(signal) },
    emit: (event) => {
      record.prefix.emit(event);
      events.push(event);
    },
    signal: new AbortController().signal,
    record,
  });
  const left = record.next();
  if (left) throw new RecordMismatch(`The run ended, but its record goes on with ${nameOf(left)}.`);
  return { result, events };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("called off")), { once: true });
  });
}
