/** An experiment's cap on output tokens: never passed, over however many starts, and nothing finished is lost to it. */
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import { memoryStore, runnerOn } from "#test/support/lab.ts";
import { org, prepared, textOf, undisturbed } from "#test/support/lossy-experiment.ts";

describe("the token cap", () => {
  it("J it is never passed, whatever it is, over a first start and a second", async () => {
    for (const cap of [1, 1_999, 2_000, 3_000, 4_000, 4_500, 5_000, 6_000, 8_000, 12_345]) {
      const store = memoryStore();
      const { id } = prepared(store);
      let spent = 0;
      const start = () =>
        runnerOn(store).start(id, {
          caps: { outputTokens: cap, usd: null },
          onEvent: (_arm, event) => {
            if (event.type === "call-ended") spent += event.answer.usage.outputTokens ?? Number.NaN;
          },
        });
      const end = await start();
      expect(spent).toBeLessThanOrEqual(cap);
      if (end.end !== "finished") expect(end.end).toBe("cap-reached");
      await start();
      expect(spent).toBeLessThanOrEqual(cap);
    }
  });

  it("J the cap is the whole experiment's: what stopped cells had spent counts too, however often it goes on", async () => {
    const store = memoryStore();
    const short: Org = { ...org, defaults: { ...org.defaults, settings: { maxOutputTokens: 300 } } };
    const { id } = prepared(store, { orgs: [short], repeats: 30 });
    let spent = 0;
    for (let start = 0; start < 40; start += 1) {
      let calls = 0;
      const runner = runnerOn(store);
      await runner.start(id, {
        caps: { outputTokens: 2_500, usd: null },
        onEvent: (_arm, event) => {
          if (event.type !== "call-ended") return;
          spent += event.answer.usage.outputTokens ?? Number.NaN;
          calls += 1;
          if (calls === 6) void runner.stop(id);
        },
      });
    }
    expect(spent).toBeGreaterThan(1_000);
    expect(spent).toBeLessThanOrEqual(2_500);
  });

  it("J what had finished is kept, and a higher cap goes on to the same report", async () => {
    const store = memoryStore();
    const { id } = prepared(store);
    expect((await runnerOn(store).start(id, { caps: { outputTokens: 3_000, usd: null } })).end).toBe("cap-reached");
    const counts = store.experiments.counts(id);
    expect(counts.done).toBeGreaterThan(0);
    expect(counts.failed).toBe(0);
    expect((await runnerOn(store).start(id, { caps: { outputTokens: null, usd: null } })).end).toBe("finished");
    expect(textOf(store, id)).toBe(await undisturbed());
  });
});
