/** Owns reading what went wrong with a request: the SDK's errors and a server's error bodies as one code and one clear sentence. */
import { APIConnectionError, APIError, APIUserAbortError } from "@anthropic-ai/sdk";
import type { CallFailure } from "#shared/run/messages.ts";

export interface Failed {
  ok: false;
  failure: CallFailure;
  /** Whether another attempt may help. */
  retryable: boolean;
  /** How long the server asks to wait. */
  retryAfterMs: number | null;
}

/** Longest part of a server's message that is kept: it is hostile input like everything else a server says. */
export const MESSAGE_LENGTH = 300;
/** Longest part that is looked at at all. */
const READ_LENGTH = 20_000;

/** The API's own types of errors: https://platform.claude.com/docs/en/api/errors */
const CODES: Record<string, CallFailure["code"]> = {
  invalid_request_error: "bad-request",
  request_too_large: "bad-request",
  not_found_error: "bad-request",
  authentication_error: "auth",
  permission_error: "auth",
  billing_error: "auth",
  rate_limit_error: "rate-limited",
  overloaded_error: "overloaded",
  timeout_error: "server",
  api_error: "server",
};

const RETRYABLE: ReadonlySet<CallFailure["code"]> = new Set(["rate-limited", "overloaded", "server", "network", "broken-answer"]);

/** A failure by its code; what another attempt may mend follows from it. */
export function failed(code: CallFailure["code"], message: string, retryAfterMs: number | null = null): Failed {
  return { ok: false, failure: { code, message }, retryable: RETRYABLE.has(code), retryAfterMs };
}

/** What a thrown error of the SDK means. */
export function readFailure(error: unknown): Failed {
  if (error instanceof APIUserAbortError) return failed("network", "the request was aborted");
  if (error instanceof APIConnectionError) return failed("network", `the server could not be reached (${causeOf(error)})`);
  if (error instanceof APIError && error.status >= 300 && error.status < 400) return sentOn(error.status, error.headers);
  if (error instanceof APIError) {
    const said = bodyOf(error.error, error.status, error.message);
    return typeof error.status === "number" ? ofStatus(error.status, said, readRetryAfter(error.headers)) : ofStream(said);
  }
  return failed("broken-answer", `the answer cannot be read (${short(error instanceof Error ? error.message : String(error))})`);
}

/** A redirect is not followed: its target was not named by anybody who may have the key. */
function sentOn(status: number, headers: Headers | undefined): Failed {
  const target = headers?.get("location") ?? "";
  const where = URL.canParse(target) ? `to ${new URL(target).origin}` : "elsewhere";
  return failed(
    "bad-request",
    `${status}: the server sends requests on ${where}, which is not followed; give that address as the base URL if it is the right one`,
  );
}

/** The code of an error of the API by its type; null for one that is not the API's. */
export function codeOfType({ type, message }: ErrorBody): CallFailure["code"] | null {
  // Other things than models are not found too: an address that is not the API's, a batch.
  if (type === "not_found_error" && /model/i.test(message)) return "unknown-model";
  return type !== null && Object.hasOwn(CODES, type) ? (CODES[type] as CallFailure["code"]) : null;
}

export interface ErrorBody {
  type: string | null;
  message: string;
}

/** The type and the words of an error body: the API's, and what other servers and proxies send in its place. */
export function readErrorBody(value: unknown): ErrorBody {
  const outer = fieldsOf(value);
  const inner = typeof outer.error === "object" ? fieldsOf(outer.error) : outer;
  const words = [inner.message, outer.error, outer.message, outer.detail, value].find(
    (each) => typeof each === "string" && each.trim() !== "",
  );
  return { type: typeof inner.type === "string" ? inner.type : null, message: typeof words === "string" ? short(words).trim() : "" };
}

function bodyOf(body: unknown, status: number | undefined, sdkMessage: string): ErrorBody {
  const read = readErrorBody(body);
  // Where the body has no words for people, the SDK's message is the body itself behind the status, which is said apart.
  const message = (read.message === "" ? short(sdkMessage) : read.message).replace(new RegExp(`^(?:${status}\\b[\\s:,-]*)+`), "");
  return { type: read.type, message: message.trim() === "" ? "no reason given" : message.trim() };
}

function ofStatus(status: number, said: ErrorBody, retryAfterMs: number | null): Failed {
  const message = `${status}: ${said.message}`;
  const byType = codeOfType(said);
  if (byType === "auth" || byType === "unknown-model") return failed(byType, message);
  if (byType === "rate-limited" || byType === "overloaded") return failed(byType, message, retryAfterMs);
  if (status === 429) return failed("rate-limited", message, retryAfterMs);
  if (status === 529) return failed("overloaded", message, retryAfterMs);
  if (status >= 500 || status === 408 || status === 409) return failed("server", message, retryAfterMs);
  if (status === 401 || status === 403) return failed("auth", message);
  const isElsewhere = status === 404 && said.type === null;
  return failed("bad-request", isElsewhere ? `${message} (nothing of the Messages API is at this address: check the base URL)` : message);
}

/** An error event in the middle of a stream has no status; its type says what it is. */
function ofStream(said: ErrorBody): Failed {
  return failed(codeOfType(said) ?? "broken-answer", `in the middle of the answer: ${said.message}`);
}

function causeOf(error: Error): string {
  const cause = error.cause as { code?: string; message?: string; cause?: { code?: string } } | undefined;
  return short(cause?.cause?.code ?? cause?.code ?? cause?.message ?? error.message);
}

/** On one line, and not yet cut to its final length: half a key could no longer be recognised. */
function short(text: string): string {
  return text.slice(0, READ_LENGTH).replace(/\s+/g, " ");
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
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
