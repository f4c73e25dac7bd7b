/** How a call fails: refused, unreachable, aborted, or answered with what is no answer. */
import { describe, expect, it } from "vitest";
import { openConnection } from "#main/models/connection.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { testPorts } from "#test/support/lab.ts";
import { COMPATIBLE, NO_KEYS, open, PARTS, recorder, REQUEST } from "#test/support/recorded-connection.ts";

describe("connections", () => {
  const error =
    (status: number, headers: Record<string, string> = {}) =>
    () =>
      new Response(JSON.stringify({ type: "error", error: { type: "x", message: "no\nluck" } }), {
        status,
        headers: { "content-type": "application/json", ...headers },
      });

  it.each<[number, string, number]>([
    [400, "bad-request", 1],
    [401, "auth", 1],
    [403, "auth", 1],
    [404, "bad-request", 1],
    [413, "bad-request", 1],
    [422, "bad-request", 1],
    [429, "rate-limited", 6],
    [500, "server", 6],
    [503, "server", 6],
    [529, "overloaded", 6],
  ])("D status %i is a failure with code %s after %i attempts", async (status, code, attempts) => {
    const { asked, fetch } = recorder(error(status));
    const retries: number[] = [];
    const result = await open(COMPATIBLE, fetch).call(REQUEST, {
      ...PARTS,
      onRetry: (attempt) => retries.push(attempt),
    });
    expect(result).toMatchObject({ ok: false, attempts, failure: { code } });
    if (!result.ok) expect(result.failure.message).toBe(`${status}: no luck`);
    expect(asked).toHaveLength(attempts);
    expect(retries).toEqual(Array.from({ length: attempts - 1 }, (_, index) => index + 1));
  });

  it("D a server that cannot be reached is a network failure that names the cause", async () => {
    const connection = openConnection(
      { kind: "compatible", baseUrl: "http://127.0.0.1:9", takesTemperature: true },
      { secrets: NO_KEYS, simulated: new SimulatedPopulation(), ports: testPorts() },
    );
    const result = await connection.call(REQUEST, PARTS);
    expect(result).toMatchObject({ ok: false, attempts: 6, failure: { code: "network" } });
  });

  it("D an abort ends a call at once and is no failure", async () => {
    const controller = new AbortController();
    const hanging: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))));
    const call = open(COMPATIBLE, hanging).call(REQUEST, {
      ...PARTS,
      signal: controller.signal,
    });
    setImmediate(() => controller.abort());
    expect(await call).toMatchObject({ ok: false, failure: { code: "aborted" } });
  });

  it.each<[string, () => Response]>([
    ["an empty body", () => new Response("", { headers: { "content-type": "text/event-stream" } })],
    ["a page of HTML", () => new Response("<html>Login</html>", { headers: { "content-type": "text/html" } })],
    ["a JSON answer that is no stream", () => new Response("{}", { headers: { "content-type": "application/json" } })],
    [
      "a stream that ends before its end",
      () => new Response(new Response("").body ?? "event: message_start\n", { headers: { "content-type": "text/event-stream" } }),
    ],
    [
      "an error in the stream",
      () =>
        new Response('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n', {
          headers: { "content-type": "text/event-stream" },
        }),
    ],
  ])("D %s is a failure, never an answer and never a throw", async (_name, answer) => {
    const { fetch } = recorder(answer);
    const result = await open(COMPATIBLE, fetch).call(REQUEST, PARTS);
    expect(result).toMatchObject({ ok: false, attempts: 6 });
    if (!result.ok) expect(["broken-answer", "overloaded", "network"]).toContain(result.failure.code);
  });
});
