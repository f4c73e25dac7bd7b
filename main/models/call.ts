/** Owns one attempt at one model call: our request to the SDK's stream and its final message back; errors become values. */
import type Anthropic from "@anthropic-ai/sdk";
import { APIConnectionError, APIError, APIUserAbortError } from "@anthropic-ai/sdk";
import type { AssistantBlock, CallFailure, ModelAnswer, ModelRequest, Usage } from "#shared/run/messages.ts";
import { withoutKeys } from "#main/models/redact.ts";
import { WordReader } from "#main/models/words.ts";

export interface Attempt {
  signal: AbortSignal;
  /** The key in use: it is taken out of whatever a server says. */
  apiKey: string | null;
  headers?: Record<string, string>;
  /** Told of each piece of words as it comes: text as it is, of tool calls their "text" field. May throw without harm. */
  onWords?(delta: string): void;
}

export type AttemptResult =
  | { ok: true; answer: Omit<ModelAnswer, "durationMs" | "attempts"> }
  /** `lostTokens`: output tokens that may have been paid for although there is no answer. */
  | { ok: false; failure: CallFailure; retryable: boolean; retryAfterMs: number | null; lostTokens: number };

export type Failed = Omit<Extract<AttemptResult, { ok: false }>, "lostTokens">;

/** Sends a request once. Rejects only on a bug. */
export async function attemptCall(client: Anthropic, request: ModelRequest, attempt: Attempt): Promise<AttemptResult> {
  // What the stream said of its tokens so far; null before it said anything final.
  let told: number | null = null;
  let began = false;
  const broken = (failure: Failed, maybePaid: boolean): AttemptResult => ({
    ...failure,
    failure: { ...failure.failure, message: withoutKeys(failure.failure.message, attempt.apiKey).slice(0, MESSAGE_LENGTH) },
    // At least one: what may have been paid for must not read as free, since its input was sent.
    lostTokens: maybePaid ? Math.max(1, told ?? request.max_tokens) : 0,
  });
  try {
    const words = attempt.onWords ? new WordReader((delta) => attempt.onWords?.(delta)) : null;
    const stream = client.messages.stream(apiParams(request), {
      signal: attempt.signal,
      ...(attempt.headers ? { headers: attempt.headers } : {}),
    });
    stream.on("connect", () => {
      began = true;
    });
    stream.on("streamEvent", (event) => {
      if (event.type === "message_delta") told = tokenCount(event.usage.output_tokens);
      words?.take(event);
    });
    const read = readMessage(await stream.finalMessage(), stream.request_id ?? null);
    return read.ok ? read : broken(failed("broken-answer", read.bad, true, null), true);
  } catch (error) {
    // Called off on the way: the server may have written until it noticed.
    if (attempt.signal.aborted) return broken(failed("aborted", "the call was called off", false, null), true);
    const failure = readFailure(error);
    return broken(failure, began || (failure.failure.code === "network" && !neverArrived(error)));
  }
}

/** Whether a request certainly never reached a server: then nobody can have been paid for it. */
function neverArrived(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if (NEVER_ARRIVED.has((each as { code?: string }).code ?? "")) return true;
  return false;
}

const NEVER_ARRIVED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "EADDRNOTAVAIL",
]);

/** Our stored request in the SDK's types. Temperature is sent only where the caller put it in. */
export function apiParams(request: ModelRequest): Parameters<Anthropic["messages"]["stream"]>[0] {
  const { effort, thinking, temperature, tools, ...rest } = request;
  return {
    ...rest,
    ...(tools.length > 0 ? { tools } : {}),
    ...(effort ? { output_config: { effort } } : {}),
    ...(thinking ? { thinking: thinking === "off" ? { type: "disabled" as const } : { type: "adaptive" as const } } : {}),
    // Gone from the SDK's types and refused by the current API; other servers still take it.
    ...(temperature !== undefined ? ({ temperature } as object) : {}),
  };
}

/** A whole message of the API as our answer, or what is wrong with it. Throws on shapes that the API never sends. */
export function readMessage(
  message: Anthropic.Message,
  requestId: string | null,
): { ok: true; answer: Omit<ModelAnswer, "durationMs" | "attempts"> } | { ok: false; bad: string } {
  const bad = whatIsBroken(message);
  if (bad !== null) return { ok: false, bad };
  return {
    ok: true,
    answer: {
      content: message.content.flatMap(knownBlock),
      stopReason: message.stop_reason ?? "end_turn",
      usage: readUsage(message.usage),
      servedModel: message.model,
      requestId,
    },
  };
}

