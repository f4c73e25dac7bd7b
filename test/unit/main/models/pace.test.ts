import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIRST_LIMIT, MOST_HOLD_MS, MOST_IN_FLIGHT, Pace, type PaceOutcome, type Permit } from "#main/models/pace.ts";
import { FakeClock, settled } from "#test/support/fake-clock.ts";

const NEVER = new AbortController().signal;

async function take(pace: Pace, count: number): Promise<Permit[]> {
  const permits: Permit[] = [];
  for (let each = 0; each < count; each += 1) permits.push(await pace.acquire(NEVER));
  return permits;
}

async function succeed(pace: Pace, count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) (await pace.acquire(NEVER)).done("ok");
}

describe("the pace of a connection", () => {
  it("starts at 10 at a time and lets the eleventh wait", async () => {
    const pace = new Pace(new FakeClock());
    const permits = await take(pace, FIRST_LIMIT);
    const eleventh = pace.acquire(NEVER);
    await settled();
    expect(pace).toMatchObject({ limit: 10, inFlight: 10, waiting: 1, cuts: 0 });
    permits[3]?.done("other");
    await eleventh;
    expect(pace).toMatchObject({ limit: 10, inFlight: 10, waiting: 0 });
  });

  it("grows by one after as many answers in a row as the limit is, up to 64", async () => {
    const pace = new Pace(new FakeClock());
    await succeed(pace, 9);
    expect(pace.limit).toBe(10);
    await succeed(pace, 1);
    expect(pace.limit).toBe(11);
    await succeed(pace, 10);
    expect(pace.limit).toBe(11);
    await succeed(pace, 1);
    expect(pace.limit).toBe(12);
    await succeed(pace, 64 * 64);
    expect(pace.limit).toBe(MOST_IN_FLIGHT);
  });

  it("is cut by a fifth once an episode: refusals of what was sent before the cut are the same episode", async () => {
    const pace = new Pace(new FakeClock());
    const [first, second, third, ...rest] = await take(pace, 10);
    first?.done("rate-limited");
    expect(pace).toMatchObject({ limit: 8, cuts: 1, inFlight: 9 });
    second?.done("rate-limited");
    third?.done("rate-limited");
    expect(pace).toMatchObject({ limit: 8, cuts: 1, inFlight: 7 });
    const [after] = await take(pace, 1);
    after?.done("rate-limited");
    expect(pace).toMatchObject({ limit: 6, cuts: 2 });
    for (const each of rest) each.done("rate-limited");
    expect(pace).toMatchObject({ limit: 6, cuts: 2, inFlight: 0 });
  });

  it("is never cut below one", async () => {
    const pace = new Pace(new FakeClock());
    for (let each = 0; each < 30; each += 1) (await pace.acquire(NEVER)).done("rate-limited");
    expect(pace).toMatchObject({ limit: 1, cuts: 30, inFlight: 0 });
  });

  it("holds while a server is in trouble: no cut, and the answers in a row start anew", async () => {
    const pace = new Pace(new FakeClock());
    await succeed(pace, 9);
    (await pace.acquire(NEVER)).done("overloaded");
    await succeed(pace, 9);
    expect(pace).toMatchObject({ limit: 10, cuts: 0 });
    await succeed(pace, 1);
    expect(pace.limit).toBe(11);
  });

  it("says nothing of what says nothing of the load: a bad request neither cuts nor interrupts", async () => {
    const pace = new Pace(new FakeClock());
    await succeed(pace, 9);
    (await pace.acquire(NEVER)).done("other", 60_000);
    await succeed(pace, 1);
    expect(pace).toMatchObject({ limit: 11, cuts: 0, heldUntilMs: null });
  });

  it("holds new requests back until a 429's retry-after has passed; a longer one that comes meanwhile counts", async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    const [first, second] = await take(pace, 2);
    first?.done("rate-limited", 1_000);
    let granted = false;
    const next = pace.acquire(NEVER).then((permit) => {
      granted = true;
      return permit;
    });
    await clock.pass(600);
    second?.done("rate-limited", 900);
    await clock.pass(400);
    expect({ granted, until: pace.heldUntilMs }).toEqual({ granted: false, until: 1_500 });
    await clock.pass(499);
    expect(granted).toBe(false);
    await clock.pass(1);
    expect(granted).toBe(true);
    expect(pace.heldUntilMs).toBeNull();
    (await next).done("ok");
  });

  it("D a retry-after of up to ten minutes holds back; a longer one, and one that is no time, not at all", async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    for (const odd of [Number.NaN, -5, 0, null, MOST_HOLD_MS + 1]) (await pace.acquire(NEVER)).done("rate-limited", odd);
    expect(pace.heldUntilMs).toBeNull();
    (await pace.acquire(NEVER)).done("rate-limited", MOST_HOLD_MS);
    expect(pace.heldUntilMs).toBe(MOST_HOLD_MS);
  });

  it("no timer runs when nobody waits, and who comes later sits out what is left", async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    (await pace.acquire(NEVER)).done("rate-limited", 1_000);
    expect(clock.sleeping).toBe(0);
    const controller = new AbortController();
    const waiting = pace.acquire(controller.signal);
    await settled();
    expect(clock.sleeping).toBe(1);
    controller.abort(new Error("stop"));
    await expect(waiting).rejects.toThrow("stop");
    await settled();
    expect({ sleeping: clock.sleeping, waiting: pace.waiting }).toEqual({ sleeping: 0, waiting: 0 });
    await clock.pass(900);
    let granted = false;
    const later = pace.acquire(NEVER).then((permit) => {
      granted = true;
      return permit;
    });
    await clock.pass(99);
    expect(granted).toBe(false);
    await clock.pass(1);
    expect(granted).toBe(true);
    (await later).done("ok");
    expect(pace.inFlight).toBe(0);
  });

  it("tells of cuts, growth and holds until it is told to stop", async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    const seen: number[] = [];
    const stop = pace.onChange(() => seen.push(pace.limit));
    await succeed(pace, 10);
    (await pace.acquire(NEVER)).done("rate-limited", 50);
    const waiting = pace.acquire(NEVER);
    await clock.pass(50);
    await waiting;
    expect(seen).toEqual([11, 8, 8]);
    stop();
    (await pace.acquire(NEVER)).done("rate-limited");
    expect(seen).toHaveLength(3);
  });
});

