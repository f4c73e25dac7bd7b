/** Owns the laws of a run's record: played again it gives the same events, cut anywhere it goes on as if nothing had been. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { RunMode } from "#main/engine/mode.ts";
import { readRecord } from "#main/engine/record.ts";
import { replayRun } from "#main/engine/replay.ts";
import { labOrgs, stepsOf, TestCell } from "#test/support/cells.ts";
import { testOrg } from "#test/support/orgs.ts";
import { hostileReply, hostileScript, PLAIN_PRICES, scenes, seededLatency, type Scene } from "#test/support/hostile.ts";
import { checkRun } from "#test/support/run-laws.ts";
import { plainSuite } from "#test/support/suites.ts";
import { ofType, play, type Played, type PlayOptions } from "#test/support/scripted-model.ts";

const YEAR_MS = 365 * 24 * 3_600_000;

/** As processes do that start long after each other. */
function go(scene: Scene, log: readonly StampedEvent[] | null, more: PlayOptions = {}): Promise<Played> {
  return play(scene.org, hostileScript(scene), {
    latencyMs: seededLatency(scene.seed),
    prices: PLAIN_PRICES,
    caches: true,
    startMs: log ? (log.at(-1)?.atMs ?? 0) + YEAR_MS : YEAR_MS,
    ...(log ? { log } : {}),
    ...more,
  });
}

/** Goes on with a log, and writes down that it did, as the lab does. */
async function goOn(scene: Scene, log: readonly StampedEvent[], more: PlayOptions = {}): Promise<Played> {
  const played = await go(scene, log, more);
  const { open } = readRecord(log);
  const lostTokens = open.reduce((sum, call) => sum + call.outputTokens, 0);
  const resumed: StampedEvent = {
    seq: log.length,
    atMs: (log.at(-1)?.atMs ?? 0) + YEAR_MS,
    event: { type: "run-resumed", lostTokens, lostCalls: [] },
  };
  const after = played.log.slice(log.length).map((each) => ({ ...each, seq: each.seq + 1 }));
  return { ...played, log: [...log, resumed, ...after] };
}

function callsEnded(log: readonly StampedEvent[]): string[] {
  return log.flatMap(({ event }) => (event.type === "call-ended" ? [event.id] : []));
}

/** The steps by agent: what each did, in its order; retries apart. */
function stepsByAgent(log: readonly StampedEvent[]): Record<string, RunEvent[]> {
  const by: Record<string, RunEvent[]> = {};
  for (const event of readRecord(log).steps) {
    const who = "agent" in event ? event.agent : event.type === "message-sent" ? event.source : event.type;
    if (event.type !== "call-retried" && event.type !== "handoff-shown") (by[who] ??= []).push(event);
  }
  return by;
}

const soloModes: fc.Arbitrary<RunMode> = fc.oneof(
  fc.constant<RunMode>({ kind: "one-shot" }),
  fc.record({ kind: fc.constant("budget" as const), outputTokens: fc.integer({ min: 1, max: 6_000 }) }),
  fc.record({ kind: fc.constant("best-of" as const), draws: fc.integer({ min: 1, max: 5 }) }).map(({ draws, kind }) => ({
    kind,
    draws,
    choose: (texts: readonly string[]) => texts.length - 1,
  })),
);

describe("replay", () => {
  it("C any finished run, of either schedule, with retries, refusals and limits in its middle, plays again from its record alone", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(scenes(), async (scene) => {
        const run = await go(scene, null);
        const again = await replayRun(run.input, JSON.parse(JSON.stringify(run.log)) as StampedEvent[], setImmediate);
        expect(again.events).toEqual(JSON.parse(JSON.stringify(run.events)));
        expect(again.result).toEqual(run.result);
        for (const event of run.events)
          seen.add(event.type === "call-failed" ? `failed ${event.failure.limit ?? "time-limit"}` : event.type);
      }),
      { seed: 20_261_131, numRuns: 500 },
    );
    for (const what of ["call-retried", "tool-refused", "limit-reached", "memory-summarised", "failed token-limit", "failed time-limit"])
      expect([...seen]).toContain(what);
  });

  it("C so does a solo run of any kind, and best-of-n hands back what it handed back without choosing again", async () => {
    const org = testOrg("Solo", (solo) => ({ ...solo, limits: { ...solo.limits, rounds: null } }));
    await fc.assert(
      fc.asyncProperty(soloModes, fc.array(hostileReply, { minLength: 6, maxLength: 6 }), fc.nat(), async (mode, answers, seed) => {
        const run = await play(org, hostileScript({ org, answers: [answers], seed }), { mode, latencyMs: seededLatency(seed) });
        const blind: RunMode =
          mode.kind === "best-of"
            ? {
                ...mode,
                choose: () => {
                  throw new Error("chosen again");
                },
              }
            : mode;
        const again = await replayRun({ ...run.input, mode: blind }, run.log, setImmediate);
        expect(again.events).toEqual(run.events);
        expect(again.result).toEqual(run.result);
      }),
      { seed: 20_261_132, numRuns: 200 },
    );
  });
});

