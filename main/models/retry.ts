/** Owns the one retry there is: finite, jittered, obeying retry-after, and visible. */
import type { CallFailure, CallIdentity, ModelAnswer, ModelRequest } from "#shared/run/messages.ts";
import { attemptCall } from "#main/models/call.ts";
import type Anthropic from "@anthropic-ai/sdk";

export interface RetryPolicy {
  /** Most attempts at one call, the first included. */
  attempts: number;
  baseMs: number;
  /** Longest wait of our own choosing; a server's retry-after may ask for more, up to `mostRetryAfterMs`. */
  mostMs: number;
  mostRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 6, baseMs: 500, mostMs: 20_000, mostRetryAfterMs: 120_000 };

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
  /** Told of each retry before its wait; `lostTokens` are the output tokens that the attempt before may have cost. */
  onRetry(attempt: number, waitMs: number, reason: string, lostTokens: number): void;
  /** Asked for room in a cap after an attempt that may have been paid for; null is room, a failure ends the call. */
  admitRetry?(lostTokens: number): Promise<CallFailure | null>;
}

/** `lostTokens` are the last attempt's; those of earlier ones went through `onRetry`. */
export type RetriedResult = { ok: true; answer: ModelAnswer } | { ok: false; failure: CallFailure; attempts: number; lostTokens: number };

/** Calls until there is an answer, a failure that another attempt cannot mend, or no attempt is left. Rejects only on a bug. */
export async function callWithRetry(
  client: Anthropic,
  request: ModelRequest,
  parts: CallParts,
  policy: RetryPolicy,
  ports: RetryPorts,
): Promise<RetriedResult> {
  const { signal, headers, apiKey = null } = parts;
  const startedMs = ports.nowMs();
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptCall(client, request, { signal, apiKey, ...(headers ? { headers } : {}) });
    if (result.ok) return { ok: true, answer: { ...result.answer, durationMs: ports.nowMs() - startedMs, attempts: attempt } };
    const { failure, lostTokens } = result;
    if (!result.retryable || attempt >= policy.attempts) return { ok: false, failure, attempts: attempt, lostTokens };
    const refused = lostTokens > 0 && parts.admitRetry ? await parts.admitRetry(lostTokens) : null;
    if (refused) return { ok: false, failure: refused, attempts: attempt, lostTokens };
    const waitMs = waitBefore(attempt, result.retryAfterMs, policy, ports.dice());
    parts.onRetry(attempt, waitMs, `${failure.code}: ${failure.message}`, lostTokens);
    try {
      await ports.sleep(waitMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return { ok: false, failure: { code: "aborted", message: "the call was called off" }, attempts: attempt, lostTokens: 0 };
    }
  }
}

/** Full jitter over a doubling window; what the server asked for is the least. */
export function waitBefore(attempt: number, retryAfterMs: number | null, policy: RetryPolicy, dice: number): number {
  const window = Math.min(policy.mostMs, policy.baseMs * 2 ** (attempt - 1));
  const own = Math.round(window * (0.5 + dice / 2));
  return retryAfterMs === null ? own : Math.min(Math.max(retryAfterMs, 0) + Math.round(dice * policy.baseMs), policy.mostRetryAfterMs);
}
