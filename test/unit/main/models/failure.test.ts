/** Proves that what goes wrong with a call is one code and one clear sentence, whatever a server sends (D). */
import { describe, expect, it } from "vitest";
import type { ModelRequest } from "#shared/run/messages.ts";
import { attemptCall } from "#main/models/call.ts";
import { makeClient } from "#main/models/client.ts";

const REQUEST: ModelRequest = { model: "m", max_tokens: 90, system: [], messages: [{ role: "user", content: [] }], tools: [] };
const START = { type: "message_start", message: { id: "m1", type: "message", role: "assistant", model: "m", content: [], usage: {} } };

async function failureOf(answer: () => Response) {
  const client = makeClient({ baseUrl: "http://server.invalid", apiKey: null, fetch: async () => answer() });
  const result = await attemptCall(client, REQUEST, { signal: new AbortController().signal, apiKey: null });
  if (result.ok) throw new Error("it answered");
  const { failure, retryable } = result;
  return { ...failure, retryable };
}

const json = (status: number, body: unknown) => () => Response.json(body, { status });
const plain = (status: number, text: string) => () => new Response(text, { status });
const error = (type: string, message: string) => ({ type: "error", error: { type, message } });
const event = (data: { type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const midStream = (type: string, message: string) => () =>
  new Response(event(START) + event(error(type, message)), { headers: { "content-type": "text/event-stream" } });

describe("what a failure says", () => {
  it.each([
    ["402 with a body of its own", json(402, { detail: "no credit left" }), "bad-request", "402: no credit left", false],
    ["402 without words", json(402, { code: 17 }), "bad-request", '402: {"code":17}', false],
    ["402 of the API", json(402, error("billing_error", "no credit left")), "auth", "402: no credit left", false],
    ["an error that is a text", json(400, { error: "model runner is busy" }), "bad-request", "400: model runner is busy", false],
    ["404 for a model", json(404, error("not_found_error", "model: no-such-model")), "unknown-model", "404: model: no-such-model", false],
    ["404 for something else", json(404, error("not_found_error", "Not Found")), "bad-request", "404: Not Found", false],
    ["429 by its type alone", json(400, error("rate_limit_error", "slow down")), "rate-limited", "400: slow down", true],
    ["500 with nothing", plain(500, ""), "server", "500: status code (no body)", true],
    [
      "an error in the middle: overloaded",
      midStream("overloaded_error", "Overloaded"),
      "overloaded",
      "in the middle of the answer: Overloaded",
      true,
    ],
    [
      "an error in the middle: key",
      midStream("authentication_error", "invalid key"),
      "auth",
      "in the middle of the answer: invalid key",
      false,
    ],
    ["an error in the middle: the API's own", midStream("api_error", "Internal"), "server", "in the middle of the answer: Internal", true],
  ])("D %s", async (_what, answer, code, message, retryable) => {
    expect(await failureOf(answer)).toEqual({ code, message, retryable });
  });

  it("D an address where there is no Messages API is no unknown model, and its status is said once", async () => {
    const failure = await failureOf(plain(404, "404 page not found"));
    expect(failure).toMatchObject({ code: "bad-request", retryable: false });
    expect(failure.message).toBe("404: page not found (nothing of the Messages API is at this address: check the base URL)");
  });
});
