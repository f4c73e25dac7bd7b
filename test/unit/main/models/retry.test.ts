/** Proves when a call is tried again, how long is waited before, and the pace that a connection keeps. */
import { describe, expect, it } from "vitest";
import { openConnection } from "#main/models/connection.ts";
import { Pace } from "#main/models/pace.ts";
import { type CallParts, DEFAULT_RETRY, waitBefore } from "#main/models/retry.ts";
import { IDENTITY_HEADER, NOW_HEADER, SimulatedPopulation } from "#main/models/simulated/population.ts";
import { streamResponse } from "#main/models/simulated/wire.ts";
import { FakeClock, settled } from "#test/support/fake-clock.ts";
import { REQUEST } from "#test/support/recorded-connection.ts";

const fine = () =>
  streamResponse(
    { id: "msg_1", model: "m", blocks: [{ type: "text", text: "Hi." }], stopReason: "end_turn", inputTokens: 3, maxTokens: 100 },
    null,
  );
const failing = (status: number, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: "error", error: { type: "x", message: "no" } }), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

/** A connection with a pace and a clock that stands still, to a server that answers when it is told to. */
function bench() {
  const clock = new FakeClock();
  const pace = new Pace(clock);
  const asked: ((answer: Response) => Promise<void>)[] = [];
  const fetch: typeof globalThis.fetch = (_url, init) =>
    new Promise((resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      asked.push(async (answer) => {
        resolve(answer);
        for (let each = 0; each < 5; each += 1) await settled();
      });
    });
  const connection = openConnection(
    { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true },
    {
      secrets: { anthropicKey: () => null, serverKey: () => null },
      simulated: new SimulatedPopulation(),
      ports: { dice: () => 0, sleep: clock.sleep, nowMs: clock.nowMs },
      pace,
      fetch,
    },
  );
  const call = async (signal: AbortSignal = new AbortController().signal, parts: Partial<CallParts> = {}) =>
    connection.call(REQUEST, {
      identity: { cell: "c", agent: "a", turn: 1, call: 1, draw: 0 },
      signal,
      onRetry: () => undefined,
      ...parts,
    });
  return { clock, pace, asked, call };
}

