import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelRequest } from "#shared/run/messages.ts";
import { openConnection, type Secrets } from "#main/models/connection.ts";
import { boundKey } from "#main/models/server-key.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { costUsd, BUILT_IN_PRICES } from "#main/models/prices.ts";
import { DEFAULT_RETRY, waitBefore } from "#main/models/retry.ts";
import { streamResponse } from "#main/models/simulated/wire.ts";
import { runExperiment, testPorts } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

const REQUEST: ModelRequest = {
  model: "some-model",
  max_tokens: 100,
  system: [{ type: "text", text: "Be brief." }],
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  tools: [],
};
const PARTS = {
  identity: { cell: "arm/t1/1", agent: "a", turn: 1, call: 1, draw: 0 },
  signal: new AbortController().signal,
  onRetry: () => undefined,
};
const NO_KEYS: Secrets = { anthropicKey: () => null, serverKey: () => null };

/** The key that a request carries, in either of the API's two places. */
const keyOf = (headers: Headers | undefined) => headers?.get("x-api-key") ?? headers?.get("authorization")?.replace(/^Bearer /, "") ?? null;

/** A network that writes down what was asked of it and answers like the API. */
function recorder(
  answer: () => Response = () =>
    streamResponse(
      {
        id: "msg_1",
        model: "served-model",
        blocks: [{ type: "text", text: "Hi." }],
        stopReason: "end_turn",
        inputTokens: 3,
        maxTokens: 100,
      },
      null,
    ),
) {
  const asked: { url: string; headers: Headers; body: Record<string, unknown> }[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    asked.push({
      url: String(url instanceof Request ? url.url : url),
      headers: new Headers(init?.headers),
      body: JSON.parse(String(init?.body)),
    });
    return answer();
  };
  return { asked, fetch };
}

const open = (spec: Parameters<typeof openConnection>[0], fetch: typeof globalThis.fetch, secrets: Secrets = NO_KEYS) =>
  openConnection(spec, { secrets, simulated: new SimulatedPopulation(), ports: testPorts(), fetch });

const LEAKS: Record<string, string> = {
  ANTHROPIC_API_KEY: "sk-ant-secret-key",
  ANTHROPIC_AUTH_TOKEN: "secret-token",
  ANTHROPIC_BASE_URL: "http://elsewhere.invalid",
  ANTHROPIC_CUSTOM_HEADERS: "x-leak: secret-header",
  ANTHROPIC_PROFILE: "secret-profile",
  ANTHROPIC_LOG: "debug",
};

