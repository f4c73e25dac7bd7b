/** An experiment from plan to report: determinism, stopping and going on, its arms side by side, every preset. */
import { describe, expect, it } from "vitest";
import { reportSchema } from "#shared/drift/report.ts";
import { loadValue } from "#shared/format/load.ts";
import { orgFormat } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import chain3 from "#main/lab/presets/chain-3.org.json" with { type: "json" };
import consultancy12 from "#main/lab/presets/consultancy-12.org.json" with { type: "json" };
import flat4 from "#main/lab/presets/flat-4.org.json" with { type: "json" };
import hub5 from "#main/lab/presets/hub-5.org.json" with { type: "json" };
import pairReview from "#main/lab/presets/pair-review.org.json" with { type: "json" };
import { memoryStore, population, runExperiment, runnerOn, testPlan } from "#test/support/lab.ts";
import { lossy, org, prepared, suite, textOf, undisturbed } from "#test/support/lossy-experiment.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

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