/** The cache's counters are left out where they do not apply: they are unknown only with the input itself. */
function readUsage(usage: Partial<Anthropic.Usage> | null | undefined): Usage {
  const inputTokens = tokenCount(usage?.input_tokens);
  const ofCache = (tokens: unknown) => (inputTokens === null ? null : tokens === undefined || tokens === null ? 0 : tokenCount(tokens));
  return {
    inputTokens,
    outputTokens: tokenCount(usage?.output_tokens),
    cacheReadTokens: ofCache(usage?.cache_read_input_tokens),
    cacheWriteTokens: ofCache(usage?.cache_creation_input_tokens),
  };
}

function tokenCount(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

function whatIsBroken(message: Anthropic.Message): string | null {
  if (!Array.isArray(message.content)) return "the answer has no content";
  if (message.stop_reason === null) return "the stream ended before the answer was finished";
  return null;
}

function knownBlock(block: Anthropic.ContentBlock): AssistantBlock[] {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: block.text }];
    case "tool_use":
      return [{ type: "tool_use", id: block.id, name: block.name, input: block.input }];
    case "thinking":
      return [{ type: "thinking", thinking: block.thinking, signature: block.signature ?? "" }];
    case "redacted_thinking":
      return [{ type: "redacted_thinking", data: block.data }];
    default:
      return [];
  }
}

/** Longest part of a server's message that is kept: it is hostile input like everything else a server says. */
export const MESSAGE_LENGTH = 300;
/** Longest part that is looked at at all. */
const READ_LENGTH = 20_000;

/** What a thrown error of the SDK means: its code, whether another attempt may help, how long the server asks to wait (milliseconds). */
export function readFailure(error: unknown): Failed {
  if (error instanceof APIUserAbortError) return failed("network", "the request was aborted", true, null);
  if (error instanceof APIConnectionError) return failed("network", `the server could not be reached (${causeOf(error)})`, true, null);
  if (error instanceof APIError && typeof error.status === "number") {
    const message = `${error.status}: ${apiMessage(error)}`;
    const retryAfterMs = readRetryAfter(error.headers);
    if (error.status === 429) return failed("rate-limited", message, true, retryAfterMs);
    if (error.status === 529) return failed("overloaded", message, true, retryAfterMs);
    if (error.status >= 500) return failed("server", message, true, retryAfterMs);
    if (error.status === 401 || error.status === 403) return failed("auth", message, false, null);
    if (error.status === 404) return failed("unknown-model", message, false, null);
    if (error.status === 408 || error.status === 409) return failed("server", message, true, retryAfterMs);
    return failed("bad-request", message, false, null);
  }
  const text = error instanceof Error ? error.message : String(error);
  // An error event inside a stream has no status; its type says what it is.
  if (/overloaded/i.test(text)) return failed("overloaded", short(text), true, null);
  if (/rate_limit/i.test(text)) return failed("rate-limited", short(text), true, null);
  return failed("broken-answer", short(text), true, null);
}

function failed(code: CallFailure["code"], message: string, retryable: boolean, retryAfterMs: number | null): Failed {
  return { ok: false, failure: { code, message }, retryable, retryAfterMs };
}

function apiMessage(error: APIError): string {
  const body = error.error as { error?: { message?: unknown } } | undefined;
  return short(typeof body?.error?.message === "string" ? body.error.message : error.message);
}

function causeOf(error: Error): string {
  const cause = error.cause as { code?: string; message?: string; cause?: { code?: string } } | undefined;
  return short(cause?.cause?.code ?? cause?.code ?? cause?.message ?? error.message);
}

/** On one line, and not yet cut to its final length: half a key could no longer be recognised. */
function short(text: string): string {
  return text.slice(0, READ_LENGTH).replace(/\s+/g, " ");
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. */
function readRetryAfter(headers: Headers | undefined): number | null {
  const millis = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(millis) && millis >= 0) return millis;
  const value = headers?.get("retry-after");
  if (!value) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