describe("going on", () => {
  it("C cut after any event, a run goes on: no ended call is made again, no handoff is there twice, time and lost tokens count", async () => {
    await fc.assert(
      fc.asyncProperty(scenes({ agents: 4 }), async (scene) => {
        const whole = await go(scene, null);
        for (let cut = 1; cut <= whole.log.length; cut += 1) {
          const log = whole.log.slice(0, cut);
          const run = await goOn(scene, log);
          expect(run.log.slice(0, cut)).toEqual(log);
          checkRun(run, PLAIN_PRICES);
          expect(new Set(callsEnded(run.log)).size, `cut at ${cut}`).toBe(callsEnded(run.log).length);
          const asked = Object.values(run.requests).flat().length;
          expect(asked, `cut at ${cut}`).toBeLessThanOrEqual(ofType(run.events, "call-started").length - callsEnded(log).length);
          const again = await replayRun(run.input, run.log, setImmediate);
          expect(again.events).toEqual(readRecord(run.log).steps);
        }
      }),
      { seed: 20_261_133, numRuns: 40 },
    );
  });

  it("C in rounds, it takes the very steps of a run that was never cut off, agent by agent", async () => {
    await fc.assert(
      fc.asyncProperty(scenes({ schedules: ["rounds"], orderFree: true, agents: 4 }), async (scene) => {
        const whole = await go(scene, null);
        for (let cut = 1; cut <= whole.log.length; cut += 1) {
          const run = await goOn(scene, whole.log.slice(0, cut));
          expect(stepsByAgent(run.log), `cut at ${cut}`).toEqual(stepsByAgent(whole.log));
        }
      }),
      { seed: 20_261_134, numRuns: 30 },
    );
  });

  it("C stopped at any event and at any event again, with calls called off on their way, it still keeps all laws", async () => {
    let stopped = 0;
    await fc.assert(
      fc.asyncProperty(scenes({ agents: 4 }), fc.array(fc.nat(60), { minLength: 2, maxLength: 4 }), async (scene, stops) => {
        let log: StampedEvent[] | null = null;
        for (const stop of [...stops, Infinity]) {
          const controller = new AbortController();
          let left = stop;
          const onEvent = () => {
            left -= 1;
            // A person's click comes when the engine waits, not in the middle of its thoughts.
            if (left === -1) setImmediate(() => controller.abort(new Error("stopped")));
          };
          const more = { signal: controller.signal, onEvent };
          const run: Played = log ? await goOn(scene, log, more) : await go(scene, null, more);
          log = run.log;
          if (run.result.outcome !== "done") {
            expect(run.result).toEqual({ outcome: "stopped" });
            continue;
          }
          checkRun(run, PLAIN_PRICES);
          stopped += log.some(({ event }) => event.type === "call-failed" && event.failure.code === "aborted") ? 1 : 0;
          expect(new Set(callsEnded(run.log)).size).toBe(callsEnded(run.log).length);
          return;
        }
        expect.unreachable();
      }),
      { seed: 20_261_135, numRuns: 300 },
    );
    expect(stopped).toBeGreaterThan(40);
  });
});

describe("a cell of the simulated population", () => {
  it("C cut after any event, goes on to the very steps of a run that was never cut off, without asking anything twice", async () => {
    await fc.assert(
      fc.asyncProperty(labOrgs(), fc.integer({ min: 1, max: 1_000 }), async (org, seed) => {
        const suite = plainSuite(1, 3);
        const whole = new TestCell(org, suite, { seed });
        expect(await whole.run()).toMatchObject({ end: "finished" });
        for (let cut = 1; cut < whole.log.length; cut += 1 + Math.floor(whole.log.length / 25)) {
          const log = whole.log.slice(0, cut);
          const again = new TestCell(org, suite, { seed, log });
          expect(await again.run()).toMatchObject({ end: "finished" });
          expect(again.row, `cut at ${cut}`).toMatchObject({ id: "run_before", status: whole.row.status, reason: whole.row.reason });
          expect(stepsOf(again.log), `cut at ${cut}`).toEqual(stepsOf(whole.log));
          const paid = callsEnded(log).map((id) => id.replace(/\.t(\d+)\.c(\d+)$/, "/$1/$2/"));
          for (const identity of again.asked) expect(paid.filter((id) => identity.includes(id))).toEqual([]);
        }
      }),
      { seed: 20_261_136, numRuns: 10 },
    );
  });

  it("C stopped anywhere, with calls called off on their way, goes on to the same steps", async () => {
    let stopped = 0;
    await fc.assert(
      fc.asyncProperty(labOrgs(), fc.integer({ min: 1, max: 1_000 }), fc.nat(40), async (org, seed, stop) => {
        const suite = plainSuite(1, 3);
        const whole = new TestCell(org, suite, { seed });
        await whole.run();
        const broken = new TestCell(org, suite, { seed });
        let left = stop;
        const first = await broken.run(() => {
          left -= 1;
          if (left === -1) setImmediate(() => broken.runner.stop(broken.key.experimentId));
        });
        if (first.end === "stopped") stopped += 1;
        expect(await broken.run()).toMatchObject({ end: "finished" });
        expect(broken.row.attempt).toBe(1);
        expect(stepsOf(broken.log)).toEqual(stepsOf(whole.log));
      }),
      { seed: 20_261_137, numRuns: 30 },
    );
    expect(stopped).toBeGreaterThan(7);
  });
});