describe("retries and the pace of a connection", () => {
  it("sends no more at a time than the pace allows, in order, and gives every permit back", async () => {
    const { pace, asked, call } = bench();
    const calls = Array.from({ length: 25 }, () => call());
    await settled();
    expect(asked).toHaveLength(10);
    for (let each = 0; each < 25; each += 1) {
      await asked[each]?.(fine());
      expect(pace.inFlight).toBeLessThanOrEqual(pace.limit);
    }
    expect((await Promise.all(calls)).every((result) => result.ok)).toBe(true);
    expect(pace).toMatchObject({ inFlight: 0, waiting: 0, limit: 12 });
  });

  it("holds no permit while it waits for its next attempt", async () => {
    const { clock, pace, asked, call } = bench();
    const result = call();
    await settled();
    expect(pace.inFlight).toBe(1);
    await asked[0]?.(failing(500));
    expect(pace.inFlight).toBe(0);
    await clock.pass(250);
    expect({ asked: asked.length, inFlight: pace.inFlight }).toEqual({ asked: 2, inFlight: 1 });
    await asked[1]?.(fine());
    expect(await result).toMatchObject({ ok: true, answer: { attempts: 2 } });
    expect(pace).toMatchObject({ inFlight: 0, limit: 10, cuts: 0 });
  });

  it("a 429's retry-after holds back other calls of the connection, new ones too", async () => {
    const { clock, pace, asked, call } = bench();
    const first = call();
    await settled();
    await asked[0]?.(failing(429, { "retry-after": "3" }));
    expect(pace).toMatchObject({ cuts: 1, limit: 8 });
    const other = call();
    await clock.pass(2_999);
    expect(asked).toHaveLength(1);
    await clock.pass(1);
    expect(asked).toHaveLength(3);
    await asked[1]?.(fine());
    await asked[2]?.(fine());
    expect(await first).toMatchObject({ ok: true });
    expect(await other).toMatchObject({ ok: true });
  });

  it("D obeys a retry-after of up to ten minutes to its end; asked for longer, a call fails at once and says for how long", async () => {
    const { clock, asked, call } = bench();
    const first = call();
    await settled();
    await asked[0]?.(failing(429, { "retry-after": "600" }));
    await clock.pass(599_999);
    expect(asked).toHaveLength(1);
    await clock.pass(1);
    expect(asked).toHaveLength(2);
    await asked[1]?.(failing(429, { "retry-after": "5400" }));
    expect(await first).toMatchObject({
      ok: false,
      attempts: 2,
      failure: { code: "rate-limited", message: expect.stringContaining("asks to wait 90 minutes") },
    });
    expect(clock.sleeping).toBe(0);
  });

  it("stays finite: after the last attempt nothing waits and nothing is held", async () => {
    const { clock, pace, asked, call } = bench();
    const result = call();
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await settled();
      await asked[attempt]?.(failing(429));
      await clock.pass(60_000);
    }
    expect(await result).toMatchObject({ ok: false, attempts: 6, failure: { code: "rate-limited" } });
    expect(pace).toMatchObject({ inFlight: 0, waiting: 0, cuts: 6 });
    expect(clock.sleeping).toBe(0);
  });

  it("a stop ends at once what waits for its turn, what waits for its next attempt and what is on its way", async () => {
    const { clock, pace, asked, call } = bench();
    const stop = new AbortController();
    const calls = Array.from({ length: 13 }, () => call(stop.signal));
    await settled();
    await asked[0]?.(failing(500));
    // One sleeps before its second attempt, ten fly, two wait for their turn.
    expect({ sleeping: clock.sleeping, inFlight: pace.inFlight, waiting: pace.waiting }).toEqual({ sleeping: 1, inFlight: 10, waiting: 2 });
    stop.abort();
    const results = await Promise.all(calls);
    expect(results.every((result) => !result.ok && result.failure.code === "aborted")).toBe(true);
    // What was never sent cost nothing and was no attempt.
    expect(results.slice(-2)).toMatchObject([
      { attempts: 0, lostTokens: 0 },
      { attempts: 0, lostTokens: 0 },
    ]);
    expect({ sleeping: clock.sleeping, inFlight: pace.inFlight, waiting: pace.waiting }).toEqual({ sleeping: 0, inFlight: 0, waiting: 0 });
  });

  it("a stop in the very moment of its turn sends nothing, costs nothing and gives the permit back", async () => {
    const { pace, asked, call } = bench();
    const permits = await Promise.all(Array.from({ length: 10 }, () => pace.acquire(new AbortController().signal)));
    const stop = new AbortController();
    const result = call(stop.signal);
    await settled();
    permits[0]?.done("other");
    stop.abort();
    expect(await result).toMatchObject({ ok: false, attempts: 0, lostTokens: 0, failure: { code: "aborted" } });
    expect({ asked: asked.length, inFlight: pace.inFlight, waiting: pace.waiting }).toEqual({ asked: 0, inFlight: 9, waiting: 0 });
  });

  it("words are heard as they come, and after a retry from the start again", async () => {
    const { clock, asked, call } = bench();
    let heard = "";
    const result = call(undefined, {
      onWords: (words) => {
        heard += words;
      },
      onRetry: () => {
        heard += "|";
      },
    });
    await settled();
    const broken = (await fine().text()).split("event: message_delta")[0] ?? "";
    await asked[0]?.(new Response(broken, { headers: { "content-type": "text/event-stream" } }));
    await clock.pass(1_000);
    await asked[1]?.(fine());
    expect(await result).toMatchObject({ ok: true, answer: { attempts: 2 } });
    expect(heard).toBe("Hi.|Hi.");
  });

  it("an answer's time leaves out the wait for its turn", async () => {
    const { clock, asked, call } = bench();
    const calls = Array.from({ length: 11 }, () => call());
    await settled();
    await clock.pass(5_000);
    await asked[0]?.(fine());
    await clock.pass(700);
    await asked[10]?.(fine());
    expect(await calls[10]).toMatchObject({ ok: true, answer: { durationMs: 700 } });
    for (let each = 1; each < 10; each += 1) await asked[each]?.(fine());
    await Promise.all(calls);
  });

  it.each<[string, () => Response, { cuts: number; limit: number }]>([
    ["a broken answer", () => new Response("", { headers: { "content-type": "text/event-stream" } }), { cuts: 0, limit: 10 }],
    ["an overloaded server", () => failing(529, { "retry-after": "60" }), { cuts: 0, limit: 10 }],
    ["a bad request", () => failing(400), { cuts: 0, limit: 10 }],
    ["a refusal for too many", () => failing(429), { cuts: 1, limit: 8 }],
  ])("%s moves the pace as it should and gives its permit back", async (_name, answer, expected) => {
    const { pace, asked, call } = bench();
    const stop = new AbortController();
    const result = call(stop.signal);
    await settled();
    await asked[0]?.(answer());
    expect(pace).toMatchObject({ ...expected, inFlight: 0, heldUntilMs: null });
    stop.abort();
    await result;
  });

  it("the simulated population has no pace", async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    const taken = await Promise.all(Array.from({ length: 10 }, () => pace.acquire(new AbortController().signal)));
    const result = await openConnection(
      { kind: "simulated" },
      {
        secrets: { anthropicKey: () => null, serverKey: () => null },
        simulated: new SimulatedPopulation(),
        ports: { dice: () => 0, sleep: clock.sleep, nowMs: clock.nowMs },
        pace,
      },
    ).call(REQUEST, {
      identity: { cell: "c", agent: "a", turn: 1, call: 1, draw: 0 },
      signal: new AbortController().signal,
      onRetry: () => undefined,
    });
    expect(result.ok).toBe(true);
    expect({ taken: taken.length, waiting: pace.waiting }).toEqual({ taken: 10, waiting: 0 });
  });

  it("D the cell's own time goes to the simulated population and to no server", async () => {
    const sent: Record<string, string[]> = { simulated: [], server: [] };
    const listen = (name: string, answer: typeof globalThis.fetch): typeof globalThis.fetch => {
      return (url, init) => {
        sent[name]?.push(
          ...[...new Headers(init?.headers)].filter(([header]) => header.includes("driftlab")).map((each) => each.join("=")),
        );
        return answer(url, init);
      };
    };
    const clock = new FakeClock();
    const population = new SimulatedPopulation();
    const parts = {
      secrets: { anthropicKey: () => null, serverKey: () => null },
      simulated: Object.assign(new SimulatedPopulation(), { fetch: listen("simulated", population.fetch) }),
      ports: { dice: () => 0, sleep: clock.sleep, nowMs: clock.nowMs },
      fetch: listen("server", async () => fine()),
    };
    for (const spec of [
      { kind: "simulated" } as const,
      { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true } as const,
    ])
      await openConnection(spec, parts).call(REQUEST, {
        identity: { cell: "c", agent: "a", turn: 1, call: 1, draw: 0 },
        signal: new AbortController().signal,
        nowMs: 1_234,
        onRetry: () => undefined,
      });
    expect(sent).toEqual({ simulated: [`${IDENTITY_HEADER}=c/a/1/1/0`, `${NOW_HEADER}=1234`], server: [] });
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
