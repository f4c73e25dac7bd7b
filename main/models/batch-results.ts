/** Owns reading a batch's results: lines of JSON as they come, each request's end as a value; every line is hostile input. */
import type Anthropic from "@anthropic-ai/sdk";
import type { CallFailure, ModelAnswer } from "#shared/run/messages.ts";
import { readMessage } from "#main/models/call.ts";
import { codeOfType, MESSAGE_LENGTH, readErrorBody } from "#main/models/failure.ts";
import { withoutKeys } from "#main/models/redact.ts";

/** How one request of a batch ended. */
export type BatchResult =
  | { kind: "answered"; answer: ModelAnswer }
  | { kind: "errored"; failure: CallFailure }
  /** The API had no time for it within 24 hours: nothing was paid. */
  | { kind: "expired" }
  | { kind: "canceled" };

/** Longest line that is read, in characters: a model's longest answer is a small part of it. */
const LINE_LENGTH = 16_000_000;

/** What stands for a key at a server that wants none ("x", "ollama") is no secret, and may be a part of any word. */
const SECRET_LENGTH = 12;

/** The lines of a body as it comes in; a line that is too long is given as an empty one. Rejects where the body breaks off. */
export async function* linesOf(body: AsyncIterable<Uint8Array>, mostLength: number = LINE_LENGTH): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  let length = 0;
  const add = (part: string) => {
    length += part.length;
    if (length <= mostLength) begun.push(part);
    else begun = [];
  };
  const end = () => {
    const line = begun.join("").trim();
    begun = [];
    length = 0;
    return line;
  };
  for await (const chunk of body) {
    const parts = decoder.decode(chunk, { stream: true }).split("\n");
    for (const part of parts.slice(0, -1)) {
      add(part);
      yield end();
    }
    add(parts.at(-1) ?? "");
  }
  add(decoder.decode());
  yield end();
}

/** One line as a request's result; null where it cannot be told whose it is. `durationMs` is the batch's own. */
export function readResultLine(
  line: string,
  { apiKey, durationMs }: { apiKey: string | null; durationMs: number },
): { customId: string; result: BatchResult } | null {
  const value = parse(apiKey && apiKey.length >= SECRET_LENGTH ? line.replaceAll(apiKey, "[key]") : line);
  const { custom_id: customId, result } = fieldsOf(value);
  if (typeof customId !== "string") return null;
  const { type, message, error } = fieldsOf(result);
  if (type === "expired" || type === "canceled") return { customId, result: { kind: type } };
  if (type === "errored") return { customId, result: { kind: "errored", failure: readError(error, apiKey) } };
  if (type !== "succeeded") return { customId, result: broken("the batch's result is of no known kind") };
  try {
    const read = readMessage(message as Anthropic.Message, null);
    if (!read.ok) return { customId, result: broken(read.bad) };
    return { customId, result: { kind: "answered", answer: { ...read.answer, durationMs, attempts: 1 } } };
  } catch {
    return { customId, result: broken("the batch's result holds no readable message") };
  }
}

/** A request whose answer cannot be read. */
export function broken(message: string): BatchResult {
  return { kind: "errored", failure: { code: "broken-answer", message } };
}

/** The API wraps a request's error in an error response; a server that does not is understood too. */
function readError(value: unknown, apiKey: string | null): CallFailure {
  const said = readErrorBody(value);
  const reason = said.message === "" ? "no reason given" : said.message;
  const message = withoutKeys(`${said.type ?? "error"}: ${reason}`, apiKey).slice(0, MESSAGE_LENGTH);
  return { code: codeOfType(said) ?? "server", message };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