describe("connections", () => {
  const before = { ...process.env };
  beforeEach(() => Object.assign(process.env, LEAKS));
  afterEach(() => {
    for (const name of Object.keys(LEAKS)) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it("D the SDK's environment variables and custom headers do not leak into a compatible server, and are left as they were", async () => {
    const { asked, fetch } = recorder();
    const result = await open({ kind: "compatible", baseUrl: "http://127.0.0.1:11434", takesTemperature: true }, fetch).call(
      REQUEST,
      PARTS,
    );
    expect(result.ok).toBe(true);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:11434\/v1\/messages/);
    const sent = JSON.stringify([...(asked[0]?.headers ?? [])]) + JSON.stringify(asked[0]?.body) + asked[0]?.url;
    expect(sent).not.toMatch(/secret/);
    expect(asked[0]?.headers.get("x-leak")).toBeNull();
    // No key of its own: none is sent at all.
    expect(keyOf(asked[0]?.headers)).toBeNull();
    for (const [name, value] of Object.entries(LEAKS)) expect(process.env[name]).toBe(value);
  });

  it("D a compatible server gets its own key, never the Anthropic one", async () => {
    const { asked, fetch } = recorder();
    await open({ kind: "compatible", baseUrl: "http://127.0.0.1:1234", takesTemperature: true }, fetch, {
      anthropicKey: () => "sk-ant-typed",
      serverKey: () => "own-key",
    }).call(REQUEST, PARTS);
    expect(keyOf(asked[0]?.headers)).toBe("own-key");
    expect(JSON.stringify([...(asked[0]?.headers ?? [])])).not.toContain("sk-ant");
  });

  it("D a server's key goes to the first origin that it is used with and to no other, and a refused call there says why", async () => {
    const { asked, fetch } = recorder();
    const refusing = recorder(() =>
      Response.json({ type: "error", error: { type: "authentication_error", message: "no key" } }, { status: 401 }),
    );
    const secrets: Secrets = { anthropicKey: () => null, ...boundKey("own-key") };
    const at = (baseUrl: string) => ({ kind: "compatible" as const, baseUrl, takesTemperature: true });
    await open(at("http://127.0.0.1:1234/one"), fetch, secrets).call(REQUEST, PARTS);
    await open(at("http://127.0.0.1:1234/two"), fetch, secrets).call(REQUEST, PARTS);
    const other = await open(at("http://127.0.0.1:1235"), refusing.fetch, secrets).call(REQUEST, PARTS);
    expect(asked.map((each) => keyOf(each.headers))).toEqual(["own-key", "own-key"]);
    expect(refusing.asked.map((each) => keyOf(each.headers))).toEqual([null]);
    expect(other).toMatchObject({
      ok: false,
      failure: { code: "auth", message: expect.stringContaining("went to http://127.0.0.1:1234 first") },
    });
    const message = other.ok ? "" : other.failure.message;
    expect(message).toContain("no key");
    expect(message).not.toContain("own-key");
  });

  it("D a key that no header can carry is said at once, and nothing is sent", async () => {
    const { asked, fetch } = recorder();
    for (const bad of ["own\u2011key", "own\nkey"]) {
      const result = await open({ kind: "anthropic" }, fetch, { anthropicKey: () => bad, serverKey: () => null }).call(REQUEST, PARTS);
      expect(result).toMatchObject({
        ok: false,
        attempts: 0,
        failure: { code: "auth", message: expect.stringContaining("copy it again") },
      });
      expect(JSON.stringify(result)).not.toContain(bad);
    }
    expect(asked).toEqual([]);
  });

  it("D the Anthropic API gets the key that the lab hands in, at its own address, whatever the environment says", async () => {
    const { asked, fetch } = recorder();
    const result = await open({ kind: "anthropic" }, fetch, { anthropicKey: () => "sk-ant-typed", serverKey: () => "own-key" }).call(
      REQUEST,
      PARTS,
    );
    expect(result).toMatchObject({ ok: true, answer: { servedModel: "served-model", requestId: "req_1" } });
    expect(asked[0]?.url).toMatch(/^https:\/\/api\.anthropic\.com\/v1\/messages/);
    expect(keyOf(asked[0]?.headers)).toBe("sk-ant-typed");
    expect(JSON.stringify([...(asked[0]?.headers ?? [])])).not.toMatch(/secret|own-key/);
    expect(asked[0]?.headers.get("x-leak")).toBeNull();
  });

  it("D without a key the Anthropic API is a clear failure, and nothing is sent", async () => {
    const { asked, fetch } = recorder();
    const result = await open({ kind: "anthropic" }, fetch).call(REQUEST, PARTS);
    expect(result).toMatchObject({ ok: false, attempts: 0, failure: { code: "no-key" } });
    if (!result.ok) expect(result.failure.message).toContain("ANTHROPIC_API_KEY");
    expect(asked).toEqual([]);
  });

  it("D a key that is typed in later counts", async () => {
    const { asked, fetch } = recorder();
    let key: string | null = null;
    const connection = open({ kind: "anthropic" }, fetch, { anthropicKey: () => key, serverKey: () => null });
    expect((await connection.call(REQUEST, PARTS)).ok).toBe(false);
    key = "first";
    await connection.call(REQUEST, PARTS);
    key = "second";
    await connection.call(REQUEST, PARTS);
    expect(asked.map((each) => keyOf(each.headers))).toEqual(["first", "second"]);
  });

  it("D the identity header is set on the simulated connection alone", async () => {
    const seen: string[] = [];
    const simulated = new SimulatedPopulation({
      faults: (identity) => {
        seen.push(identity);
        return null;
      },
    });
    await openConnection({ kind: "simulated" }, { secrets: NO_KEYS, simulated, ports: testPorts() }).call(REQUEST, PARTS);
    expect(seen).toEqual(["arm%2Ft1%2F1/a/1/1/0"]);
    for (const spec of [
      { kind: "anthropic" } as const,
      { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true } as const,
    ]) {
      const { asked, fetch } = recorder();
      await open(spec, fetch, { anthropicKey: () => "k", serverKey: () => null }).call(REQUEST, PARTS);
      expect([...(asked[0]?.headers.keys() ?? [])].filter((name) => name.includes("driftlab"))).toEqual([]);
      expect(JSON.stringify([...(asked[0]?.headers ?? [])])).not.toContain("arm%2Ft1");
    }
  });

  it("D nothing of what is for the population alone reaches a real model: no phrasing, no pattern, no weight", async () => {
    const { asked, fetch } = recorder();
    const suite = plainSuite(1, 2, () => 7);
    for (const rule of suite.tasks[0]?.ledger ?? []) rule.phrasings?.weakened.push("A phrasing that only the population knows.");
    await runExperiment({
      orgs: [testOrg("A>B")],
      suite,
      repeats: 1,
      connection: { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true },
      runnerParts: { fetch },
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(JSON.stringify(asked.map((each) => each.body))).not.toContain("only the population knows");
  });

  it("D settings travel: streaming, model, max_tokens, effort and thinking; temperature only where it is in the request; no empty tools", async () => {
    const { asked, fetch } = recorder();
    const connection = open({ kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true }, fetch);
    await connection.call({ ...REQUEST, effort: "high", thinking: "adaptive", temperature: 0.4 }, PARTS);
    await connection.call({ ...REQUEST, thinking: "off" }, PARTS);
    expect(asked[0]?.body).toMatchObject({
      stream: true,
      model: "some-model",
      max_tokens: 100,
      output_config: { effort: "high" },
      thinking: { type: "adaptive" },
      temperature: 0.4,
    });
    expect(asked[1]?.body).toMatchObject({ thinking: { type: "disabled" } });
    for (const field of ["temperature", "output_config", "tools", "effort"]) expect(asked[1]?.body).not.toHaveProperty(field);
  });

  it("D the org's temperature is sent to a server that takes it, and not to one that does not", async () => {
    const warm = { ...testOrg("A>B"), defaults: { model: "m", settings: { temperature: 0.2 } } };
    for (const takesTemperature of [true, false]) {
      const { asked, fetch } = recorder();
      await runExperiment({
        orgs: [warm],
        suite: plainSuite(1, 1),
        repeats: 1,
        connection: { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature },
        runnerParts: { fetch },
      });
      expect(asked.every((each) => "temperature" in each.body === takesTemperature)).toBe(true);
    }
  });

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
    const result = await open({ kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true }, fetch).call(REQUEST, {
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
    const call = open({ kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true }, hanging).call(REQUEST, {
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
    const result = await open({ kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true }, fetch).call(REQUEST, PARTS);
    expect(result).toMatchObject({ ok: false, attempts: 6 });
    if (!result.ok) expect(["broken-answer", "overloaded", "network"]).toContain(result.failure.code);
  });
});

describe("waiting before another attempt", () => {
  it("D grows, is jittered, and stays finite", () => {
    for (let attempt = 1; attempt <= 6; attempt += 1)
      for (const dice of [0, 0.5, 0.999]) {
        const wait = waitBefore(attempt, null, DEFAULT_RETRY, dice);
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(DEFAULT_RETRY.mostMs);
      }
    expect(waitBefore(3, null, DEFAULT_RETRY, 0)).toBeGreaterThan(waitBefore(1, null, DEFAULT_RETRY, 0));
    expect(waitBefore(1, null, DEFAULT_RETRY, 0)).not.toBe(waitBefore(1, null, DEFAULT_RETRY, 0.9));
  });

  it("D obeys retry-after, up to a bound", () => {
    expect(waitBefore(1, 9_000, DEFAULT_RETRY, 0)).toBe(9_000);
    expect(waitBefore(1, 9_000, DEFAULT_RETRY, 0.9)).toBeGreaterThanOrEqual(9_000);
    expect(waitBefore(1, 600_000, DEFAULT_RETRY, 0.5)).toBe(600_250);
    expect(DEFAULT_RETRY.mostRetryAfterMs).toBe(600_000);
  });
});

describe("prices", () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 1_000_000, cacheReadTokens: 1_000_000, cacheWriteTokens: 1_000_000 };
  it("D M21 all four kinds of token count; an unknown model's cost is null, never 0", () => {
    const table = { ...BUILT_IN_PRICES, models: { m: { input: 1, output: 10, cacheRead: 100, cacheWrite: 1_000 } } };
    expect(costUsd(table, "m", usage)).toBe(1_111);
    expect(costUsd(table, "m-20260101", usage)).toBe(1_111);
    for (const unknown of ["mm", "m-large", "m-2026", "", "__proto__", "constructor", "toString"])
      expect(costUsd(table, unknown, usage), unknown).toBeNull();
  });
});
