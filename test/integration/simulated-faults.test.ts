import { describe, expect, it } from "vitest";
import type { RunEvent } from "#shared/run/events.ts";
import { identityText } from "#shared/run/messages.ts";
import type { Org } from "#shared/org/schema.ts";
import { reportOf, reportText } from "#main/lab/report.ts";
import type { Fault } from "#main/models/simulated/wire.ts";
import { IDENTITY_HEADER } from "#main/models/simulated/population.ts";
import { population, runExperiment, testPorts } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

const org = testOrg("A>B>C");
const suite = plainSuite(3, 4);

/** All events of all runs, in the order of arms, tasks, repeats. */
function eventsOf({ store, id }: Awaited<ReturnType<typeof runExperiment>>): RunEvent[] {
  return store.experiments.cells(id).flatMap((cell) => (cell.runId ? store.runs.events(cell.runId).map((each) => each.event) : []));
}

const textOf = ({ store, id }: Awaited<ReturnType<typeof runExperiment>>) => {
  const row = store.experiments.get(id);
  if (!row) throw new Error("no experiment");
  return reportText(reportOf(store, row));
};

describe("simulated population underneath the SDK: what goes wrong on demand", () => {
  it.each<[string, Fault, RegExp]>([
    ["429", { status: 429, retryAfterSeconds: 3 }, /^rate-limited: 429/],
    ["529", { status: 529 }, /^overloaded: 529/],
    ["500", { status: 500 }, /^server: 500/],
    ["a cut stream", { cut: true }, /^(network|broken-answer): /],
    ["malformed JSON", { malformed: true }, /^broken-answer: /],
  ])("D %s is visible as call-retried, and the next attempt succeeds with the same result", async (_name, fault, reason) => {
    const straight = await runExperiment({ orgs: [org], suite, repeats: 1 });
    const bumpy = await runExperiment({
      orgs: [org],
      suite,
      repeats: 1,
      populationOptions: { faults: (_identity, attempt) => (attempt === 1 ? fault : null) },
    });
    const retries = eventsOf(bumpy).filter((event) => event.type === "call-retried");
    const calls = eventsOf(bumpy).filter((event) => event.type === "call-started");
    expect(calls.length).toBeGreaterThan(0);
    expect(retries).toHaveLength(calls.length);
    for (const each of retries) expect(each.reason).toMatch(reason);
    for (const event of eventsOf(bumpy)) if (event.type === "call-ended") expect(event.answer.attempts).toBe(2);
    expect(textOf(bumpy)).toBe(textOf(straight));
  });

  it("D a wait obeys retry-after: never shorter than the server asked for", async () => {
    const slept: number[] = [];
    const run = await runExperiment({
      orgs: [org],
      suite,
      repeats: 1,
      populationOptions: { faults: (_identity, attempt) => (attempt === 1 ? { status: 429, retryAfterSeconds: 7 } : null) },
      runnerParts: {
        ports: {
          ...testPorts(),
          sleep: async (ms) => {
            slept.push(ms);
          },
        },
      },
    });
    expect(slept.length).toBeGreaterThan(0);
    for (const ms of slept) expect(ms).toBeGreaterThanOrEqual(7_000);
    for (const event of eventsOf(run)) if (event.type === "call-retried") expect(event.waitMs).toBeGreaterThanOrEqual(7_000);
  });

  it("D retries are finite: a cell whose attempts all fail is failed with its code, the others are done", async () => {
    const run = await runExperiment({
      orgs: [org],
      suite,
      repeats: 1,
      populationOptions: { faults: (identity) => (decodeURIComponent(identity).includes("/t2/") ? { status: 529 } : null) },
    });
    const cells = run.store.experiments.cells(run.id);
    expect(cells.filter((cell) => cell.outcome === "failed")).toMatchObject([{ taskId: "t2", failureCode: "overloaded", status: null }]);
    expect(cells.filter((cell) => cell.outcome === "done")).toHaveLength(2);
    expect(run.report.arms[0]).toMatchObject({ runs: 2, cells: { done: 2, failed: 1, stopped: 0 } });
    const failed = eventsOf(run).filter((event) => event.type === "call-failed");
    expect(failed).toMatchObject([{ attempts: 6 }]);
  });

  it("D an answer cut at max_tokens: the truncated call is rejected and told, and the run still ends with a reason", async () => {
    const tight: Org = { ...org, defaults: { ...org.defaults, settings: { maxOutputTokens: 20 } } };
    const run = await runExperiment({ orgs: [tight], suite, repeats: 1 });
    const events = eventsOf(run);
    expect(events.filter((event) => event.type === "tool-refused" && event.code === "cut-answer").length).toBeGreaterThan(0);
    expect(events.filter((event) => event.type === "run-ended")).toHaveLength(3);
    for (const event of events) if (event.type === "call-ended") expect(event.answer.usage.outputTokens).toBeLessThanOrEqual(20);
  });

  it("C D refusals of the population are counted as refused runs, not as failures", async () => {
    const { report } = await runExperiment({ orgs: [org], suite, repeats: 20, population: population({ refuse: 0.4 }) });
    const arm = report.arms[0];
    expect(arm?.status.refused).toBeGreaterThan(0);
    expect(arm?.cells).toEqual({ done: 60, failed: 0, stopped: 0 });
    expect((arm?.status.complete ?? 0) + (arm?.status.refused ?? 0) + (arm?.status.incomplete ?? 0)).toBe(60);
  });

  it("D served model id and request id are stored; simulated tokens cost nothing, other models' unknown prices are null", async () => {
    const run = await runExperiment({ orgs: [org], suite, repeats: 1 });
    for (const event of eventsOf(run))
      if (event.type === "call-ended")
        expect(event.answer).toMatchObject({ servedModel: "simulated-population", requestId: expect.stringMatching(/^req_sim_/) });
    expect(run.report.arms[0]).toMatchObject({ costUsd: 0, costReason: null });
    const unknown = await runExperiment({
      orgs: [org],
      suite,
      repeats: 1,
      runnerParts: { prices: () => ({ format: "driftlab.prices", version: 1, date: "2026-01-01", source: "test", models: {} }) },
    });
    expect(unknown.report.arms[0]).toMatchObject({ costUsd: null, costReason: "unknown-price" });
  });

  it("D the identity of every request names cell, agent, turn, call and draw", async () => {
    const seen = new Set<string>();
    const run = await runExperiment({
      orgs: [org],
      suite,
      repeats: 2,
      populationOptions: {
        faults: (identity) => {
          seen.add(identity);
          return null;
        },
      },
    });
    const expected = run.store.experiments.cells(run.id).flatMap((cell) =>
      run.store.runs.events(cell.runId ?? "").flatMap(({ event }) =>
        event.type === "call-started"
          ? [
              identityText({
                cell: `${cell.armId}/${cell.taskId}/${cell.repeat}`,
                agent: event.agent,
                turn: event.turn,
                call: event.call,
                draw: 0,
              }),
            ]
          : [],
      ),
    );
    expect([...seen].sort()).toEqual(expected.sort());
    expect(IDENTITY_HEADER).toBe("x-driftlab-identity");
  });
});

