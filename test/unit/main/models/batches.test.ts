import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelRequest } from "#shared/run/messages.ts";
import { type BatchItem, BATCH_LIMITS } from "#main/models/batch-requests.ts";
import { linesOf, readResultLine } from "#main/models/batch-results.ts";
import { BATCH_FACTOR, BatchDesk, type BatchDeskParts, type BatchDone } from "#main/models/batches.ts";
import { makeClient } from "#main/models/client.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";
import type { CellScript } from "#main/models/simulated/script.ts";
import { BatchTable } from "#main/store/batches.ts";
import { type OpenedStore, openStore } from "#main/store/open.ts";
import { answeredLine, type BatchServer, startBatchServer } from "#test/support/batch-server.ts";

const KEY = "sk-ant-a-secret-key-of-somebody";
const request = (text: string): ModelRequest => ({
  model: "some-model",
  max_tokens: 100,
  system: [{ type: "text", text: "Be brief." }],
  messages: [{ role: "user", content: [{ type: "text", text }] }],
  tools: [],
  thinking: "off",
});
const items = (...ids: string[]): BatchItem[] => ids.map((customId) => ({ customId, request: request(`Question ${customId}`) }));

let server: BatchServer;
let folder: string;
let opened: OpenedStore[] = [];
beforeEach(async () => {
  server = await startBatchServer();
  folder = mkdtempSync(join(tmpdir(), "driftlab-batches-"));
});
afterEach(async () => {
  for (const each of opened) each.close();
  opened = [];
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A process of its own: the store's file opened anew, and a desk over it. `die` ends it. */
function start(parts: Partial<BatchDeskParts> = {}) {
  const result = openStore({ file: join(folder, "store.db") });
  if (!result.ok) throw new Error(result.error.code);
  opened.push(result.store);
  const table = new BatchTable(result.store.db);
  const done: BatchDone[] = [];
  let ids = 0;
  const desk = new BatchDesk({
    shelf: table,
    connection: "anthropic",
    simulated: false,
    connect: () => ({ ok: true, client: makeClient({ baseUrl: server.url, apiKey: KEY }), apiKey: KEY }),
    nowMs: () => 1_000,
    newId: () => {
      ids += 1;
      return `bat_${ids}`;
    },
    onResult: (each) => done.push(each),
    ...parts,
  });
  const die = () => {
    result.store.close();
    opened = opened.filter((each) => each !== result.store);
  };
  return { desk, table, done, die, db: result.store.db };
}

const enqueue = (desk: BatchDesk, ...ids: string[]): string[] => {
  const result = desk.enqueue("draws", items(...ids));
  if (!result.ok) throw new Error(result.problem);
  return result.batchIds;
};
const kinds = (done: readonly BatchDone[]) => Object.fromEntries(done.map((each) => [each.customId, each.result.kind]));

describe("batches: the way through", () => {
  it("what is enqueued is stored before it is sent; the answers come by id with their tokens, each handled once", async () => {
    const { desk, table, done } = start();
    const [id = ""] = enqueue(desk, "one", "two");
    expect(server.asked).toEqual([]);
    expect(table.get(id)).toMatchObject({ state: "waiting", apiId: null, purpose: "draws" });
    expect(table.pending("anthropic", "draws")).toEqual(["one", "two"]);
    expect(await desk.submit()).toEqual([]);
    expect(table.get(id)).toMatchObject({ state: "submitted", apiId: "msgbatch_1" });
    expect(server.batches[0]?.requests.find((each) => each.custom_id === "one")?.params).toEqual({
      model: "some-model",
      max_tokens: 100,
      system: [{ type: "text", text: "Be brief." }],
      thinking: { type: "disabled" },
      messages: [{ role: "user", content: [{ type: "text", text: "Question one" }] }],
    });
    expect(await desk.poll()).toEqual({ ended: [], troubles: [] });
    server.end();
    expect(await desk.poll()).toEqual({ ended: [id], troubles: [] });
    expect(await desk.poll()).toEqual({ ended: [], troubles: [] });
    expect(done).toHaveLength(2);
    expect(done.find((each) => each.customId === "one")).toEqual({
      batchId: id,
      purpose: "draws",
      customId: "one",
      result: {
        kind: "answered",
        answer: {
          content: [{ type: "text", text: "Answer to one" }],
          stopReason: "end_turn",
          usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 2 },
          servedModel: "served",
          requestId: null,
          durationMs: 0,
          attempts: 1,
        },
      },
    });
    expect(table.results(id).map((each) => each.customId)).toEqual(["one", "two"]);
    expect(table.get(id)).toMatchObject({ state: "ended", failure: null });
    expect(table.pending("anthropic", "draws")).toEqual([]);
    expect(BATCH_FACTOR).toBe(0.5);
  });

  it("expired, canceled, errored and malformed are values, and none of them breaks the others", async () => {
    const { desk, done } = start();
    enqueue(desk, "ok", "late", "off", "bad", "busy", "odd", "strange", "lost");
    await desk.submit();
    const batch = server.batches[0];
    if (!batch) throw new Error("no batch");
    const line = (custom_id: string, result: unknown) => JSON.stringify({ custom_id, result });
    const error = (type: string) => ({ type: "errored", error: { type: "error", error: { type, message: `why: ${KEY}` } } });
    batch.lines = [
      line("late", { type: "expired" }),
      "{ this is no JSON",
      line("off", { type: "canceled" }),
      "null",
      line("bad", error("invalid_request_error")),
      "",
      line("busy", error("overloaded_error")),
      line("odd", { type: "succeeded", message: { content: [null] } }),
      line("strange", { type: "who knows" }),
      line("nobody", { type: "expired" }),
      answeredLine("ok", "Fine."),
      answeredLine("ok", "Twice."),
    ].toReversed();
    server.end();
    expect(await desk.poll()).toMatchObject({ ended: ["bat_1"], troubles: [] });
    expect(kinds(done)).toEqual({
      ok: "answered",
      late: "expired",
      off: "canceled",
      bad: "errored",
      busy: "errored",
      odd: "errored",
      strange: "errored",
      lost: "errored",
    });
    const failures = Object.fromEntries(
      done.flatMap(({ customId, result }) => (result.kind === "errored" ? [[customId, result.failure]] : [])),
    );
    expect(failures).toMatchObject({ bad: { code: "bad-request" }, busy: { code: "overloaded" }, odd: { code: "broken-answer" } });
    expect(failures.bad?.message).toBe("invalid_request_error: why: [key]");
    expect(failures.lost?.message).toMatch(/no readable line/);
    expect(done.find((each) => each.customId === "ok")?.result).toMatchObject({ answer: { content: [{ text: "Fine." }] } });
  });

  it("cancel: what waits is canceled at once and never sent, of what was sent the API says which", async () => {
    const { desk, done } = start();
    const [first = ""] = enqueue(desk, "a");
    expect(await desk.cancel(first)).toBeNull();
    expect(kinds(done)).toEqual({ a: "canceled" });
    const [second = ""] = enqueue(desk, "b", "c");
    await desk.submit();
    expect(server.batches).toHaveLength(1);
    expect(await desk.cancel(second)).toBeNull();
    const batch = server.batches[0];
    expect(batch?.status).toBe("canceling");
    if (batch) batch.lines = [answeredLine("b", "In time."), JSON.stringify({ custom_id: "c", result: { type: "canceled" } })];
    server.end();
    await desk.poll();
    expect(kinds(done)).toEqual({ a: "canceled", b: "answered", c: "canceled" });
    expect(await desk.cancel("bat_unknown")).toMatchObject({ code: "bad-request" });
  });
});

describe("batches: what goes wrong on the way", () => {
  it.each([
    ["429", 429, "rate-limited"],
    ["500", 500, "server"],
    ["529", 529, "overloaded"],
  ])("%s while sending and while polling leaves the batch as it was; the next time it goes through", async (_name, status, code) => {
    const { desk, table, done } = start();
    enqueue(desk, "a");
    const mishap = { status, headers: { "retry-after": "7" } };
    server.mishap = () => mishap;
    expect(await desk.submit()).toMatchObject([{ batchId: "bat_1", failure: { code }, retryAfterMs: 7_000 }]);
    expect(table.get("bat_1")?.state).toBe("waiting");
    server.mishap = () => null;
    await desk.submit();
    server.end();
    server.mishap = () => mishap;
    expect(await desk.poll()).toMatchObject({ ended: [], troubles: [{ failure: { code } }] });
    server.mishap = (_method, path) => (path.endsWith("/results") ? mishap : null);
    expect(await desk.poll()).toMatchObject({ ended: [], troubles: [{ failure: { code } }] });
    expect(table.get("bat_1")?.state).toBe("submitted");
    server.mishap = () => null;
    expect(await desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    expect(kinds(done)).toEqual({ a: "answered" });
    expect(server.batches).toHaveLength(1);
  });

  it("results that break off: what came is handled, the rest at the next poll, nothing twice", async () => {
    const { desk, done } = start();
    enqueue(desk, ...Array.from({ length: 20 }, (_, index) => `r${index}`));
    await desk.submit();
    server.end();
    server.mishap = (_method, path) => (path.endsWith("/results") ? { cutAfter: 1_500 } : null);
    expect(await desk.poll()).toMatchObject({ ended: [], troubles: [{ batchId: "bat_1" }] });
    const before = done.length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(20);
    server.mishap = () => null;
    expect(await desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    expect(new Set(done.map((each) => each.customId)).size).toBe(20);
    expect(done).toHaveLength(20);
    expect(done.every((each) => each.result.kind === "answered")).toBe(true);
  });

  it("a batch that the API refuses as it stands ends: every request is errored with the reason, and it is not sent again", async () => {
    const { desk, table, done } = start();
    enqueue(desk, "a", "b");
    const body = { type: "error", error: { type: "invalid_request_error", message: `no such field, says ${KEY}` } };
    server.mishap = () => ({ status: 400, body });
    expect(await desk.submit()).toMatchObject([{ failure: { code: "bad-request", message: "400: no such field, says [key]" } }]);
    expect(kinds(done)).toEqual({ a: "errored", b: "errored" });
    expect(table.get("bat_1")).toMatchObject({ state: "failed", failure: { code: "bad-request" } });
    server.mishap = () => null;
    expect(await desk.submit()).toEqual([]);
    expect(server.batches).toHaveLength(0);
  });

  it("a server without batches is said to be one; without a key, or with a wrong one, the batch waits for the right one", async () => {
    let hasKey = false;
    const { desk, table } = start({
      connect: () =>
        hasKey
          ? { ok: true, client: makeClient({ baseUrl: server.url, apiKey: KEY }), apiKey: KEY }
          : { ok: false, failure: { code: "no-key", message: "no key" } },
    });
    enqueue(desk, "a");
    expect(await desk.submit()).toMatchObject([{ failure: { code: "no-key" } }]);
    hasKey = true;
    server.mishap = () => ({ status: 401 });
    expect(await desk.submit()).toMatchObject([{ failure: { code: "auth" } }]);
    expect(table.get("bat_1")?.state).toBe("waiting");
    server.mishap = () => ({ status: 404 });
    expect(await desk.submit()).toMatchObject([{ failure: { message: expect.stringMatching(/^this server takes no message batches/) } }]);
    expect(table.get("bat_1")?.state).toBe("failed");
  });

  it("a batch that is not found is kept while its results may still be had by another key, and expires after 29 days", async () => {
    let nowMs = 0;
    const { desk, table, done } = start({ nowMs: () => nowMs });
    enqueue(desk, "a");
    await desk.submit();
    server.batches.length = 0;
    nowMs = 28 * 24 * 3_600_000;
    expect(await desk.poll()).toMatchObject({ troubles: [{ failure: { code: "bad-request" } }] });
    expect(table.get("bat_1")?.state).toBe("submitted");
    nowMs = 30 * 24 * 3_600_000;
    await desk.poll();
    expect(kinds(done)).toEqual({ a: "expired" });
    expect(table.get("bat_1")?.state).toBe("failed");
  });

  it("the key goes to the server it is for and nowhere else, and stands in no file of the store", async () => {
    const elsewhere = await startBatchServer();
    try {
      const { desk, db } = start();
      server.resultsUrl = () => `${elsewhere.url}/v1/messages/batches/msgbatch_1/results`;
      enqueue(desk, "a");
      await desk.submit();
      const batch = server.batches[0];
      if (batch) batch.lines = [answeredLine("a", `Your key is ${KEY}.`)];
      server.end();
      await desk.poll();
      expect(elsewhere.asked).toEqual([]);
      expect(new Set(server.keys)).toEqual(new Set([KEY]));
      db.pragma("wal_checkpoint(TRUNCATE)");
      for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes(KEY)).toBe(false);
    } finally {
      await elsewhere.close();
    }
  });

  it("a hostile name for a batch is not taken", async () => {
    const { desk, table } = start();
    enqueue(desk, "a");
    server.mishap = () => ({ status: 200, body: { id: "../../v1/elsewhere?" } });
    expect(await desk.submit()).toMatchObject([{ failure: { code: "broken-answer" } }]);
    expect(table.get("bat_1")).toMatchObject({ state: "waiting", apiId: null });
  });
});

describe("batches: a restart in between", () => {
  it("goes on where the one before stopped, at every place, and handles nothing twice", async () => {
    const first = start();
    enqueue(first.desk, "a", "b");
    first.die();
    const second = start();
    await second.desk.submit();
    second.die();
    const third = start();
    await third.desk.submit();
    expect(server.batches).toHaveLength(1);
    server.end();
    server.mishap = (_method, path) => (path.endsWith("/results") ? { cutAfter: answeredLine("b", "Answer to b").length + 1 } : null);
    await third.desk.poll();
    expect(kinds(third.done)).toEqual({ b: "answered" });
    third.die();
    server.mishap = () => null;
    const fourth = start();
    expect(await fourth.desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    expect(kinds(fourth.done)).toEqual({ a: "answered" });
    fourth.die();
    const fifth = start();
    expect(await fifth.desk.poll()).toEqual({ ended: [], troubles: [] });
    expect(fifth.done).toEqual([]);
  });

  it("broken off between the API's answer and our note of it, it is sent again, and what counts is the second", async () => {
    const first = start();
    enqueue(first.desk, "a");
    server.mishap = (method, path) => (method === "POST" && path === "/v1/messages/batches" ? { cutAfter: 5 } : null);
    expect(await first.desk.submit()).toHaveLength(1);
    first.die();
    server.mishap = () => null;
    const second = start();
    await second.desk.submit();
    expect(server.batches).toHaveLength(2);
    server.end(1);
    await second.desk.poll();
    expect(kinds(second.done)).toEqual({ a: "answered" });
  });

  it("a result whose handling throws is taken back with all that it wrote, the others stand, and it comes again", async () => {
    const parts = { fail: true };
    const { desk, table, db, done } = start({
      onResult: (each) => {
        db.prepare("INSERT INTO settled VALUES (?)").run(each.customId);
        if (parts.fail && each.customId === "b") {
          parts.fail = false;
          throw new Error("planted");
        }
        done.push(each);
      },
    });
    db.exec("CREATE TABLE settled (id TEXT PRIMARY KEY)");
    enqueue(desk, "a", "b", "c");
    await desk.submit();
    server.end();
    await expect(desk.poll()).rejects.toThrow("planted");
    const settled = () => db.prepare("SELECT id FROM settled ORDER BY id").pluck().all();
    expect(settled()).toEqual(["a", "c"]);
    expect(table.pending("anthropic", "draws")).toEqual(["b"]);
    expect(await desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    expect(settled()).toEqual(["a", "b", "c"]);
    expect(kinds(done)).toEqual({ a: "answered", b: "answered", c: "answered" });
  });

  it("two at once send a batch once; another connection's desk does not touch it", async () => {
    const { desk, table } = start();
    enqueue(desk, "a");
    const other = new BatchDesk({
      shelf: table,
      connection: "elsewhere",
      simulated: false,
      nowMs: () => 0,
      newId: () => "x",
      onResult: () => undefined,
      connect: () => ({ ok: true, client: makeClient({ baseUrl: server.url, apiKey: null }), apiKey: null }),
    });
    await Promise.all([desk.submit(), desk.submit(), other.submit(), desk.poll()]);
    expect(server.batches).toHaveLength(1);
    expect(await other.cancel("bat_1")).toMatchObject({ code: "bad-request" });
  });
});

describe("batches: what may be in one", () => {
  it.each([
    ["an empty id", [""], /1 to 64/],
    ["an id that is too long", ["x".repeat(65)], /1 to 64/],
    ["a slash", ["cell/a"], /“cell\/a” cannot be sent/],
    ["an accent", ["é"], /1 to 64/],
    ["a line end", ["a\n"], /1 to 64/],
    ["the same id twice", ["a", "b", "a"], /“a” stands there twice/],
    ["nothing", [], /no requests/],
  ])("%s is refused in a sentence, and nothing is stored", (_name, ids, sentence) => {
    const { desk, table } = start();
    expect(desk.enqueue("draws", items(...ids))).toEqual({ ok: false, problem: expect.stringMatching(sentence) });
    expect(table.inState("anthropic", "waiting")).toEqual([]);
  });

  it("more than the API takes at once is split, in order, with nothing lost", async () => {
    expect(BATCH_LIMITS).toEqual({ requests: 100_000, bytes: 256_000_000 });
    const byCount = start({ limits: { requests: 3, bytes: 1_000_000 } });
    expect(enqueue(byCount.desk, "a", "b", "c", "d", "e", "f", "g")).toHaveLength(3);
    await byCount.desk.submit();
    expect(server.batches.map((batch) => batch.requests.map((each) => each.custom_id))).toEqual([["a", "b", "c"], ["d", "e", "f"], ["g"]]);
  });

  it("no batch has more bytes than the limit, as it is sent", async () => {
    const limits = { requests: 100, bytes: 700 };
    const sizes: number[] = [];
    const { desk } = start({
      limits,
      connect: () => ({
        ok: true,
        apiKey: null,
        client: makeClient({
          baseUrl: server.url,
          apiKey: null,
          fetch: async (url, init) => {
            sizes.push(Buffer.byteLength(String(init?.body)));
            return fetch(url, init);
          },
        }),
      }),
    });
    enqueue(desk, ..."abcdefghij");
    await desk.submit();
    expect(sizes.length).toBeGreaterThan(1);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(limits.bytes);
    const big = desk.enqueue("draws", [{ customId: "big", request: request("ü".repeat(400)) }]);
    expect(big).toEqual({ ok: false, problem: expect.stringMatching(/“big” has \d+ bytes; a batch may have 700/) });
  });
});

describe("lines of results", () => {
  it("are the same however the bytes are cut, characters of several bytes too; an overlong line alone is lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 3, max: 30 }),
        async (texts, size, most) => {
          const lines = texts.map((text) => text.replaceAll("\n", " "));
          const bytes = new TextEncoder().encode(lines.join("\n"));
          const chunks = async function* () {
            for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
          };
          const read: string[] = [];
          for await (const line of linesOf(chunks(), most)) read.push(line);
          // A decoder takes a byte order mark at the beginning away.
          const whole = new TextDecoder().decode(bytes).split("\n");
          expect(read).toEqual(whole.map((line) => (line.length > most ? "" : line.trim())));
        },
      ),
    );
  });

  it("are read without ever throwing, whatever JSON they hold", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("succeeded", "errored", "expired", "canceled", "other"), (value, type) => {
        const parts = { apiKey: KEY, durationMs: 0 };
        for (const payload of [value, { custom_id: value }, { custom_id: "a", result: value }])
          readResultLine(JSON.stringify(payload), parts);
        const read = readResultLine(JSON.stringify({ custom_id: "a", result: { type, message: value, error: value } }), parts);
        expect(read?.customId).toBe("a");
        if (type === "errored" || type === "other") expect(read?.result.kind).toBe("errored");
      }),
    );
  });
});

