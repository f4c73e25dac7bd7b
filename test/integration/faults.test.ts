import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent } from "#shared/run/events.ts";
import type { Pace } from "#main/models/pace.ts";
import { FIRST_LIMIT } from "#main/models/pace.ts";
import { resultsOf } from "#test/support/crash-chain.ts";
import { type FaultRun, faultRun, NO_CAPS, outcomes, QUICK_RETRY } from "#test/support/fault-run.ts";
import { type Asked, type Fault, FaultServer } from "#test/support/fault-server.ts";

/* A server in trouble, over real sockets and through the real SDK: every cell still ends, and none harms another. */

let server: FaultServer;
beforeEach(async () => {
  server = await FaultServer.start();
});
afterEach(() => server.close());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs to the end; the events by the way. */
async function run(made: FaultRun): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const end = await made.runner.start(made.id, { caps: NO_CAPS, onEvent: (_arm, event) => events.push(event) });
  expect(end).toEqual({ end: "finished", message: null });
  return events;
}

const retriesOf = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === "call-retried" ? [event.reason] : []));

/** What an undisturbed server would have brought. */
async function undisturbed(plan: FaultRun["plan"]): Promise<string> {
  const { fault, slowMs } = server;
  server.fault = () => null;
  server.slowMs = () => 0;
  const made = faultRun(server, { plan });
  await run(made);
  Object.assign(server, { fault, slowMs });
  return resultsOf(made.store, made.id);
}

