import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import type { RunEvent } from "#shared/run/events.ts";
import { Runner } from "#main/lab/runner.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { withoutKeys } from "#main/models/redact.ts";
import { streamResponse } from "#main/models/simulated/wire.ts";
import { Store } from "#main/store/store.ts";
import { prepareTestExperiment, testPorts } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

/* What a hostile or broken server may do to keys and to the cap, on a database in a file as it is kept. */

const suite = plainSuite(4, 3);
/** With signs that JSON and addresses write in another way. */
const KEY = 'own"key/abc-0123456789';

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driftlab-keys-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function openStore(): Store {
  const opened = Store.open({ file: join(folder, "lab.db") });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.store;
}

function prepare(store: Store, org: Org = testOrg("A>B>C"), repeats = 2): string {
  const connection = { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true } as const;
  return prepareTestExperiment(store, { orgs: [org], solos: ["one-shot"], suite, repeats, connection, model: "m" }).id;
}

const runnerOn = (store: Store, fetch: typeof globalThis.fetch, more: Partial<ConstructorParameters<typeof Runner>[0]> = {}) =>
  new Runner({
    store,
    secrets: { anthropicKey: () => null, serverKey: () => KEY },
    prices: () => BUILT_IN_PRICES,
    ports: testPorts(),
    fetch,
    ...more,
  });

/** Every byte that is kept. */
const kept = () =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("\n");

describe("a server that says the key back", () => {
  const said = (init: RequestInit | undefined) => {
    const headers = new Headers(init?.headers);
    return `bad key ${headers.get("x-api-key") ?? ""} in "Authorization: ${headers.get("authorization") ?? "Bearer someone-elses"}", not sk-ant-api03-another_one-123`;
  };
  it.each<[string, (text: string) => Response]>([
    ["a 401", (text) => Response.json({ type: "error", error: { type: "authentication_error", message: text } }, { status: 401 })],
    ["a 500 that is tried again", (text) => Response.json({ error: { message: text } }, { status: 500 })],
    ["a 400 that is no JSON", (text) => new Response(text, { status: 400 })],
    ["a message just long enough to cut the key", (text) => Response.json({ error: { message: "x".repeat(270) + text } }, { status: 401 })],
    [
      "an error in the stream",
      (text) =>
        new Response(`event: error\ndata: ${JSON.stringify({ type: "error", error: { type: "overloaded_error", message: text } })}\n\n`, {
          headers: { "content-type": "text/event-stream" },
        }),
    ],
  ])("D %s: neither events, calls, cells nor retries hold it", async (_name, answer) => {
    const store = openStore();
    const id = prepare(store);
    const events: RunEvent[] = [];
    let asked = 0;
    await runnerOn(store, async (_url, init) => {
      asked += 1;
      return answer(said(init));
    }).start(id, { caps: { outputTokens: null, usd: null }, onEvent: (_arm, event) => events.push(event) });
    expect(asked).toBeGreaterThan(0);
    const cells = store.experiments.cells(id);
    expect(cells.some((cell) => cell.outcome === "failed")).toBe(true);
    store.close();
    const all = [JSON.stringify(events), JSON.stringify(cells), kept()].join("\n");
    expect(all).toContain("call-failed");
    for (const secret of [KEY, KEY.slice(4), JSON.stringify(KEY).slice(1, -1), "0123456789", "sk-ant", "someone-elses"])
      expect(all).not.toContain(secret);
  });

  it("D what only looks like a key goes too, and words stay", () => {
    expect(withoutKeys("ask sk-proj-abcdef, Bearer abc.def and task-force or risk-taking", null)).toBe(
      "ask [key], Bearer [key] and task-force or risk-taking",
    );
    expect(withoutKeys("a", "")).toBe("a");
  });
});

describe("the token cap and streams that break", () => {
  const MOST = 1_000;
  const CAP = 20_000;
  const org = testOrg("A>B>C", (made) => ({ ...made, defaults: { model: "m", settings: { maxOutputTokens: MOST } } }));

  /** Serves as much as it may; each request's first attempt breaks after all of it was streamed, before its usage is said. */
  function greedy(more: { hang?: () => boolean } = {}) {
    const served = { tokens: 0 };
    const seen = new Set<string>();
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      const body = String(init?.body);
      const { max_tokens } = JSON.parse(body) as { max_tokens: number };
      served.tokens += max_tokens;
      if (more.hang?.())
        return new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));
      const answer = {
        id: "msg_1",
        model: "m",
        blocks: [{ type: "text" as const, text: "word ".repeat(max_tokens) }],
        stopReason: "end_turn" as const,
        inputTokens: 3,
        maxTokens: max_tokens,
      };
      const first = !seen.has(body);
      seen.add(body);
      return streamResponse(answer, first ? { cut: true } : null);
    };
    return { served, fetch };
  }

  it("J what a broken attempt may have cost counts, and each attempt has room before it is sent, over a resume too", async () => {
    const store = openStore();
    const id = prepare(store, org, 10);
    const first = greedy();
    const end = await runnerOn(store, first.fetch).start(id, { caps: { outputTokens: CAP, usd: null } });
    expect(end.end).toBe("cap-reached");
    expect(first.served.tokens).toBeGreaterThan(CAP - 2 * MOST);
    expect(first.served.tokens).toBeLessThanOrEqual(CAP);
    expect(store.spending.outputTokensSpent({ experiment: id })).toBe(first.served.tokens);
    const second = greedy();
    await runnerOn(store, second.fetch).start(id, { caps: { outputTokens: CAP + 5 * MOST, usd: null } });
    expect(second.served.tokens).toBeGreaterThan(0);
    expect(first.served.tokens + second.served.tokens).toBeLessThanOrEqual(CAP + 5 * MOST);
    store.close();
  });

  it("J a stop in the middle of calls: what was in flight counts when it goes on, what was only waiting does not", async () => {
    const store = openStore();
    const id = prepare(store, org, 10);
    let tokens = 0;
    for (let start = 0; start < 6; start += 1) {
      let asked = 0;
      const server = greedy({ hang: () => (asked += 1) > 3 });
      const runner = runnerOn(store, async (url, init) => {
        if (asked === 4) setImmediate(() => void runner.stop(id));
        return server.fetch(url, init);
      });
      await runner.start(id, { caps: { outputTokens: CAP, usd: null } });
      tokens += server.served.tokens;
      expect(store.spending.outputTokensSpent({ experiment: id })).toBe(tokens);
    }
    expect(tokens).toBeLessThanOrEqual(CAP);
    expect(tokens).toBeGreaterThan(CAP - 2 * MOST);
    store.close();
  });

  it("J a server that is not there costs nothing of the cap", async () => {
    const store = openStore();
    const id = prepare(store, org, 1);
    const refused = Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) });
    const end = await runnerOn(store, () => Promise.reject(refused)).start(id, { caps: { outputTokens: CAP, usd: null } });
    expect(end.end).toBe("failed");
    expect(store.spending.outputTokensSpent({ experiment: id })).toBe(0);
    store.close();
  });

  it("J of a process that died with calls open the worst case counts", async () => {
    const store = openStore();
    const id = prepare(store, org, 1);
    let closed = false;
    await runnerOn(store, () => new Promise(() => undefined)).start(id, {
      caps: { outputTokens: CAP, usd: null },
      onEvent: (_arm, event) => {
        if (event.type !== "call-started" || closed) return;
        closed = true;
        store.close();
      },
    });
    const again = openStore();
    expect(again.spending.outputTokensSpent({ experiment: id })).toBe(MOST);
    again.close();
  });
});
