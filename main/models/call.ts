/** Owns one attempt at one model call: our request to the SDK's stream and its final message back; errors become values. */
import type Anthropic from "@anthropic-ai/sdk";
import { type AssistantBlock, asSent, type ModelAnswer, type ModelRequest, type Usage } from "#shared/run/messages.ts";
import { type Failed, failed, MESSAGE_LENGTH, readFailure } from "#main/models/failure.ts";
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
  | (Failed & { lostTokens: number });

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
    return read.ok ? read : broken(failed("broken-answer", read.bad), true);
  } catch (error) {
    // Called off on the way: the server may have written until it noticed.
    if (attempt.signal.aborted) return broken(failed("aborted", "the call was called off"), true);
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
  const { effort, thinking, temperature, tools, ...rest } = asSent(request);
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
