/** Proves that what comes again is marked for the prompt cache, stays the same from request to request, and saves money. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orgSchema } from "#shared/org/schema.ts";
import { asSent, type ModelRequest, sumOrNull } from "#shared/run/messages.ts";
import { loadSuite } from "#main/exchange/load-suite.ts";
import { PromptCache } from "#main/models/simulated/cache.ts";
import { cachedBlocks } from "#test/support/api-validity.ts";
import { stepsOf, TestCell } from "#test/support/cells.ts";
import { hostileScript, PLAIN_PRICES, scenes, seededLatency } from "#test/support/hostile.ts";
import { testOrg } from "#test/support/orgs.ts";
import { ofType, play, say, send, submit } from "#test/support/scripted-model.ts";

const MAIN = join(import.meta.dirname, "../../../../main/lab");

function marks(request: ModelRequest | undefined): number {
  return JSON.stringify(request ?? null).split('"cache_control"').length - 1;
}

describe("prompt caching", () => {
  const org = testOrg("A>B>A, B>C", (made) => ({
    ...made,
    agents: made.agents.map((agent) => ({ ...agent, memory: agent.name === "B" })),
  }));
  const script = {
    A: () => [send(["B"], "go on")],
    B: ({ nth }: { nth: number }) => (nth === 2 ? [send(["C"], "all")] : [say("Hm."), send(["A"], "What?")]),
    C: [[submit("done")]],
  };

  it("C instructions are marked always, the conversation where the agent remembers it, nothing where nothing is worth it", async () => {
    const { requests } = await play(org, script, { caches: true });
    expect(requests.A?.map(marks)).toEqual(requests.A?.map(() => 1));
    expect(requests.B?.map(marks)).toEqual(requests.B?.map(() => 2));
    expect(requests.B?.[0]?.system.at(-1)?.cache_control).toEqual({ type: "ephemeral" });
    expect(requests.B?.[0]?.messages.at(-1)?.content.at(-1)).toHaveProperty("cache_control");
    for (const each of Object.values((await play(org, script)).requests).flat()) expect(marks(each)).toBe(0);
  });

  it("C one call alone marks nothing: a prefix that comes once costs more with a mark", async () => {
    const solo = testOrg("Solo");
    for (const mode of [{ kind: "one-shot" as const }, { kind: "best-of" as const, draws: 2, choose: () => 0 }]) {
      const { requests } = await play(solo, { Solo: () => [say("Done.")] }, { mode, caches: true });
      for (const each of requests.Solo ?? []) expect(marks(each)).toBe(0);
    }
  });

  it("C whatever agents do, the next request of one that remembers begins with the last one, up to its last mark", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(scenes(), async (scene) => {
        const run = await play(scene.org, hostileScript(scene), {
          caches: true,
          latencyMs: seededLatency(scene.seed),
          prices: PLAIN_PRICES,
        });
        for (const agent of scene.org.agents.filter((each) => each.memory)) {
          const started = ofType(run.events, "call-started").filter((each) => each.agent === agent.id);
          for (const [index, { request, turn }] of started.entries()) {
            const next = started[index + 1];
            // A summary puts something new in the place of the old, and the last turn has other tools.
            const isAnew = [request, next?.request].some((each) => each?.tool_choice);
            const isLast = ofType(run.events, "turn-started").some(
              (each) => each.agent === agent.id && each.last && each.turn === next?.turn,
            );
            if (!next || isAnew || (isLast && turn !== next.turn)) continue;
            const before = cachedBlocks(request, "last-mark");
            expect(cachedBlocks(next.request, "all").slice(0, before.length)).toEqual(before);
            compared += 1;
          }
        }
      }),
      { seed: 20_261_181, numRuns: 200 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  it("B on the preset consultancy-12 and the suite that ships, a fifth of the input is paid at the full price where half is allowed", async () => {
    const preset = orgSchema.parse(JSON.parse(readFileSync(join(MAIN, "presets/consultancy-12.org.json"), "utf8")));
    const suite = loadSuite(readFileSync(join(MAIN, "suites/relay.suite.yaml"), "utf8"), "relay.suite.yaml");
    if (!suite.ok) throw new Error("The suite that ships does not load.");
    const cell = new TestCell(preset, suite.value);
    expect(await cell.run()).toMatchObject({ end: "finished" });
    const steps = stepsOf(cell.log);
    const cached = ofType(steps, "call-ended").reduce((sum, { answer }) => sum + (answer.usage.inputTokens ?? Number.NaN), 0);
    // The same requests without marks, as a connection without a cache gets them.
    const plain = ofType(steps, "call-started").reduce((sum, { request }) => {
      const unmarked = JSON.parse(
        JSON.stringify(asSent(request), (key, value: unknown) => (key === "cache_control" ? undefined : value)),
      ) as ModelRequest;
      return sum + new PromptCache().count("plain", unmarked, 0).inputTokens;
    }, 0);
    const total = ofType(steps, "call-ended").reduce(
      (sum, { answer: { usage } }) => sum + Number([usage.inputTokens, usage.cacheReadTokens, usage.cacheWriteTokens].reduce(sumOrNull, 0)),
      0,
    );
    expect(total).toBe(plain);
    const share = cached / plain;
    expect(share, `${cached} of ${plain} input tokens at the full price: ${(100 * share).toFixed(1)}%`).toBeLessThanOrEqual(0.5);
  });
});
