/** Owns the one retry there is: finite, jittered, obeying retry-after, and visible. */
import type { CallFailure, CallIdentity, ModelAnswer, ModelRequest } from "#shared/run/messages.ts";
import { attemptCall, type AttemptResult } from "#main/models/call.ts";
import { MOST_HOLD_MS, type Pace, type PaceOutcome, type Permit } from "#main/models/pace.ts";
import type Anthropic from "@anthropic-ai/sdk";

export interface RetryPolicy {
  /** Most attempts at one call, the first included. */
  attempts: number;
  baseMs: number;
  /** Longest wait of our own choosing. */
  mostMs: number;
  /** Longest retry-after that is obeyed; a call whose server asks for more fails at once. */
  mostRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 6, baseMs: 500, mostMs: 20_000, mostRetryAfterMs: MOST_HOLD_MS };

export interface RetryPorts {
  /** Uniform in [0, 1). */
  dice(): number;
  /** Resolves after `ms`; rejects when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  nowMs(): number;
}

export interface CallParts {
  identity: CallIdentity;
  signal: AbortSignal;
  headers?: Record<string, string>;
  /** The key in use, so that no message repeats it. */
  apiKey?: string | null;
  /** The cell's own time in milliseconds; told to the simulated population alone, whose prompt cache ages by it. */
  nowMs?: number;
  /** Hears words as they come; after a retry from the start again. */
  onWords?(words: string): void;
  /** Told of each retry before its wait; `lostTokens` are the output tokens that the attempt before may have cost. */
  onRetry(attempt: number, waitMs: number, reason: string, lostTokens: number): void;
  /** Asked for room in a cap after an attempt that may have been paid for; null is room, a failure ends the call. */
  admitRetry?(lostTokens: number): Promise<CallFailure | null>;
}

/** `lostTokens` are the last attempt's; those of earlier ones went through `onRetry`. */
export type RetriedResult = { ok: true; answer: ModelAnswer } | { ok: false; failure: CallFailure; attempts: number; lostTokens: number };

/**
 * Calls until there is an answer, a failure that another attempt cannot mend, or no attempt is left. Rejects only on a bug.
 * With a pace each attempt waits its turn before it is sent, and holds its permit no longer than the attempt lasts. The time of
 * an answer counts from when the first attempt was sent. An abort ends every wait at once.
 */
export async function callWithRetry(
  client: Anthropic,
  request: ModelRequest,
  parts: CallParts,
  policy: RetryPolicy,
  ports: RetryPorts,
  pace?: Pace,
): Promise<RetriedResult> {
  const { signal } = parts;
  let startedMs: number | null = null;
  for (let attempt = 1; ; attempt += 1) {
    const permit = pace ? await turnOrNull(pace, signal) : NO_PACE;
    if (permit === null) return calledOff(attempt - 1);
    startedMs ??= ports.nowMs();
    const result = await attemptWith(permit, client, request, parts);
    if (result.ok) return { ok: true, answer: { ...result.answer, durationMs: ports.nowMs() - startedMs, attempts: attempt } };
    const { failure, lostTokens } = result;
    if (!result.retryable || attempt >= policy.attempts) return { ok: false, failure, attempts: attempt, lostTokens };
    if (result.retryAfterMs !== null && result.retryAfterMs > policy.mostRetryAfterMs)
      return { ok: false, failure: { ...failure, message: askedTooLong(failure, result.retryAfterMs) }, attempts: attempt, lostTokens };
    const refused = lostTokens > 0 && parts.admitRetry ? await parts.admitRetry(lostTokens) : null;
    if (refused) return { ok: false, failure: refused, attempts: attempt, lostTokens };
    const waitMs = waitBefore(attempt, result.retryAfterMs, policy, ports.dice());
    parts.onRetry(attempt, waitMs, `${failure.code}: ${failure.message}`, lostTokens);
    try {
      await ports.sleep(waitMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return calledOff(attempt);
    }
  }
}

const NO_PACE: Permit = { done: () => undefined };

/** Waits for a turn; null where the call was called off meanwhile, and then nothing is held. */
async function turnOrNull(pace: Pace, signal: AbortSignal): Promise<Permit | null> {
  let permit: Permit;
  try {
    permit = await pace.acquire(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    return null;
  }
  if (!signal.aborted) return permit;
  // Called off in the very moment of its turn: nothing was sent, so nothing can have been paid for.
  permit.done("other");
  return null;
}

async function attemptWith(permit: Permit, client: Anthropic, request: ModelRequest, parts: CallParts): Promise<AttemptResult> {
  const { signal, headers, apiKey = null, onWords } = parts;
  try {
    const result = await attemptCall(client, request, {
      signal,
      apiKey,
      ...(headers ? { headers } : {}),
      ...(onWords ? { onWords } : {}),
    });
    if (result.ok) permit.done("ok");
    else permit.done(paceOutcome(result.failure.code), result.retryAfterMs);
    return result;
  } finally {
    // Of a bug nothing is learned, but the permit must not be lost with it.
    permit.done("other");
  }
}

/** What a failure says about the server's load. An answer that breaks off is most often a connection that broke. */
function paceOutcome(code: CallFailure["code"]): PaceOutcome {
  if (code === "rate-limited") return "rate-limited";
  return code === "overloaded" || code === "server" || code === "network" || code === "broken-answer" ? "overloaded" : "other";
}

/** The call ended in a wait: the tokens of attempts before went through `onRetry`. */
function calledOff(attempts: number): RetriedResult {
  return { ok: false, failure: { code: "aborted", message: "the call was called off" }, attempts, lostTokens: 0 };
}

function askedTooLong({ message }: CallFailure, retryAfterMs: number): string {
  const minutes = Math.ceil(retryAfterMs / 60_000);
  const time = minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
  return `${message} (the server asks to wait ${time} before the next try: go on then)`;
}

/** Full jitter over a doubling window; what the server asked for is the least, and the jitter comes on top. */
export function waitBefore(attempt: number, retryAfterMs: number | null, policy: RetryPolicy, dice: number): number {
  const window = Math.min(policy.mostMs, policy.baseMs * 2 ** (attempt - 1));
  const own = Math.round(window * (0.5 + dice / 2));
  return retryAfterMs === null ? own : Math.max(retryAfterMs, 0) + Math.round(dice * policy.baseMs);
}
