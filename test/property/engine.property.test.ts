/** Owns the law that a round's outcome does not hang on the order in which its answers come. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileScript, scenes } from "#test/support/hostile.ts";
import { ofType, play, type Played, type Script } from "#test/support/scripted-model.ts";

const EFFECTS = ["message-sent", "handoff-shown", "deliverable-submitted", "message-undelivered", "run-ended", "round-started"];

describe("engine properties", () => {
  it("C in rounds the same answers give the same events, whatever order they arrive in", async () => {
    await fc.assert(
      // Within one turn further calls depend on admission; limits on tokens, dollars and time are therefore left out here.
      fc.asyncProperty(scenes({ schedules: ["rounds"], orderFree: true }), fc.scheduler(), async (scene, scheduler) => {
        const script = hostileScript(scene);
        const straight = await play(scene.org, script);
        const delayed: Script = Object.fromEntries(
          Object.entries(script).map(([name, part]) => [
            name,
            (asked) => scheduler.schedule(Promise.resolve(typeof part === "function" ? part(asked) : [])),
          ]),
        );
        const playing = play(scene.org, delayed);
        await scheduler.waitFor(playing);
        const shuffled = await playing;
        // Calls of a round interleave; what they bring about does not.
        const effects = (run: Played) =>
          run.events
            .filter((event) => EFFECTS.includes(event.type))
            .map((event) => JSON.stringify(event))
            .sort();
        expect(effects(shuffled)).toEqual(effects(straight));
        expect(ofType(shuffled.events, "message-sent")).toEqual(ofType(straight.events, "message-sent"));
      }),
      { seed: 20_261_124, numRuns: 150 },
    );
  });
});
