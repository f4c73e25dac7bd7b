/** Proves that what a server does not say of its tokens is unknown, and never 0 (M21). */
import { describe, expect, it } from "vitest";
import type { ModelRequest } from "#shared/run/messages.ts";
import { attemptCall } from "#main/models/call.ts";
import { makeClient } from "#main/models/client.ts";
import { BUILT_IN_PRICES, costUsd } from "#main/models/prices.ts";

const REQUEST: ModelRequest = { model: "m", max_tokens: 90, system: [], messages: [{ role: "user", content: [] }], tools: [] };

/** A stream of one text, with the usage objects that are given; undefined leaves one out. */
function answering(atStart: object | undefined, atEnd: object | undefined | null, sized = Number.POSITIVE_INFINITY): typeof fetch {
  const message = { id: "m1", type: "message", role: "assistant", model: "claude-opus-5", content: [], stop_reason: null, usage: atStart };
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: 'Grüße, "message_delta".' } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: atEnd },
    { type: "message_stop" },
  ];
  const bytes = new TextEncoder().encode(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += sized) controller.enqueue(bytes.slice(at, Math.min(bytes.length, at + sized)));
      controller.close();
    },
  });
  return async () => new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

async function usageOf(fetch: typeof globalThis.fetch) {
  const client = makeClient({ baseUrl: "http://server.invalid", apiKey: null, fetch });
  const result = await attemptCall(client, REQUEST, { signal: new AbortController().signal, apiKey: null });
  if (!result.ok) throw new Error(result.failure.message);
  expect(result.answer.content).toEqual([{ type: "text", text: 'Grüße, "message_delta".' }]);
  return result.answer.usage;
}

const UNKNOWN = { inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null };

describe("usage that a server does not report", () => {
  it.each([
    ["no usage object anywhere", undefined, undefined],
    ["usage that is null", undefined, null],
    ["empty usage objects", {}, {}],
    ["counts that are none", { input_tokens: "12" }, { output_tokens: -1 }],
  ])("M21 %s: the answer stands, its tokens are unknown", async (_what, atStart, atEnd) => {
    expect(await usageOf(answering(atStart, atEnd))).toEqual(UNKNOWN);
  });

  it("M21 a part that is told is kept; the first count of a stream is no count of its output", async () => {
    const usage = await usageOf(answering({ input_tokens: 12, output_tokens: 1 }, undefined));
    expect(usage).toEqual({ inputTokens: 12, outputTokens: null, cacheReadTokens: 0, cacheWriteTokens: 0 });
  });

  it("M21 whatever pieces the stream comes in", async () => {
    for (const sized of [1, 2, 7])
      expect(await usageOf(answering(undefined, { output_tokens: 5 }, sized))).toMatchObject({ outputTokens: 5 });
  });

  it("M21 what a call cost is unknown where its tokens are", () => {
    expect(costUsd(BUILT_IN_PRICES, "claude-opus-5", { ...UNKNOWN, inputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 })).toBeNull();
  });
});
