/** A batch's way through, from what may be in one to its answers. */
import { describe, expect, it } from "vitest";
import { BATCH_LIMITS } from "#main/models/batch-requests.ts";
import { BATCH_FACTOR } from "#main/models/batches.ts";
import { makeClient } from "#main/models/client.ts";
import { enqueue, items, KEY, kinds, request, batchBench } from "#test/support/batch-bench.ts";
import { answeredLine } from "#test/support/batch-server.ts";

const bench = batchBench();

describe("batches: the way through", () => {
  it("what is enqueued is stored before it is sent; the answers come by id with their tokens, each handled once", async () => {
    const { desk, table, done } = bench.start();
    const [id = ""] = enqueue(desk, "one", "two");
    expect(bench.server.asked).toEqual([]);
    expect(table.get(id)).toMatchObject({ state: "waiting", apiId: null, purpose: "draws" });
    expect(table.pending("anthropic", "draws")).toEqual(["one", "two"]);
    expect(await desk.submit()).toEqual([]);
    expect(table.get(id)).toMatchObject({ state: "submitted", apiId: "msgbatch_1" });
    expect(bench.server.batches[0]?.requests.find((each) => each.custom_id === "one")?.params).toEqual({
      model: "some-model",
      max_tokens: 100,
      system: [{ type: "text", text: "Be brief." }],
      thinking: { type: "disabled" },
      messages: [{ role: "user", content: [{ type: "text", text: "Question one" }] }],
    });
    expect(await desk.poll()).toEqual({ ended: [], troubles: [] });
    bench.server.end();
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
    const { desk, done } = bench.start();
    enqueue(desk, "ok", "late", "off", "bad", "busy", "odd", "strange", "lost");
    await desk.submit();
    const batch = bench.server.batches[0];
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
    bench.server.end();
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
    const { desk, done } = bench.start();
    const [first = ""] = enqueue(desk, "a");
    expect(await desk.cancel(first)).toBeNull();
    expect(kinds(done)).toEqual({ a: "canceled" });
    const [second = ""] = enqueue(desk, "b", "c");
    await desk.submit();
    expect(bench.server.batches).toHaveLength(1);
    expect(await desk.cancel(second)).toBeNull();
    const batch = bench.server.batches[0];
    expect(batch?.status).toBe("canceling");
    if (batch) batch.lines = [answeredLine("b", "In time."), JSON.stringify({ custom_id: "c", result: { type: "canceled" } })];
    bench.server.end();
    await desk.poll();
    expect(kinds(done)).toEqual({ a: "canceled", b: "answered", c: "canceled" });
    expect(await desk.cancel("bat_unknown")).toMatchObject({ code: "bad-request" });
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
    const { desk, table } = bench.start();
    expect(desk.enqueue("draws", items(...ids))).toEqual({ ok: false, problem: expect.stringMatching(sentence) });
    expect(table.inState("anthropic", "waiting")).toEqual([]);
  });

  it("more than the API takes at once is split, in order, with nothing lost", async () => {
    expect(BATCH_LIMITS).toEqual({ requests: 100_000, bytes: 256_000_000 });
    const byCount = bench.start({ limits: { requests: 3, bytes: 1_000_000 } });
    expect(enqueue(byCount.desk, "a", "b", "c", "d", "e", "f", "g")).toHaveLength(3);
    await byCount.desk.submit();
    expect(bench.server.batches.map((batch) => batch.requests.map((each) => each.custom_id))).toEqual([
      ["a", "b", "c"],
      ["d", "e", "f"],
      ["g"],
    ]);
  });

  it("no batch has more bytes than the limit, as it is sent", async () => {
    const limits = { requests: 100, bytes: 700 };
    const sizes: number[] = [];
    const { desk } = bench.start({
      limits,
      connect: () => ({
        ok: true,
        apiKey: null,
        client: makeClient({
          baseUrl: bench.server.url,
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