describe("a storm of 429", () => {
  interface Arrival {
    inFlight: number;
    permits: number;
    answered: number;
  }

  it("D the pace starts at 10, is cut by a fifth an episode, recovers one by one, and the server never sees more than it allows", async () => {
    const arrivals: Arrival[] = [];
    const limits = [FIRST_LIMIT];
    const sent: { permits: number; limit: number }[] = [];
    let pace: Pace | null = null;
    const paced: FaultRun = faultRun(server, {
      plan: { repeats: 4 },
      fetch: (url, init) => {
        if (!pace) {
          pace = paced.runner.pace(paced.spec);
          pace?.onChange(() => {
            if (pace && pace.limit !== limits.at(-1)) limits.push(pace.limit);
          });
        }
        sent.push({ permits: pace?.inFlight ?? 0, limit: pace?.limit ?? 0 });
        return fetch(url, init);
      },
    });
    server.slowMs = () => 2;
    server.fault = ({ number, inFlight }) => {
      arrivals.push({ inFlight, permits: pace?.inFlight ?? 0, answered: server.answered });
      const storm = (number > 40 && number <= 75) || (number > 150 && number <= 170);
      return storm ? { status: 429 } : null;
    };
    const events = await run(paced);
    expect(outcomes(paced)).toEqual({ done: paced.store.experiments.cells(paced.id).length });
    expect(retriesOf(events).filter((reason) => reason.startsWith("rate-limited"))).toHaveLength(55);
    // By the server's own count: ten at first, one more for every ten answers at the very most.
    expect(Math.max(...arrivals.map((each) => each.inFlight))).toBeGreaterThanOrEqual(FIRST_LIMIT);
    for (const { inFlight, permits, answered } of arrivals) {
      expect(inFlight).toBeLessThanOrEqual(FIRST_LIMIT + Math.floor(answered / FIRST_LIMIT));
      expect(inFlight).toBeLessThanOrEqual(permits);
    }
    for (const { permits, limit } of sent) expect(permits).toBeLessThanOrEqual(limit);
    // Each change is one more, or a fifth less; the storm cut it several times, and it came back from there.
    const steps = limits.slice(1).map((limit, index) => ({ from: limits[index] ?? 0, to: limit }));
    for (const { from, to } of steps) expect([from + 1, Math.max(1, Math.floor(from * 0.8))]).toContain(to);
    const lowest = Math.min(...limits);
    expect(lowest).toBeLessThanOrEqual(6);
    expect(limits.at(-1)).toBeGreaterThan(lowest);
    expect(pace).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  it("D with retry-after nothing at all is sent until it is over, then everything is done", async () => {
    const HOLD_MS = 600;
    const sent: number[] = [];
    const made = faultRun(server, {
      plan: { repeats: 2 },
      fetch: (url, init) => {
        sent.push(performance.now());
        return fetch(url, init);
      },
    });
    let refusedUntil = 0;
    let lastRefusal = 0;
    server.slowMs = () => 2;
    server.fault = ({ number, atMs }) => {
      if (number === 15) refusedUntil = atMs + 20;
      if (number < 15 || atMs > refusedUntil) return null;
      lastRefusal = atMs;
      return { status: 429, headers: { "retry-after": String(HOLD_MS / 1_000) } };
    };
    let known: number | null = null;
    await made.runner.start(made.id, {
      caps: NO_CAPS,
      onEvent: (_arm, event) => {
        if (event.type === "call-retried") known ??= performance.now();
      },
    });
    expect(outcomes(made)).toEqual({ done: made.store.experiments.cells(made.id).length });
    expect(known).not.toBeNull();
    // From when the first refusal was read; a timer may be a few milliseconds early.
    const over = lastRefusal + HOLD_MS - 10;
    expect(sent.filter((ms) => ms > (known ?? 0) && ms < over)).toEqual([]);
    expect(sent.some((ms) => ms >= over)).toBe(true);
    expect(server.asked).toHaveLength(sent.length);
  });
});

describe("answers that do not come whole", () => {
  /** Whether a request's first or second attempt goes wrong; its words name it. */
  function twice(fault: Fault): (asked: Asked) => Fault | null {
    const times = new Map<string, number>();
    return ({ key }) => {
      const time = (times.get(key) ?? 0) + 1;
      times.set(key, time);
      return time <= 2 ? fault : null;
    };
  }

  it.each<[string, Fault, RegExp]>([
    ["529", { status: 529 }, /^overloaded: 529/],
    ["500 with HTML", { status: 500, body: "<h1>Oh no</h1>" }, /^server: 500/],
    ["a stream cut before its first event", { cutAt: 0.01 }, /^(broken-answer|network): /],
    ["a stream cut in the middle", { cutAt: 0.5 }, /^(broken-answer|network): /],
    ["a stream cut right before its end", { cutAt: 0.97 }, /^(broken-answer|network): /],
    ["an event that is no JSON", { garbled: true }, /^broken-answer: /],
    ["a 200 that is no stream", { text: '{"type":"message","content":"hello"' }, /^(broken-answer|network): /],
    ["an empty 200", { text: "" }, /^(broken-answer|network): /],
    ["a connection that is reset", { reset: true }, /^network: /],
  ])("D %s, twice for every call: every cell is done, with the results of an undisturbed server", async (_name, fault, reason) => {
    const made = faultRun(server);
    server.fault = twice(fault);
    const events = await run(made);
    expect(outcomes(made)).toEqual({ done: made.store.experiments.cells(made.id).length });
    const calls = events.filter((event) => event.type === "call-ended").length;
    const retries = retriesOf(events);
    expect(retries).toHaveLength(2 * calls);
    for (const each of retries) expect(each).toMatch(reason);
    expect(resultsOf(made.store, made.id)).toBe(await undisturbed(made.plan));
    // Nobody is told that a server is overloaded by a fault that is not a 429.
    expect(made.runner.pace(made.spec)?.cuts).toBe(0);
  });

  it("D what broken answers may have cost is never less than what the server writes on its bill", async () => {
    const made = faultRun(server);
    server.fault = twice({ cutAt: 0.7 });
    await run(made);
    expect(server.bill.outputTokens).toBeGreaterThan(server.answered * 2 * 400);
    expect(made.store.spending.outputTokensSpent({ experiment: made.id })).toBeGreaterThanOrEqual(server.bill.outputTokens);
  });
});

describe("a stop", () => {
  it.each<[string, (asked: Asked) => Fault | null, number]>([
    ["answers that never come", () => ({ silent: true }), 0],
    ["answers that are half there", () => null, 30_000],
    ["a retry-after of seconds", () => ({ status: 429, headers: { "retry-after": "4" } }), 0],
    ["retries that wait", () => ({ status: 529 }), 0],
  ])("J in the middle of %s ends everything within a second, and nothing more is sent", async (_name, fault, slowMs) => {
    const made = faultRun(server, { retry: { ...QUICK_RETRY, baseMs: 60_000, mostMs: 60_000 } });
    server.fault = fault;
    server.slowMs = () => slowMs;
    const running = made.runner.start(made.id, { caps: NO_CAPS });
    while (server.asked.length < FIRST_LIMIT) await sleep(2);
    await sleep(30);
    const asked = server.asked.length;
    const stopped = performance.now();
    await made.runner.stop(made.id);
    expect(await running).toEqual({ end: "stopped", message: null });
    while (server.inFlight > 0) await sleep(2);
    expect(performance.now() - stopped).toBeLessThan(1_000);
    await sleep(300);
    expect(server.asked.length).toBe(asked);
    expect(made.runner.queue.size).toEqual({ active: 0, waiting: 0 });
    expect(made.runner.pace(made.spec)).toMatchObject({ inFlight: 0, waiting: 0 });
    expect(outcomes(made).done).toBeUndefined();
    // The same experiment goes on as if nothing had been.
    server.fault = () => null;
    server.slowMs = () => 0;
    const again = faultRun(server, { store: made.store });
    await run(again);
    expect(outcomes(again)).toEqual({ done: again.store.experiments.cells(again.id).length });
  });
});

describe("one cell that always goes wrong", () => {
  const poisoned = ({ body }: Asked) => JSON.stringify(body).includes("This is task 2.");

  it.each<[string, Fault, string]>([
    ["400", { status: 400 }, "bad-request"],
    ["answers that are always cut", { cutAt: 0.6 }, "broken-answer"],
    ["a 200 that is no stream", { text: "hello" }, "broken-answer"],
    ["an endless 529", { status: 529 }, "overloaded"],
  ])("D %s: it fails by name, and all others bring what they would have brought", async (_name, fault, code) => {
    const made = faultRun(server, { retry: { ...QUICK_RETRY, attempts: 3 } });
    server.fault = (asked) => (poisoned(asked) ? fault : null);
    await run(made);
    const healthy = faultRun(server);
    server.fault = () => null;
    await run(healthy);
    const cells = made.store.experiments.cells(made.id);
    for (const cell of cells) {
      if (cell.taskId === "t2") {
        expect(cell.outcome).toBe("failed");
        expect(cell.failureCode).toBe(code);
        expect(cell.failureMessage).toMatch(/\w/);
      } else {
        expect(cell.outcome).toBe("done");
        const other = healthy.store.experiments.cells(healthy.id).find((each) => each.runId === cell.runId);
        expect(made.store.results.deliverable(cell.runId ?? "")).toBe(healthy.store.results.deliverable(other?.runId ?? ""));
      }
    }
    expect(cells.filter((cell) => cell.outcome === "failed")).toHaveLength(cells.length / 3);
  });
});