describe("batches of the simulated population", () => {
  const script: CellScript = {
    cell: "cell",
    seed: 1,
    asks: [],
    silence: 0,
    refuse: 0,
    skill: 1,
    names: {},
    odds: {},
    constraints: [{ id: "k1", preserved: ["Rule 1 is firm."], weakened: ["w"], contradicted: ["c"], alsoPreserved: [] }],
  };
  const simulated = (population: SimulatedPopulation, parts: Partial<BatchDeskParts> = {}) => {
    const client = makeClient({ baseUrl: "http://simulated.invalid", apiKey: null, fetch: population.fetch });
    return start({ simulated: true, connection: "simulated", connect: () => ({ ok: true, client, apiKey: null }), ...parts });
  };
  const drawn: BatchItem[] = [1, 2].map((draw) => ({
    customId: `d${draw}`,
    request: request("Rule 1 is firm."),
    identity: { cell: "cell", agent: "a", turn: 1, call: 1, draw },
  }));

  it("are answered offline by their calls' identities, and have ended at the second poll", async () => {
    const population = new SimulatedPopulation();
    population.open(script);
    const { desk, done } = simulated(population);
    desk.enqueue("draws", drawn);
    await desk.submit();
    population.close("cell");
    expect(await desk.poll()).toEqual({ ended: [], troubles: [] });
    expect(await desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    const texts = done.map(({ result }) => (result.kind === "answered" ? JSON.stringify(result.answer.content) : result.kind));
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text).toContain("Rule 1 is firm.");
    expect(new Set(texts).size).toBe(2);
  });

  it("that went with their process are sent again", async () => {
    const population = new SimulatedPopulation();
    population.open(script);
    const first = simulated(population);
    first.desk.enqueue("draws", drawn);
    await first.desk.submit();
    await first.desk.poll();
    first.die();
    const anew = new SimulatedPopulation();
    anew.open(script);
    const second = simulated(anew);
    for (let round = 0; round < 3; round += 1) {
      await second.desk.poll();
      await second.desk.submit();
    }
    expect(kinds(second.done)).toEqual({ d1: "answered", d2: "answered" });
  });

  it("can be called off before they have ended; a bad request is errored by itself", async () => {
    const population = new SimulatedPopulation();
    const { desk, done } = simulated(population);
    const [off, bad] = [
      desk.enqueue("draws", items("off")),
      desk.enqueue("draws", [
        ...items("good"),
        {
          customId: "bad",
          request: {
            ...request("x"),
            system: Array.from({ length: 5 }, () => ({ type: "text", text: "x", cache_control: { type: "ephemeral" } })),
          },
        },
      ]),
    ];
    if (!off.ok || !bad.ok) throw new Error("not enqueued");
    await desk.submit();
    await desk.cancel(off.batchIds[0] ?? "");
    await desk.poll();
    await desk.poll();
    expect(kinds(done)).toEqual({ off: "canceled", good: "answered", bad: "errored" });
  });
});
