/** Owns the laws of a run under both schedules, on a clock of its own: limits, deliveries, the log as the whole state, no chance in it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "#shared/run/events.ts";
import { initialRunState, reduceRun } from "#shared/run/reducer.ts";
import { OrgRun } from "#main/engine/org-run.ts";
import { playEager } from "#main/engine/play-eager.ts";
import { playRounds } from "#main/engine/play-rounds.ts";
import { settled } from "#test/support/fake-clock.ts";
import { hostileScript, PLAIN_PRICES, scenes, seededLatency, type Scene } from "#test/support/hostile.ts";
import { checkRun } from "#test/support/run-laws.ts";
import { play } from "#test/support/scripted-model.ts";
import { seeded } from "#test/support/seeded.ts";

function played(scene: Scene, before?: () => Promise<void>) {
  return play(scene.org, hostileScript(scene, before), { latencyMs: seededLatency(scene.seed), prices: PLAIN_PRICES, caches: true });
}

describe("runs under both schedules", () => {
  it("C no message off an edge, none lost or delivered twice, no limit passed, an end with a reason, requests that the API takes", async () => {
    const reasons = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(scenes(), async (scene) => {
        const run = await played(scene);
        checkRun(run, PLAIN_PRICES);
        const reason = `${scene.org.schedule} ${run.result.outcome === "done" ? run.result.reason : "?"}`;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }),
      { seed: 20_261_125, numRuns: 600 },
    );
    // The scenes get everywhere: each schedule ends at each kind of limit.
    for (const schedule of ["rounds", "eager"])
      for (const reason of [
        "token-limit",
        "time-limit",
        "cost-limit",
        "memory-full",
        "no-deliverable",
        "delivered",
        "delivered-in-last-turn",
      ])
        expect([...reasons.keys()]).toContain(`${schedule} ${reason}`);
  });

  it("C at every event the log alone gives the queue, the deliverables and the turns that the engine has", async () => {
    await fc.assert(
      fc.asyncProperty(scenes(), async (scene) => {
        let state = initialRunState();
        let before: RunEvent | null = null;
        const inHand = new Set<string>();
        const check = (run: OrgRun, event: RunEvent): void => {
          state = reduceRun(state, event);
          if (event.type === "turn-started") for (const id of event.messages) inHand.add(id);
          // Turns of one moment begin one after the other: their mail has left the queue together.
          const isFirstOfTurn = before?.type === "turn-started";
          before = event;
          // So may a turn end at once, where its memory is full.
          if (["turn-started", "round-started", "message-undelivered", "run-ended"].includes(event.type) || isFirstOfTurn) return;
          const waiting = (ids: string[]) => ids.filter((id) => !inHand.has(id)).sort();
          expect(waiting(state.mail.filter((mail) => mail.state === "queued").map((mail) => mail.id))).toEqual(
            waiting(run.queue.map((mail) => mail.id)),
          );
          expect(state.deliverables).toEqual(Object.fromEntries(run.deliverables));
          for (const each of run.agents) expect(state.agents[each.agent.id]?.turns).toBe(each.turns);
        };
        let run: OrgRun | null = null;
        const { result, log } = await play(scene.org, hostileScript(scene), {
          latencyMs: seededLatency(scene.seed),
          prices: PLAIN_PRICES,
          engine: (input, ports) => {
            run = new OrgRun(input, ports);
            run.begin();
            return scene.org.schedule === "eager" ? playEager(run) : playRounds(run);
          },
          onEvent: (event) => {
            if (run && event.type !== "run-started") check(run, event);
            else state = reduceRun(state, event);
          },
        });
        expect(log.length).toBeGreaterThan(2);
        expect(result).toMatchObject({ outcome: "done", reason: state.reason, deliverable: state.deliverable });
      }),
      { seed: 20_261_126, numRuns: 200 },
    );
  });

  it("C the same seed gives the same log to the millisecond, however long the answers really take", async () => {
    await fc.assert(
      fc.asyncProperty(scenes({ schedules: ["eager"] }), fc.nat(), async (made, shake) => {
        // An attempt that breaks is a matter of a connection, and a simulated one breaks only where a test says so.
        const scene = { ...made, answers: made.answers.map((each) => each.map((reply) => ({ ...reply, broken: null }))) };
        const dice = seeded(shake);
        const straight = await played(scene);
        const shaken = await played(scene, async () => {
          for (let left = Math.floor(dice() * 4); left > 0; left -= 1) await settled();
        });
        expect(shaken.log).toEqual(straight.log);
      }),
      { seed: 20_261_127, numRuns: 150 },
    );
  });

  it("C nothing leaks between runs that go on at once: each is as it is alone, and holds no word of another", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scenes(), { minLength: 2, maxLength: 4 }), async (some) => {
        const briefOf = (index: number) => `The brief with the mark <<${index}>>.`;
        const start = (scene: Scene, index: number) =>
          play(scene.org, hostileScript(scene), { brief: briefOf(index), latencyMs: seededLatency(scene.seed), prices: PLAIN_PRICES });
        const together = await Promise.all(some.map(start));
        for (const [index, scene] of some.entries()) {
          const alone = await start(scene, index);
          expect(together[index]?.log).toEqual(alone.log);
          const others = some.map((_, other) => briefOf(other)).filter((_, other) => other !== index);
          for (const brief of others) expect(JSON.stringify(together[index]?.log)).not.toContain(brief);
        }
      }),
      { seed: 20_261_128, numRuns: 40 },
    );
  });
});