type Step =
  | { do: "acquire" }
  | { do: "done"; which: number; outcome: PaceOutcome; retryAfterMs: number | null }
  | { do: "done-again"; which: number }
  | { do: "abort"; which: number }
  | { do: "pass"; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: "acquire" } as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("done" as const),
      which: fc.nat(),
      outcome: fc.constantFrom<PaceOutcome>("ok", "ok", "rate-limited", "overloaded", "other"),
      retryAfterMs: fc.option(fc.integer({ min: 1, max: 50 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("done-again" as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("abort" as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 60 }) }) },
);

interface Asked {
  number: number;
  controller: AbortController;
}

describe("the pace of a connection, whatever happens in whatever order", () => {
  it("is never above its limit but right after a cut, serves in the order of asking, idles nobody and loses no permit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const clock = new FakeClock();
        const pace = new Pace(clock);
        const waiting: Asked[] = [];
        const flying: (Asked & { permit: Permit })[] = [];
        const ended: Permit[] = [];
        const granted: number[] = [];
        let asked = 0;
        for (const each of steps) {
          const before = pace.inFlight;
          if (each.do === "acquire") {
            const one: Asked = { number: asked, controller: new AbortController() };
            asked += 1;
            waiting.push(one);
            const ask = async () => {
              try {
                const permit = await pace.acquire(one.controller.signal);
                granted.push(one.number);
                flying.push({ ...one, permit });
              } catch (error) {
                expect(error).toBe(one.controller.signal.reason);
              }
              waiting.splice(waiting.indexOf(one), 1);
            };
            void ask();
          } else if (each.do === "done" && flying.length > 0) {
            const [one] = flying.splice(each.which % flying.length, 1);
            one?.permit.done(each.outcome, each.retryAfterMs);
            if (one) ended.push(one.permit);
          } else if (each.do === "done-again" && ended.length > 0) ended[each.which % ended.length]?.done("rate-limited", 1_000);
          else if (each.do === "abort") {
            // Of those that wait and of those that fly: the latter keep their permit until they give it back.
            const all = [...waiting, ...flying];
            all[each.which % all.length]?.controller.abort();
          } else if (each.do === "pass") await clock.pass(each.ms);
          await settled();
          expect(pace.inFlight).toBe(flying.length);
          expect(pace.waiting).toBe(waiting.length);
          expect(pace.inFlight).toBeLessThanOrEqual(Math.max(pace.limit, before));
          if (pace.heldUntilMs === null && pace.waiting > 0) expect(pace.inFlight).toBeGreaterThanOrEqual(pace.limit);
          expect(granted).toEqual([...granted].sort((a, b) => a - b));
          expect(pace.limit).toBeGreaterThanOrEqual(1);
          expect(pace.limit).toBeLessThanOrEqual(MOST_IN_FLIGHT);
        }
        await clock.pass(MOST_HOLD_MS);
        while (flying.length > 0) {
          flying.shift()?.permit.done("ok");
          await settled();
        }
        expect(pace).toMatchObject({ inFlight: 0, waiting: 0 });
        expect(clock.sleeping).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("comes to rest around what a server takes, from below and from above", async () => {
    for (let takes = 1; takes <= 60; takes += 1) {
      const pace = new Pace(new FakeClock());
      let atServer = 0;
      const limits: number[] = [];
      const one = async () => {
        const permit = await pace.acquire(NEVER);
        atServer += 1;
        const refused = atServer > takes;
        await settled();
        atServer -= 1;
        permit.done(refused ? "rate-limited" : "ok");
        limits.push(pace.limit);
      };
      for (let batch = 0; batch < 60; batch += 1) await Promise.all(Array.from({ length: 100 }, one));
      const late = limits.slice(-1_000);
      // It looks for more now and then, a step at a time, and falls back by a fifth: once it is there it never strays further.
      expect(Math.max(...late), String(takes)).toBeLessThanOrEqual(takes + 2);
      expect(Math.min(...late), String(takes)).toBeGreaterThanOrEqual(Math.max(1, Math.floor(takes * 0.8)));
      expect(pace).toMatchObject({ inFlight: 0, waiting: 0 });
    }
  });
});
