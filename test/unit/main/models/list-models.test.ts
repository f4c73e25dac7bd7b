/** Owns the tests of the list of models: the API's own, and what is offered without it. */
import { describe, expect, it } from "vitest";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import { Lab } from "#main/lab/lab.ts";
import { listModels } from "#main/lab/use/list-models.ts";
import { listApiModels } from "#main/models/list-models.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { memoryStore } from "#test/support/lab.ts";

const KEY = "sk-ant-secret-key";

function answering(status: number, body: unknown): { fetch: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = async (url) => {
    asked.push(String(url instanceof Request ? url.url : url));
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  };
  return { fetch, asked };
}

const listOf = (...ids: string[]) => ({
  data: ids.map((id) => ({ type: "model", id, display_name: id.toUpperCase(), created_at: "2026-01-01T00:00:00Z" })),
  has_more: false,
  first_id: ids[0] ?? null,
  last_id: ids.at(-1) ?? null,
});

function labWith(anthropicKey: string | null, fetch: typeof globalThis.fetch): Lab {
  return new Lab({
    store: memoryStore(),
    host: "test",
    appVersion: "test",
    folder: null,
    ports: NODE_PORTS,
    anthropicKey,
    newId: () => "id",
    runnerParts: { fetch },
  });
}

describe("the list of models", () => {
  it("is the API's own where there is a key, with the names people know", async () => {
    const { fetch, asked } = answering(200, listOf("claude-new-9", "claude-old-1"));
    const list = await listModels(labWith(KEY, fetch), undefined);
    expect(list).toEqual({
      models: [
        { model: "claude-new-9", name: "CLAUDE-NEW-9" },
        { model: "claude-old-1", name: "CLAUDE-OLD-1" },
      ],
      from: "api",
      why: null,
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("https://api.anthropic.com/v1/models");
  });

  it("is that of the known prices without a key, and nothing is asked over the network", async () => {
    const { fetch, asked } = answering(200, listOf("claude-new-9"));
    const list = await listModels(labWith(null, fetch), undefined);
    expect(asked).toEqual([]);
    expect(list.from).toBe("prices");
    expect(list.models.map((each) => each.model)).toEqual(
      Object.keys(BUILT_IN_PRICES.models).filter((model) => model.startsWith("claude-")),
    );
    expect(list.why).toContain("Without an API key");
  });

  it.each([
    ["a key that is refused", 401, { type: "error", error: { type: "authentication_error", message: `invalid x-api-key ${KEY}` } }],
    ["a server that is broken", 500, "no JSON that anybody expects"],
    ["an empty list", 200, listOf()],
  ])("is that of the known prices after %s, says why, and repeats no key", async (_name, status, body) => {
    const { fetch } = answering(status, body);
    const list = await listModels(labWith(KEY, fetch), undefined);
    expect(list.from).toBe("prices");
    expect(list.models.length).toBeGreaterThan(0);
    expect(list.why).toMatch(/^The API gave no list \(.+\)/);
    expect(list.why).not.toContain(KEY);
  });

  it("is given up on after a time, and when the person has gone", async () => {
    const silent: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    expect(await listApiModels(KEY, { timeoutMs: 20, fetch: silent })).toMatchObject({ ok: false });
    const gone = new AbortController();
    const waiting = listApiModels(KEY, { signal: gone.signal, timeoutMs: 60_000, fetch: silent });
    gone.abort();
    expect(await waiting).toMatchObject({ ok: false });
  });
});
