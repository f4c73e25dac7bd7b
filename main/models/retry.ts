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
  onRetry(attempt: number, waitMs: number, reason: string): void;
}

export type RetriedResult = { ok: true; answer: ModelAnswer } | { ok: false; failure: CallFailure; attempts: number };

/** Calls until there is an answer, a failure that another attempt cannot mend, or no attempt is left. */
export async function callWithRetry(
  client: Anthropic,
  request: ModelRequest,
  parts: CallParts,
  policy: RetryPolicy,
  ports: RetryPorts,
): Promise<RetriedResult> {
  const startedMs = ports.nowMs();
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptCall(client, request, { signal: parts.signal, ...(parts.headers ? { headers: parts.headers } : {}) });
    if (result.ok) return { ok: true, answer: { ...result.answer, durationMs: ports.nowMs() - startedMs, attempts: attempt } };
    if (!result.retryable || attempt >= policy.attempts) return { ok: false, failure: result.failure, attempts: attempt };
    const waitMs = waitBefore(attempt, result.retryAfterMs, policy, ports.dice());
    parts.onRetry(attempt, waitMs, `${result.failure.code}: ${result.failure.message}`);
    await ports.sleep(waitMs, parts.signal);
  }
}

/** Full jitter over a doubling window; what the server asked for is the least. */
export function waitBefore(attempt: number, retryAfterMs: number | null, policy: RetryPolicy, dice: number): number {
  const window = Math.min(policy.mostMs, policy.baseMs * 2 ** (attempt - 1));
  const own = Math.round(window * (0.5 + dice / 2));
  return retryAfterMs === null ? own : Math.min(Math.max(retryAfterMs, 0) + Math.round(dice * policy.baseMs), policy.mostRetryAfterMs);
}
