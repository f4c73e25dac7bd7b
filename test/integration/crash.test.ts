import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Runner } from "#main/lab/runner.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { Store } from "#main/store/store.ts";
import { buildCrashChild } from "#test/support/crash-build.ts";
import { killUntilDone, momentDice, resultsOf } from "#test/support/crash-chain.ts";
import { type CrashPlan, prepare } from "#test/support/crash-job.ts";
import { crashPlan, shortMemoryPlan } from "#test/support/crash-plans.ts";
import { byIdentity, CrashWatch } from "#test/support/crash-watch.ts";
import { memoryStore, testPorts } from "#test/support/lab.ts";
import { seeded } from "#test/support/seeded.ts";

/* A process that is killed in the middle of its work, again and again, and what it must not lose or do twice. */

const KILLS = Number(process.env.DRIFTLAB_CRASH_KILLS ?? 200);
/** So many processes at once, each with a file of its own. */
const CHAINS = 4;
const NO_CAPS = { outputTokens: null, usd: null };

let folder = "";
let child = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "driftlab-crash-"));
  child = await buildCrashChild(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The results of a run that nothing disturbs. */
async function undisturbed(plan: CrashPlan): Promise<{ results: string; types: Set<string> }> {
  const store = memoryStore();
  const id = prepare(store, plan);
  const runner = new Runner({
    store,
    secrets: { anthropicKey: () => null, serverKey: () => null },
    prices: () => BUILT_IN_PRICES,
    ports: testPorts(),
  });
  await runner.start(id, { caps: NO_CAPS });
  const events = store.experiments.cells(id).flatMap((cell) => store.runs.events(cell.runId ?? ""));
  return { results: resultsOf(store, id), types: new Set(events.map(({ event }) => event.type)) };
}

describe("kill -9", () => {
  it(`J ${KILLS} kills at random moments: what had ended stays and is not made again, no handoff twice, and the results are those of an undisturbed run`, async () => {
    const { seed } = momentDice("kills");
    const started = Date.now();
    const left = { kills: KILLS };
    const types = new Set<string>();
    const watches: CrashWatch[] = [];
    const moments: string[] = [];
    let finished = 0;
    const chain = async (number: number) => {
      const dice = seeded(seed + number);
      const home = join(folder, `chain-${number}`);
      const watch = new CrashWatch(byIdentity);
      watches.push(watch);
      mkdirSync(home);
      for (let nth = 0; left.kills > 0; nth += 1) {
        const planSeed = 1 + number * 1_000 + nth;
        const plan = number === 0 ? shortMemoryPlan(planSeed) : crashPlan(planSeed);
        const killed = await killUntilDone({
          child,
          folder: home,
          job: { plan, slowMs: 1, caps: NO_CAPS },
          watch,
          dice,
          windowMs: 280,
          left,
        });
        moments.push(...killed.moments);
        watch.finish();
        expect(JSON.parse(killed.end)).toEqual({ end: "finished", message: null });
        expect(watch.broken).toEqual([]);
        const expected = await undisturbed(plan);
        for (const type of expected.types) types.add(type);
        const opened = Store.open({ file: join(home, "lab.db"), readOnly: true });
        if (!opened.ok) throw new Error(opened.error.code);
        const id = opened.store.experiments.list().find((row) => row.plan.seed === plan.seed)?.id ?? "";
        expect(resultsOf(opened.store, id)).toBe(expected.results);
        opened.store.close();
        finished += 1;
      }
    };
    await Promise.all(Array.from({ length: CHAINS }, (_, number) => chain(number)));
    const sum = (of: (watch: CrashWatch) => number) => watches.reduce((total, watch) => total + of(watch), 0);
    console.log(
      `${moments.length} kills in ${Date.now() - started} ms; ${finished} experiments, ${sum((watch) => watch.callsEnded)} calls, ${sum((watch) => watch.requests)} requests, ${sum((watch) => watch.resumed)} runs gone on with`,
    );
    console.log(moments.join(" "));
    console.log(JSON.stringify(watches.map((watch) => Object.fromEntries(watch.lastTypes))));
    expect(moments.length).toBeGreaterThanOrEqual(KILLS);
    // The kills fell into the middle of things, and what they fell into was worth it.
    expect(sum((watch) => watch.resumed)).toBeGreaterThan(KILLS / 2);
    expect(sum((watch) => watch.requests)).toBeGreaterThan(sum((watch) => watch.callsEnded));
    expect([...types]).toEqual(expect.arrayContaining(["memory-summarised", "handoff-shown", "deliverable-chosen"]));
  }, 240_000);
});
