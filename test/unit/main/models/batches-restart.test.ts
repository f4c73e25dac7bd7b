/** Batches over restarts and beside each other: whatever breaks off in between, each is sent once and each result handled once. */
import { describe, expect, it } from "vitest";
import { BatchDesk } from "#main/models/batches.ts";
import { makeClient } from "#main/models/client.ts";
import { enqueue, kinds, batchBench } from "#test/support/batch-bench.ts";
import { answeredLine } from "#test/support/batch-server.ts";

const bench = batchBench();

describe("batches: a restart in between", () => {
  it("goes on where the one before stopped, at every place, and handles nothing twice", async () => {
    const first = bench.start();
    enqueue(first.desk, "a", "b");
    first.die();
    const second = bench.start();
    await second.desk.submit();
    second.die();
    const third = bench.start();
    await third.desk.submit();
    expect(bench.server.batches).toHaveLength(1);
    bench.server.end();
    bench.server.mishap = (_method, path) => (path.endsWith("/results") ? { cutAfter: answeredLine("b", "Answer to b").length + 1 } : null);
    await third.desk.poll();
    expect(kinds(third.done)).toEqual({ b: "answered" });
    third.die();
    bench.server.mishap = () => null;
    const fourth = bench.start();
    expect(await fourth.desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    expect(kinds(fourth.done)).toEqual({ a: "answered" });
    fourth.die();
    const fifth = bench.start();
    expect(await fifth.desk.poll()).toEqual({ ended: [], troubles: [] });
    expect(fifth.done).toEqual([]);
  });

  it("broken off between the API's answer and our note of it, it is sent again, and what counts is the second", async () => {
    const first = bench.start();
    enqueue(first.desk, "a");
    bench.server.mishap = (method, path) => (method === "POST" && path === "/v1/messages/batches" ? { cutAfter: 5 } : null);
    expect(await first.desk.submit()).toHaveLength(1);
    first.die();
    bench.server.mishap = () => null;
    const second = bench.start();
    await second.desk.submit();
    expect(bench.server.batches).toHaveLength(2);
    bench.server.end(1);
    await second.desk.poll();
    expect(kinds(second.done)).toEqual({ a: "answered" });
  });

  it("a result whose handling throws is taken back with all that it wrote, the others stand, and it comes again", async () => {
    const parts = { fail: true };
    const { desk, table, db, done } = bench.start({
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
    bench.server.end();
    await expect(desk.poll()).rejects.toThrow("planted");
    const settled = () => db.prepare("SELECT id FROM settled ORDER BY id").pluck().all();
    expect(settled()).toEqual(["a", "c"]);
    expect(table.pending("anthropic", "draws")).toEqual(["b"]);
    expect(await desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    expect(settled()).toEqual(["a", "b", "c"]);
    expect(kinds(done)).toEqual({ a: "answered", b: "answered", c: "answered" });
  });

  it("two at once send a batch once; another connection's desk does not touch it", async () => {
    const { desk, table } = bench.start();
    enqueue(desk, "a");
    const other = new BatchDesk({
      shelf: table,
      connection: "elsewhere",
      simulated: false,
      nowMs: () => 0,
      newId: () => "x",
      onResult: () => undefined,
      connect: () => ({ ok: true, client: makeClient({ baseUrl: bench.server.url, apiKey: null }), apiKey: null }),
    });
    await Promise.all([desk.submit(), desk.submit(), other.submit(), desk.poll()]);
    expect(bench.server.batches).toHaveLength(1);
    expect(await other.cancel("bat_1")).toMatchObject({ code: "bad-request" });
  });
});
