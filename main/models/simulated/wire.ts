/** Owns the Messages API's answers as bytes: server-sent events, errors, streams that are cut. */

export type WireBlock = { type: "text"; text: string } | { type: "tool_use"; id: string; name: string; input: unknown };

export interface WireAnswer {
  id: string;
  model: string;
  blocks: WireBlock[];
  stopReason: "end_turn" | "tool_use" | "max_tokens" | "refusal";
  /** Input tokens that no cache had a part in. */
  inputTokens: number;
  cacheReadTokens?: number;
  cacheWriteTokens?: number;
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

/** A request that the API refuses as it stands. */
export function badRequestResponse(message: string, requestId: string, status: 400 | 404 = 400): Response {
  const type = status === 400 ? "invalid_request_error" : "not_found_error";
  const headers = { "content-type": "application/json", "request-id": requestId };
  return new Response(JSON.stringify({ type: "error", error: { type, message }, request_id: requestId }), { status, headers });
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
  const { id, model } = answer;
  const { parts, stopReason, outputTokens } = cutAnswer(answer);
  const usage = { ...inputUsage(answer), output_tokens: 1 };
  const events: WireEvent[] = [
    {
      type: "message_start",
      message: { id, type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null, usage },
    },
  ];
  for (const [index, { block, part }] of parts.entries()) {
    const isText = block.type === "text";
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
  }
  events.push(
    { type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens: outputTokens } },
    { type: "message_stop" },
  );
  return { events };
}

/** The answer as one message, as it stands in a batch's results. */
export function wholeMessage(answer: WireAnswer): Record<string, unknown> {
  const { id, model } = answer;
  const { parts, stopReason, outputTokens } = cutAnswer(answer);
  return {
    id,
    type: "message",
    role: "assistant",
    model,
    // A tool call that was cut has no whole input.
    content: parts.map(({ block, part, whole }) =>
      block.type === "text" ? { type: "text", text: part } : { ...block, input: whole ? block.input : {} },
    ),
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { ...inputUsage(answer), output_tokens: outputTokens },
  };
}

function inputUsage({ inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 }: WireAnswer): Record<string, number> {
  return { input_tokens: inputTokens, cache_creation_input_tokens: cacheWriteTokens, cache_read_input_tokens: cacheReadTokens };
}

interface CutAnswer {
  parts: { block: WireBlock; part: string; whole: boolean }[];
  stopReason: WireAnswer["stopReason"];
  outputTokens: number;
}

/** As much of the answer as `maxTokens` let through. */
function cutAnswer(answer: WireAnswer): CutAnswer {
  const parts: CutAnswer["parts"] = [];
  let tokensLeft = answer.maxTokens;
  let written = 0;
  let cut = false;
  for (const block of answer.blocks) {
    cut = cut || tokensLeft <= 0;
    if (cut) break;
    const text = block.type === "text" ? block.text : JSON.stringify(block.input);
    const part = text.slice(0, tokensLeft * 4);
    cut = part.length < text.length;
    tokensLeft -= estimateTokens(part);
    written += estimateTokens(part);
    parts.push({ block, part, whole: !cut });
  }
  return { parts, stopReason: cut ? "max_tokens" : answer.stopReason, outputTokens: Math.max(1, written) };
}

/** A few deltas a block, as a stream has. */
function pieces(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / 3));
  const result: string[] = [];
  for (let at = 0; at < text.length; at += size) result.push(text.slice(at, at + size));
  return result;
}
