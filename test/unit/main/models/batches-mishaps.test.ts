/** What goes wrong on a batch's way: a server that refuses, breaks off, or names another place. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeClient } from "#main/models/client.ts";
import { enqueue, KEY, kinds, batchBench } from "#test/support/batch-bench.ts";
import { answeredLine, startBatchServer } from "#test/support/batch-server.ts";

const bench = batchBench();

describe("batches: what goes wrong on the way", () => {
  it.each([
    ["429", 429, "rate-limited"],
    ["500", 500, "server"],
    ["529", 529, "overloaded"],
  ])("%s while sending and while polling leaves the batch as it was; the next time it goes through", async (_name, status, code) => {
    const { desk, table, done } = bench.start();
    enqueue(desk, "a");
    const mishap = { status, headers: { "retry-after": "7" } };
    bench.server.mishap = () => mishap;
    expect(await desk.submit()).toMatchObject([{ batchId: "bat_1", failure: { code }, retryAfterMs: 7_000 }]);
    expect(table.get("bat_1")?.state).toBe("waiting");
    bench.server.mishap = () => null;
    await desk.submit();
    bench.server.end();
    bench.server.mishap = () => mishap;
    expect(await desk.poll()).toMatchObject({ ended: [], troubles: [{ failure: { code } }] });
    bench.server.mishap = (_method, path) => (path.endsWith("/results") ? mishap : null);
    expect(await desk.poll()).toMatchObject({ ended: [], troubles: [{ failure: { code } }] });
    expect(table.get("bat_1")?.state).toBe("submitted");
    bench.server.mishap = () => null;
    expect(await desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    expect(kinds(done)).toEqual({ a: "answered" });
    expect(bench.server.batches).toHaveLength(1);
  });

  it("results that break off: what came is handled, the rest at the next poll, nothing twice", async () => {
    const { desk, done } = bench.start();
    enqueue(desk, ...Array.from({ length: 20 }, (_, index) => `r${index}`));
    await desk.submit();
    bench.server.end();
    bench.server.mishap = (_method, path) => (path.endsWith("/results") ? { cutAfter: 1_500 } : null);
    expect(await desk.poll()).toMatchObject({ ended: [], troubles: [{ batchId: "bat_1" }] });
    const before = done.length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(20);
    bench.server.mishap = () => null;
    expect(await desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    expect(new Set(done.map((each) => each.customId)).size).toBe(20);
    expect(done).toHaveLength(20);
    expect(done.every((each) => each.result.kind === "answered")).toBe(true);
  });

  it("a batch that the API refuses as it stands ends: every request is errored with the reason, and it is not sent again", async () => {
    const { desk, table, done } = bench.start();
    enqueue(desk, "a", "b");
    const body = { type: "error", error: { type: "invalid_request_error", message: `no such field, says ${KEY}` } };
    bench.server.mishap = () => ({ status: 400, body });
    expect(await desk.submit()).toMatchObject([{ failure: { code: "bad-request", message: "400: no such field, says [key]" } }]);
    expect(kinds(done)).toEqual({ a: "errored", b: "errored" });
    expect(table.get("bat_1")).toMatchObject({ state: "failed", failure: { code: "bad-request" } });
    bench.server.mishap = () => null;
    expect(await desk.submit()).toEqual([]);
    expect(bench.server.batches).toHaveLength(0);
  });

  it("a server without batches is said to be one; without a key, or with a wrong one, the batch waits for the right one", async () => {
    let hasKey = false;
    const { desk, table } = bench.start({
      connect: () =>
        hasKey
          ? { ok: true, client: makeClient({ baseUrl: bench.server.url, apiKey: KEY }), apiKey: KEY }
          : { ok: false, failure: { code: "no-key", message: "no key" } },
    });
    enqueue(desk, "a");
    expect(await desk.submit()).toMatchObject([{ failure: { code: "no-key" } }]);
    hasKey = true;
    bench.server.mishap = () => ({ status: 401 });
    expect(await desk.submit()).toMatchObject([{ failure: { code: "auth" } }]);
    expect(table.get("bat_1")?.state).toBe("waiting");
    bench.server.mishap = () => ({ status: 404 });
    expect(await desk.submit()).toMatchObject([{ failure: { message: expect.stringMatching(/^this server takes no message batches/) } }]);
    expect(table.get("bat_1")?.state).toBe("failed");
  });

  it("a batch that is not found is kept while its results may still be had by another key, and expires after 29 days", async () => {
    let nowMs = 0;
    const { desk, table, done } = bench.start({ nowMs: () => nowMs });
    enqueue(desk, "a");
    await desk.submit();
    bench.server.batches.length = 0;
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
      const { desk, db } = bench.start();
      bench.server.resultsUrl = () => `${elsewhere.url}/v1/messages/batches/msgbatch_1/results`;
      enqueue(desk, "a");
      await desk.submit();
      const batch = bench.server.batches[0];
      if (batch) batch.lines = [answeredLine("a", `Your key is ${KEY}.`)];
      bench.server.end();
      await desk.poll();
      expect(elsewhere.asked).toEqual([]);
      expect(new Set(bench.server.keys)).toEqual(new Set([KEY]));
      db.pragma("wal_checkpoint(TRUNCATE)");
      for (const name of readdirSync(bench.folder)) expect(readFileSync(join(bench.folder, name)).includes(KEY)).toBe(false);
    } finally {
      await elsewhere.close();
    }
  });

  it("a hostile name for a batch is not taken", async () => {
    const { desk, table } = bench.start();
    enqueue(desk, "a");
    bench.server.mishap = () => ({ status: 200, body: { id: "../../v1/elsewhere?" } });
    expect(await desk.submit()).toMatchObject([{ failure: { code: "broken-answer" } }]);
    expect(table.get("bat_1")).toMatchObject({ state: "waiting", apiId: null });
  });
});
