import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reportSchema } from "#shared/drift/report.ts";
import { loadValue } from "#shared/format/load.ts";
import { orgFormat } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import { reportOf, reportText } from "#main/lab/report.ts";
import { Runner } from "#main/lab/runner.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { Store } from "#main/store/store.ts";
import chain3 from "#main/lab/presets/chain-3.org.json" with { type: "json" };
import consultancy12 from "#main/lab/presets/consultancy-12.org.json" with { type: "json" };
import flat4 from "#main/lab/presets/flat-4.org.json" with { type: "json" };
import hub5 from "#main/lab/presets/hub-5.org.json" with { type: "json" };
import pairReview from "#main/lab/presets/pair-review.org.json" with { type: "json" };
import { memoryStore, population, prepareTestExperiment, runExperiment, testPlan, testPorts } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

const org = testOrg("A>B>C,A>C");
const suite = plainSuite(4, 4);
const lossy = population({ default: { keep: 0.6, weaken: 0.2, contradict: 0.05 }, spread: 0.5 });

function textOf(store: Store, id: string): string {
  const row = store.experiments.get(id);
  if (!row) throw new Error("no experiment");
  return reportText(reportOf(store, row));
}

/** A prepared experiment, and below a runner on it, so that a test can stop and go on. */
function prepared(store: Store, { fresh = false, ...fields }: { seed?: number; repeats?: number; orgs?: Org[]; fresh?: boolean } = {}) {
  return prepareTestExperiment(store, { orgs: [org], solos: ["one-shot"], suite, repeats: 4, population: lossy, ...fields }, fresh);
}
const runnerOn = (store: Store, more: Partial<ConstructorParameters<typeof Runner>[0]> = {}) =>
  new Runner({
    store,
    secrets: { anthropicKey: () => null, serverKey: () => null },
    prices: () => BUILT_IN_PRICES,
    ports: testPorts(),
    ...more,
  });

async function undisturbed(fields: Parameters<typeof prepared>[1] = {}): Promise<string> {
  const store = memoryStore();
  const { id } = prepared(store, fields);
  await runnerOn(store).start(id, { caps: { outputTokens: null, usd: null } });
  return textOf(store, id);
}

describe("determinism", () => {
  it("D J the same seed gives the same report, byte for byte; another seed another", async () => {
    const first = await undisturbed();
    expect(await undisturbed()).toBe(first);
    const other = JSON.parse(await undisturbed({ seed: 2 }));
    const same = JSON.parse(first);
    expect(other.edges.map((edge: { drift: { mean: number } }) => edge.drift.mean)).not.toEqual(
      same.edges.map((edge: { drift: { mean: number } }) => edge.drift.mean),
    );
  });

  it("J the report keeps to its schema, and its ids derive from plan and seed", async () => {
    const report = reportSchema.parse(JSON.parse(await undisturbed()));
    expect(report.experiment.id).toBe(`experiment_${report.experiment.planHash.slice(0, 16)}`);
    expect(report.badge).toBe("simulated");
    expect(report.arms.map((arm) => arm.kind)).toEqual(["org", "solo"]);
    expect(report.comparisons).toHaveLength(2);
    expect(report.edges).toHaveLength(3);
  });

  it.each([1, 10, 70, 200])("J stopping after %i events and going on gives the same report as not stopping", async (after) => {
    const store = memoryStore();
    const { id } = prepared(store);
    const runner = runnerOn(store);
    let events = 0;
    const first = await runner.start(id, {
      caps: { outputTokens: null, usd: null },
      onEvent: () => {
        events += 1;
        if (events === after) void runner.stop(id);
      },
    });
    expect(first.end).toBe("stopped");
    const counts = store.experiments.counts(id);
    expect(counts.done).toBeLessThan(32);
    expect((await runner.start(id, { caps: { outputTokens: null, usd: null } })).end).toBe("finished");
    expect(textOf(store, id)).toBe(await undisturbed());
    if (counts.done > 0) expect(store.experiments.counts(id).done).toBe(32);
  });

  it("J going on does nothing again that is done", async () => {
    const store = memoryStore();
    const { id } = prepared(store);
    await runnerOn(store).start(id, { caps: { outputTokens: null, usd: null } });
    let events = 0;
    await runnerOn(store).start(id, {
      caps: { outputTokens: null, usd: null },
      onEvent: () => {
        events += 1;
      },
    });
    expect(events).toBe(0);
  });

  it("J the same plan on the same store goes on; fresh starts another with its own id and the same figures", async () => {
    const store = memoryStore();
    const first = prepared(store);
    expect(prepared(store)).toEqual({ id: first.id, existing: true });
    const fresh = prepared(store, { fresh: true });
    expect(fresh.id).not.toBe(first.id);
    await runnerOn(store).start(first.id, { caps: { outputTokens: null, usd: null } });
    await runnerOn(store).start(fresh.id, { caps: { outputTokens: null, usd: null } });
    expect(textOf(store, fresh.id).replaceAll(fresh.id, first.id)).toBe(textOf(store, first.id));
  });

  it("M20 the plan hash changes with what is planned, and with nothing else", () => {
    const hash = (fields: object) => testPlan({ orgs: [org], suite, repeats: 2, population: lossy, ...fields }).planHash;
    const plain = hash({});
    expect(hash({})).toBe(plain);
    expect(hash({ tasks: ["t4", "t3", "t2", "t1"] })).toBe(plain);
    expect(hash({ orgs: [{ ...org, agents: org.agents.map((agent) => ({ ...agent, position: { x: 9, y: 9 } })) }] })).toBe(plain);
    for (const change of [
      { seed: 2 },
      { repeats: 3 },
      { solos: ["one-shot"] },
      { tasks: ["t1"] },
      { population: population({}) },
      { orgs: [testOrg("A>B")] },
      { suite: plainSuite(4, 5) },
    ])
      expect(hash(change)).not.toBe(plain);
  });

  it("E twins are left out unless asked for", () => {
    const withTwin = structuredClone(suite);
    withTwin.tasks.push({ ...structuredClone(withTwin.tasks[0] as (typeof withTwin.tasks)[number]), id: "t1-twin", twinOf: "t1" });
    const tasks = (choice: string[] | null) =>
      testPlan({ orgs: [org], suite: withTwin, tasks: choice, repeats: 1 }).plan.tasks.map((task) => task.id);
    expect(tasks(null)).toEqual(["t1", "t2", "t3", "t4"]);
    expect(tasks(["t1", "t1-twin"])).toEqual(["t1", "t1-twin"]);
  });
});

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

