/** Owns the Messages API's answers as bytes: server-sent events, errors, streams that are cut. */

export type WireBlock = { type: "text"; text: string } | { type: "tool_use"; id: string; name: string; input: unknown };

export interface WireAnswer {
  id: string;
  model: string;
  blocks: WireBlock[];
  stopReason: "end_turn" | "tool_use" | "max_tokens" | "refusal";
  inputTokens: number;
  maxTokens: number;
}

/** What goes wrong on demand. */
export type Fault = { status: 429 | 500 | 529; retryAfterSeconds?: number } | { cut: true } | { malformed: true };

/** About four characters of English make a token: good enough for a population, and marked as simulated wherever shown. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

const ERROR_TYPES = { 429: "rate_limit_error", 500: "api_error", 529: "overloaded_error" } as const;

export function errorResponse(fault: { status: 429 | 500 | 529; retryAfterSeconds?: number }, requestId: string): Response {
  const body = { type: "error", error: { type: ERROR_TYPES[fault.status], message: `simulated ${fault.status}` }, request_id: requestId };
  return new Response(JSON.stringify(body), {
    status: fault.status,
    headers: {
      "content-type": "application/json",
      "request-id": requestId,
      ...(fault.retryAfterSeconds !== undefined ? { "retry-after": String(fault.retryAfterSeconds) } : {}),
    },
  });
}

/** The answer as a stream of events; past `maxTokens` it is cut as the API cuts it, in the middle of whatever it was writing. */
export function streamResponse(answer: WireAnswer, fault: Fault | null): Response {
  const { events } = answerEvents(answer);
  const whole = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  const headers = { "content-type": "text/event-stream; charset=utf-8", "request-id": answer.id.replace("msg_", "req_") };
  if (fault && "malformed" in fault) return new Response(whole.replace(/\}\n\n/, "\n\n"), { headers });
  if (fault && "cut" in fault) {
    const half = new TextEncoder().encode(whole.slice(0, Math.floor(whole.length * 0.6)));
    let sent = false;
    const stream = new ReadableStream({
      pull(controller) {
        if (sent) controller.error(new TypeError("terminated"));
        else controller.enqueue(half);
        sent = true;
      },
    });
    return new Response(stream, { headers });
  }
  return new Response(whole, { headers });
}

type WireEvent = { type: string } & Record<string, unknown>;

function answerEvents(answer: WireAnswer): { events: WireEvent[] } {
  const { id, model, inputTokens } = answer;
  const usage = { input_tokens: inputTokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const events: WireEvent[] = [
    {
      type: "message_start",
      message: { id, type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null, usage },
    },
  ];
  let tokensLeft = answer.maxTokens;
  let written = 0;
  let cut = false;
  for (const [index, block] of answer.blocks.entries()) {
    if (tokensLeft <= 0) {
      cut = true;
      break;
    }
    const isText = block.type === "text";
    const whole = isText ? block.text : JSON.stringify(block.input);
    const part = whole.slice(0, tokensLeft * 4);
    cut = part.length < whole.length;
    tokensLeft -= estimateTokens(part);
    written += estimateTokens(part);
    events.push({
      type: "content_block_start",
      index,
      content_block: isText ? { type: "text", text: "" } : { type: "tool_use", id: block.id, name: block.name, input: {} },
    });
    for (const piece of pieces(part))
      events.push({
        type: "content_block_delta",
        index,
        delta: isText ? { type: "text_delta", text: piece } : { type: "input_json_delta", partial_json: piece },
      });
    events.push({ type: "content_block_stop", index });
    if (cut) break;
  }
  events.push(
    {
      type: "message_delta",
      delta: { stop_reason: cut ? "max_tokens" : answer.stopReason, stop_sequence: null },
      usage: { output_tokens: Math.max(1, written) },
    },
    { type: "message_stop" },
  );
  return { events };
}

/** A few deltas a block, as a stream has. */
function pieces(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / 3));
  const result: string[] = [];
  for (let at = 0; at < text.length; at += size) result.push(text.slice(at, at + size));
  return result;
}
