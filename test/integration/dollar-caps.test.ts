import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { orgFileText } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import { main } from "#main/hosts/cli/main.ts";
import { startExperiment } from "#main/lab/use/plan-experiment.ts";
import { BUILT_IN_PRICES, type PriceTable } from "#main/models/prices.ts";
import { choices, makeLab } from "#test/contract/given.ts";
import { faultRun, outcomes } from "#test/support/fault-run.ts";
import { type Asked, type Fault, FaultServer, SERVER_PRICES } from "#test/support/fault-server.ts";
import { testOrg } from "#test/support/orgs.ts";
import { seeded } from "#test/support/seeded.ts";
import { plainSuite } from "#test/support/suites.ts";

/* Caps in US dollars, held against the bill that the server writes. */

const { input, output } = SERVER_PRICES;
const PRICES: PriceTable = {
  ...BUILT_IN_PRICES,
  models: { ...BUILT_IN_PRICES.models, m: { input, output, cacheRead: input / 10, cacheWrite: input * 1.25 } },
};
const prices = () => PRICES;

let server: FaultServer;
beforeEach(async () => {
  server = await FaultServer.start();
});
afterEach(() => server.close());

/** One in four requests goes wrong in a way that may have to be paid for, or not. */
function someFaults(seed: number): (asked: Asked) => Fault | null {
  const dice = seeded(seed);
  const faults: Fault[] = [{ cutAt: 0.9 }, { status: 529 }, { garbled: true }, { reset: true }];
  return () => (dice() < 0.25 ? (faults[Math.floor(dice() * faults.length)] ?? null) : null);
}

describe("a cap in dollars on the whole experiment", () => {
  it.each([0.03, 0.1, 0.3])("J %d dollars are never passed by the server's own bill, over several starts too", async (usd) => {
    server.slowMs = () => 1;
    server.fault = someFaults(Math.round(usd * 1_000));
    const made = faultRun(server, { prices, plan: { repeats: 10 } });
    for (let start = 1; start <= 3; start += 1) {
      const cap = (usd * start) / 3;
      expect((await made.runner.start(made.id, { caps: { outputTokens: null, usd: cap } })).end).toBe("cap-reached");
      expect(server.bill.usd).toBeLessThanOrEqual(cap);
    }
    // Refused is what might pass the cap, and a request's worst case is not much: most of it was put to use.
    expect(server.bill.usd).toBeGreaterThan(usd === 0.03 ? 0 : usd / 4);
    const { message } = await made.runner.start(made.id, { caps: { outputTokens: null, usd } });
    expect(message).toContain(`the cap of ${usd} US dollars leaves no room for another call`);
  });

  it("J answers by a model without a known price count as the most that they could have cost, and nothing goes on after them", async () => {
    const CAP = 0.5;
    const made = faultRun(server, { prices, plan: { repeats: 10 } });
    server.slowMs = () => 1;
    server.servedModel = "somebody-else";
    const end = await made.runner.start(made.id, { caps: { outputTokens: null, usd: CAP } });
    expect(end.end).toBe("cap-reached");
    expect(server.bill.usd).toBeLessThanOrEqual(CAP);
    // Counted as real costs these would have been a small part of the cap.
    expect(server.bill.usd).toBeLessThan(CAP / 2);
    const asked = server.asked.length;
    const again = await made.runner.start(made.id, { caps: { outputTokens: null, usd: 100 } });
    expect(again).toMatchObject({ end: "cap-reached", message: expect.stringContaining("what a call costs is not known") });
    expect(server.asked.length).toBe(asked);
  });
});

