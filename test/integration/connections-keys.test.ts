/** Which key a connection sends, and to whom: its own to its own server, nothing of the environment to any. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Secrets } from "#main/models/connection.ts";
import { boundKey } from "#main/models/server-key.ts";
import { open, PARTS, recorder, REQUEST } from "#test/support/recorded-connection.ts";

/** The key that a request carries, in either of the API's two places. */
const keyOf = (headers: Headers | undefined) => headers?.get("x-api-key") ?? headers?.get("authorization")?.replace(/^Bearer /, "") ?? null;

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
});