describe("simulated population: what it learns and passes on", () => {
  const everything = (store: Awaited<ReturnType<typeof runExperiment>>) => eventsOf(store).filter((event) => event.type === "message-sent");

  it("D a contradiction that it was told it passes on", async () => {
    const [first] = org.handoffs;
    const run = await runExperiment({
      orgs: [org],
      suite,
      repeats: 4,
      population: population({
        default: { keep: 1, weaken: 0, contradict: 0 },
        edges: { [first?.id ?? ""]: { keep: 0, weaken: 0, contradict: 1 } },
      }),
    });
    const sent = everything(run);
    expect(sent).toHaveLength(3 * 4 * 2);
    for (const message of sent) for (const rule of [1, 2, 3, 4]) expect(message.written).toContain(`Rule ${rule} is off.`);
    // M2b: all of it belongs to the first edge.
    expect(run.report.edges[0]?.drift.mean).toBe(2);
    expect(run.report.edges[1]).toMatchObject({ introduced: 0, drift: { mean: null, reason: "nothing-to-lose" } });
    expect(run.report.arms[0]?.retention.mean).toBe(-1);
  });

  it("D it learns only from phrases in the request body: what was dropped upstream never comes back", async () => {
    const [first] = org.handoffs;
    const run = await runExperiment({
      orgs: [org],
      suite,
      repeats: 4,
      population: population({ default: { keep: 1 }, edges: { [first?.id ?? ""]: { keep: 0 } } }),
    });
    for (const message of everything(run)) expect(message.written).not.toMatch(/Rule \d/);
    expect(run.report.edges[0]?.drift.mean).toBe(1);
    expect(run.report.edges[1]?.drift).toMatchObject({ mean: null, reason: "nothing-to-lose" });
    expect(run.report.edges[1]?.nothingToLose).toBe(12);
  });

  it("D weakly held stays weak: kept means at the strength it is held", async () => {
    const [first] = org.handoffs;
    const run = await runExperiment({
      orgs: [org],
      suite,
      repeats: 2,
      population: population({ default: { keep: 1 }, edges: { [first?.id ?? ""]: { keep: 0, weaken: 1, contradict: 0 } } }),
    });
    expect(run.report.edges[0]?.drift.mean).toBe(0.5);
    expect(run.report.edges[1]?.drift.mean).toBe(0);
    expect(run.report.arms[0]?.retention.mean).toBe(0.5);
  });

  it("D the most specific entry wins as a whole: edge over role over default, the deliverable's own over both", async () => {
    const [first] = org.handoffs;
    const drift = async (fields: Record<string, unknown>) =>
      (await runExperiment({ orgs: [org], suite, repeats: 1, population: population(fields) })).report;
    const all = { keep: 1, weaken: 0, contradict: 0 };
    const none = { keep: 0, weaken: 0, contradict: 0 };
    expect((await drift({ default: all, roles: { a: none } })).edges[0]?.drift.mean).toBe(1);
    expect((await drift({ default: all, roles: { a: none }, edges: { [first?.id ?? ""]: all } })).edges[0]?.drift.mean).toBe(0);
    expect((await drift({ default: none, roles: { a: all, b: all, c: all } })).arms[0]?.retention.mean).toBe(1);
    expect((await drift({ default: all, roles: { c: all }, deliverable: none })).deliverables[0]?.drift.mean).toBe(1);
  });

  it("D each agent writes to each contact once, and again only when it has learnt something new since, so every run ends", async () => {
    const rings = testOrg("A>B>C,C>A,B>A,C>B,A>C");
    const run = await runExperiment({
      orgs: [{ ...rings, limits: { ...rings.limits, rounds: 50 } }],
      suite,
      repeats: 5,
      population: population({ default: { keep: 0.6, weaken: 0.2, contradict: 0.05 } }),
    });
    expect(run.report.arms[0]?.status.complete).toBe(15);
    for (const cell of run.store.experiments.cells(run.id)) {
      const events = run.store.runs.events(cell.runId ?? "").map((each) => each.event);
      expect(events.filter((event) => event.type === "run-ended")).toMatchObject([{ status: "complete" }]);
      const rounds = events.flatMap((event) => (event.type === "round-started" ? [event.round] : []));
      expect(Math.max(...rounds)).toBeLessThan(50);
      const told = new Map<string, number>();
      for (const event of events)
        if (event.type === "message-sent") {
          const before = told.get(event.edgeId) ?? 0;
          told.set(event.edgeId, before + 1);
        }
      // Four rules, each heard at most dropped → weak → full, or contradicted, and one ask: a hard bound on what can be news.
      for (const times of told.values()) expect(times).toBeLessThanOrEqual(1 + 4 * 3 + 1);
    }
  });

  it("D with everything kept, agents of a ring write to each contact exactly once", async () => {
    const rings = testOrg("A>B>C,C>A,B>A,C>B,A>C");
    const run = await runExperiment({
      orgs: [rings],
      suite,
      repeats: 1,
      population: population({ default: { keep: 1, weaken: 0, contradict: 0 } }),
    });
    for (const cell of run.store.experiments.cells(run.id)) {
      const sent = run.store.runs.events(cell.runId ?? "").flatMap(({ event }) => (event.type === "message-sent" ? [event.edgeId] : []));
      expect(new Set(sent).size).toBe(sent.length);
    }
  });

  it("D texts are readable and differ", async () => {
    const run = await runExperiment({ orgs: [org], suite, repeats: 5 });
    const texts = everything(run).map((message) => message.written);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("D skill is the chance that an ask is met", async () => {
    const met = async (skill: number) =>
      (await runExperiment({ orgs: [org], suite, repeats: 5, population: population({ skill }) })).report.arms[0]?.effectiveness.mean;
    expect(await met(1)).toBe(1);
    expect(await met(0)).toBe(0);
  });

  it("D silence keeps mail back, and a run in which nobody hears anything still ends with the last turn", async () => {
    const run = await runExperiment({ orgs: [org], suite, repeats: 2, population: population({ silence: 1 }) });
    expect(everything(run)).toHaveLength(0);
    expect(run.report.edges.every((edge) => edge.runsFired === 0 && edge.drift.reason === "not-fired")).toBe(true);
    expect(run.report.arms[0]?.status.complete).toBe(6);
  });

  it("D spread moves tasks, not repeats: without it all tasks share the odds", async () => {
    const spread = async (value: number) => {
      const { report } = await runExperiment({
        orgs: [testOrg("A>B")],
        suite: plainSuite(12, 6),
        repeats: 20,
        population: population({ default: { keep: 0.5, weaken: 0, contradict: 0 }, spread: value }),
      });
      const interval = report.edges[0]?.drift.interval;
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    };
    expect(await spread(2)).toBeGreaterThan(2 * (await spread(0)));
  });

  it("D without phrasings it frames the constraint's own words", async () => {
    const bare = plainSuite(1, 2);
    for (const rule of bare.tasks[0]?.ledger ?? []) delete rule.phrasings;
    const run = await runExperiment({
      orgs: [org],
      suite: bare,
      repeats: 2,
      population: population({ default: { keep: 1, weaken: 0, contradict: 0 } }),
    });
    for (const message of everything(run)) expect(message.written).toContain("Rule 1 holds in full");
    expect(run.report.edges[0]?.drift.mean).toBe(0);
  });
});