describe("a limit in dollars on each run", () => {
  const limited = (org: Org, costUsd: number): Org => ({
    ...org,
    defaults: { model: "m", settings: { maxOutputTokens: 400 } },
    limits: { ...org.limits, rounds: 12, costUsd },
  });
  const busy = testOrg("A>B,B>A,A>C,C>A,B>C,C>B,C>D,B>D,D>A");

  it.each([0.02, 0.05, 0.12])("J %d dollars are never passed by the server's own bill, through faults and stops", async (costUsd) => {
    let reached = 0;
    for (const schedule of ["rounds", "eager"] as const)
      for (let seed = 1; seed <= 4; seed += 1) {
        // One run alone, so that the bill is its own.
        const alone = await FaultServer.start();
        alone.slowMs = () => 1;
        alone.fault = someFaults(seed);
        const suite = plainSuite(1, 4);
        const plan = { orgs: [limited({ ...busy, schedule, name: `${schedule} ${seed}` }, costUsd)], solos: [], suite, repeats: 1, seed };
        const first = faultRun(alone, { prices, plan });
        const stopAfter = 2 + seed;
        await first.runner.start(first.id, {
          caps: { outputTokens: null, usd: null },
          onEvent: (_arm, event) => {
            if (event.type === "call-started" && alone.asked.length >= stopAfter) void first.runner.stop(first.id);
          },
        });
        expect(alone.bill.usd).toBeLessThanOrEqual(costUsd);
        const second = faultRun(alone, { prices, plan, store: first.store });
        await second.runner.start(second.id, { caps: { outputTokens: null, usd: null } });
        expect(outcomes(second)).toEqual({ done: 1 });
        expect(alone.bill.usd).toBeLessThanOrEqual(costUsd);
        const log = second.store.runs.events(second.store.experiments.cells(second.id)[0]?.runId ?? "");
        if (log.some(({ event }) => event.type === "limit-reached" && event.limit === "cost-limit")) reached += 1;
        await alone.close();
      }
    // The limit was what ended at least some of them.
    if (costUsd < 0.1) expect(reached).toBeGreaterThan(0);
  });
});

describe("a price that is not known", () => {
  const SUITE = plainSuite(2, 3);

  function given(org: Org) {
    const lab = makeLab();
    lab.store.orgs.create("org_x", org, 0);
    lab.store.orgs.keepSuite("0".repeat(64), SUITE, 0);
    const start = (usd: number | null, model: string | null) =>
      startExperiment(lab, {
        choices: choices("org_x", SUITE.id, { model, connection: { kind: "compatible", baseUrl: server.url, takesTemperature: true } }),
        name: "Test",
        fresh: false,
        caps: { outputTokens: null, usd },
      });
    return { lab, start };
  }

  it("J with a cap in dollars nothing starts, and the sentence names the model and what to do", async () => {
    const { lab, start } = given(testOrg("A>B"));
    const refused = start(1, "who-knows");
    expect(refused).toMatchObject({ ok: false, problems: [{ code: "unknown-price" }] });
    if (!refused.ok) {
      const { message } = refused.problems[0] ?? { message: "" };
      for (const words of ["1 US dollars", "who-knows", "prices.json", "output tokens"]) expect(message).toContain(words);
    }
    expect(lab.store.experiments.list()).toEqual([]);
    expect(server.asked).toEqual([]);
    // Without that cap, and with a model whose price is known, it starts.
    expect(start(null, "who-knows")).toMatchObject({ ok: true });
    expect(start(1, "claude-opus-5")).toMatchObject({ ok: true });
    await lab.close();
  });

  it("J with a limit in dollars per run nothing starts either, and the arm is named", async () => {
    const org = testOrg("A>B", (made) => ({ ...made, name: "Thrifty", limits: { ...made.limits, costUsd: 0.5 } }));
    const { lab, start } = given(org);
    const refused = start(null, "who-knows");
    expect(refused).toMatchObject({ ok: false, problems: [{ code: "unknown-price" }] });
    if (!refused.ok) {
      const { message } = refused.problems[0] ?? { message: "" };
      for (const words of ["Thrifty", "0.5 US dollars per run", "who-knows", "prices.json"]) expect(message).toContain(words);
    }
    expect(lab.store.experiments.list()).toEqual([]);
    expect(server.asked).toEqual([]);
    expect(start(null, "claude-opus-5")).toMatchObject({ ok: true });
    await lab.close();
  });

  it("J the command line refuses such a limit in one sentence, before a request is sent", async () => {
    const folder = mkdtempSync(join(tmpdir(), "driftlab-priced-"));
    const file = join(folder, "thrifty.org.json");
    const org = testOrg("A>B", (made) => ({ ...made, name: "Thrifty", limits: { ...made.limits, costUsd: 0.5 } }));
    writeFileSync(file, orgFileText(org));
    const said: string[] = [];
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
    try {
      const code = await main(["run", file, "--connection", server.url, "--model", "who-knows", "--db", join(folder, "lab.db")]);
      expect(code).toBe(2);
    } finally {
      stderr.mockRestore();
      rmSync(folder, { recursive: true, force: true });
    }
    expect(said.join("")).toMatch(/^Thrifty has a limit of 0\.5 US dollars per run, and the price of who-knows is not known: .*\n$/);
    expect(server.asked).toEqual([]);
  });
});
