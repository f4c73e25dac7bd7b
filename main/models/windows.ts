/** Owns how much a model can read: its context window, and how many input tokens a request may come to. */
import { SIMULATED_MODEL } from "#shared/run/connection.ts";
import type { ModelRequest } from "#shared/run/messages.ts";
import { entryFor } from "#main/models/model-id.ts";

const LONG = 1_000_000;

/** Of a Claude model that is not in the table: the window that every one of them has had at least. */
export const CLAUDE_WINDOW = 200_000;

/**
 * Of a model that nobody here knows. Low on purpose: a server that is sent too much may cut the text without a word, which
 * would read as drift. A design says better with `limits.contextTokens`.
 */
export const UNKNOWN_WINDOW = 32_000;

/** Tokens, as the models' own pages under https://platform.claude.com/docs/en/models gave them on 2026-11-23. */
const WINDOWS: Record<string, number> = {
  "claude-fable-5-1": LONG,
  "claude-fable-5": LONG,
  "claude-opus-5-5": LONG,
  "claude-opus-5": LONG,
  "claude-opus-4-8": LONG,
  "claude-opus-4-7": LONG,
  "claude-opus-4-6": LONG,
  "claude-opus-4-5": CLAUDE_WINDOW,
  "claude-sonnet-5-5": LONG,
  "claude-sonnet-5": LONG,
  "claude-sonnet-4-6": LONG,
  "claude-sonnet-4-5": CLAUDE_WINDOW,
  "claude-haiku-5-5": LONG,
  "claude-haiku-4-5": CLAUDE_WINDOW,
  // Reads everything; the window is that of the models it stands in for.
  [SIMULATED_MODEL]: CLAUDE_WINDOW,
};

/** Tokens that a model can hold, its answer included. A stated default where the model is not known. */
export function contextWindow(model: string): number {
  return entryFor(WINDOWS, model) ?? (model.startsWith("claude-") ? CLAUDE_WINDOW : UNKNOWN_WINDOW);
}

/**
 * Input tokens that the API may add to a request of its own accord: the text that explains tools to the model. Its published
 * list goes up to 530; this is nearly three times that, since newer models cut the same text into more tokens.
 */
export const ADDED_TOKENS = 1_500;

/** Bytes of UTF-8 to a token of English text in today's tokenizers, on the low side: about 4, less 30 % for the newest. */
const BYTES_PER_TOKEN = 3;

/** What the tools' explanation comes to as a rule, for the estimate. */
const USUAL_TOOL_TOKENS = 500;

/** UTF-8 bytes of everything in a request that a model reads, in the JSON in which it travels. */
function bytesRead({ system, messages, tools }: ModelRequest): number {
  return Buffer.byteLength(JSON.stringify({ system, messages, tools }));
}

/** Input tokens that a request will come to, rounded up and rather too many than too few; not a bound (see `mostInputTokens`). */
export function estimateInputTokens(request: ModelRequest): number {
  return Math.ceil(bytesRead(request) / BYTES_PER_TOKEN) + (request.tools.length > 0 ? USUAL_TOOL_TOKENS : 0);
}

/**
 * An upper bound of a request's input tokens: one to each byte sent, plus `ADDED_TOKENS`. A tokenizer that works on bytes makes
 * no token of less than one, and the marks that it puts around messages and blocks are shorter than their JSON.
 */
export function mostInputTokens(request: ModelRequest): number {
  return bytesRead(request) + ADDED_TOKENS;
}