describe("M13 arms side by side", () => {
  it("F the solo arm gets the same brief to the letter, the same model and settings, one agent, one call", async () => {
    const set: Org = { ...org, defaults: { model: "m", settings: { maxOutputTokens: 1_234 } } };
    const { store, id } = await runExperiment({ orgs: [set], suite, repeats: 1, solos: ["one-shot"] });
    const requests = store.experiments
      .cells(id)
      .filter((cell) => cell.armId.startsWith("arm_solo"))
      .map((cell) => store.runs.events(cell.runId ?? "").flatMap(({ event }) => (event.type === "call-started" ? [event.request] : [])));
    expect(requests).toHaveLength(4);
    for (const [index, [request, ...more]] of requests.entries()) {
      expect(more).toEqual([]);
      expect(request).toMatchObject({ model: "simulated-population", max_tokens: 1_234, tools: [] });
      expect(request?.system.some((block) => block.text.includes(suite.tasks[index]?.brief ?? "–"))).toBe(true);
    }
  });
});

describe("presets", () => {
  it.each(
    Object.entries({ "pair-review": pairReview, "chain-3": chain3, "hub-5": hub5, "flat-4": flat4, "consultancy-12": consultancy12 }),
  )("K %s runs to complete on a plain suite, every edge used or said not to be", async (_name, file) => {
    const loaded = loadValue(orgFormat, structuredClone(file), "preset");
    if (!loaded.ok) throw new Error("not loaded");
    const { report } = await runExperiment({
      orgs: [loaded.value],
      suite: plainSuite(3, 4),
      repeats: 4,
      population: population({ default: { keep: 0.9, weaken: 0.05 } }),
    });
    expect(report.arms[0]).toMatchObject({ runs: 12, status: { complete: 12, refused: 0, incomplete: 0 } });
    for (const edge of report.edges) expect(edge.runsFired).toBeGreaterThan(0);
  });
});

describe("the database file", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "driftlab-test-"));
    file = join(folder, "deep", "driftlab.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const open = (options: Partial<Parameters<typeof Store.open>[0]> = {}) => {
    const opened = Store.open({ file, ...options });
    if (!opened.ok) throw new Error(opened.error.code);
    return opened.store;
  };

  it("H a process that dies in the middle of a run: reopened, it goes on to the report of an undisturbed one", async () => {
    const store = open();
    const { id } = prepared(store);
    let events = 0;
    // The store is gone from one moment to the next, as it is when a process is killed.
    const end = await runnerOn(store).start(id, {
      caps: { outputTokens: null, usd: null },
      onEvent: () => {
        events += 1;
        if (events === 150) store.close();
      },
    });
    expect(end.end).toBe("failed");
    const again = open();
    const counts = again.experiments.counts(id);
    expect(counts.done).toBeLessThan(32);
    expect(counts.failed).toBe(0);
    expect((await runnerOn(again).start(id, { caps: { outputTokens: null, usd: null } })).end).toBe("finished");
    expect(textOf(again, id)).toBe(await undisturbed());
    again.close();
  });

  it("H every event is stored before it is told", async () => {
    const store = open();
    const { id } = prepared(store, { repeats: 1 });
    let told = 0;
    await runnerOn(store).start(id, {
      caps: { outputTokens: null, usd: null },
      onEvent: () => {
        told += 1;
        const stored = store.experiments
          .cells(id)
          .reduce((total, cell) => total + (cell.runId ? store.runs.events(cell.runId).length : 0), 0);
        expect(stored).toBe(told);
      },
    });
    expect(told).toBeGreaterThan(0);
    store.close();
  });

  it("I deleting an experiment takes all its rows; archiving none", async () => {
    const store = open();
    const { id } = prepared(store, { repeats: 1 });
    await runnerOn(store).start(id, { caps: { outputTokens: null, usd: null } });
    store.experiments.archive(id, 5);
    expect(store.experiments.get(id)?.archived).toBe(true);
    store.experiments.delete(id);
    store.close();
    const raw = new Database(file, { readonly: true });
    for (const table of ["arms", "cells", "runs", "events", "calls", "handoffs", "probe_codes", "edge_scores", "ask_scores"])
      expect(raw.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get(), table).toBe(0);
    raw.close();
  });
});
