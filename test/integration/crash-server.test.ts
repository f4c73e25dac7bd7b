import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import { Runner } from "#main/lab/runner.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { Store } from "#main/store/store.ts";
import { buildCrashChild } from "#test/support/crash-build.ts";
import { killUntilDone, momentDice, resultsOf } from "#test/support/crash-chain.ts";
import { type CrashPlan, prepare } from "#test/support/crash-job.ts";
import { serverPlan } from "#test/support/crash-plans.ts";
import { byWords, CrashWatch } from "#test/support/crash-watch.ts";
import { FaultServer } from "#test/support/fault-server.ts";
import { memoryStore } from "#test/support/lab.ts";
import { seeded } from "#test/support/seeded.ts";

/* A process that is killed in the middle of requests to a server that counts what it was asked. */

const KILLS = Number(process.env.DRIFTLAB_CRASH_KILLS ?? 60);
const CHAINS = 3;
const CAP = 30_000;

let folder = "";
let child = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "driftlab-crash-"));
  child = await buildCrashChild(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function undisturbed(plan: CrashPlan): Promise<string> {
  const store = memoryStore();
  const id = prepare(store, plan);
  const secrets = { anthropicKey: () => null, serverKey: () => "key" };
  const runner = new Runner({ store, secrets, prices: () => BUILT_IN_PRICES, ports: NODE_PORTS });
  expect((await runner.start(id, { caps: { outputTokens: null, usd: null } })).end).toBe("finished");
  return resultsOf(store, id);
}

describe("kill -9 in the middle of requests", () => {
  it(`J ${KILLS} kills: what was under way is paid for again at most once a kill, and the cap holds by the server's own count`, async () => {
    const { seed } = momentDice("kills at a server");
    const started = Date.now();
    const left = { kills: KILLS };
    const watches: CrashWatch[] = [];
    const moments: string[] = [];
    let capsReached = 0;
    let asked = 0;
    const chain = async (number: number) => {
      const dice = seeded(seed + number);
      const home = join(folder, `server-${number}`);
      mkdirSync(home);
      const watch = new CrashWatch(byWords);
      watches.push(watch);
      for (let nth = 0; left.kills > 0; nth += 1) {
        const server = await FaultServer.start();
        server.slowMs = () => 3;
        const plan = serverPlan(1 + number * 1_000 + nth, server.url, number === 0);
        let read = 0;
        const run = (caps: { outputTokens: number | null; usd: null }) =>
          killUntilDone({
            child,
            folder: home,
            watch,
            dice,
            left,
            windowMs: 300,
            job: { plan, slowMs: 0, caps },
            async requests() {
              await server.idle();
              const added = server.asked.slice(read).map((each) => each.key);
              read = server.asked.length;
              return added;
            },
            onEnd: () => expect(server.bill.outputTokens).toBeLessThanOrEqual(caps.outputTokens ?? Infinity),
          });
        const capped = await run({ outputTokens: CAP, usd: null });
        if (capped.end.includes("cap-reached")) capsReached += 1;
        const rest = await run({ outputTokens: null, usd: null });
        moments.push(...capped.moments, ...rest.moments);
        expect(JSON.parse(rest.end)).toEqual({ end: "finished", message: null });
        watch.finish();
        expect(watch.broken).toEqual([]);
        asked += server.asked.length;
        // In an eager org the order of answers decides what is said next, so another run is another run.
        if (number > 0) {
          const opened = Store.open({ file: join(home, "lab.db"), readOnly: true });
          if (!opened.ok) throw new Error(opened.error.code);
          const id = opened.store.experiments.list().find((row) => row.plan.seed === plan.seed)?.id ?? "";
          expect(resultsOf(opened.store, id)).toBe(await undisturbed(plan));
          opened.store.close();
        }
        await server.close();
      }
    };
    await Promise.all(Array.from({ length: CHAINS }, (_, number) => chain(number)));
    const sum = (of: (watch: CrashWatch) => number) => watches.reduce((total, watch) => total + of(watch), 0);
    console.log(
      `${moments.length} kills in ${Date.now() - started} ms; ${sum((watch) => watch.callsEnded)} calls, ${asked} requests, ${capsReached} caps reached`,
    );
    console.log(moments.join(" "));
    expect(moments.length).toBeGreaterThanOrEqual(KILLS);
    expect(asked).toBeGreaterThan(sum((watch) => watch.callsEnded));
    expect(capsReached).toBeGreaterThan(0);
  }, 240_000);
});
