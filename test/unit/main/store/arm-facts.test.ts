import { beforeEach, describe, expect, it } from "vitest";
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import type { RunMeasure } from "#shared/drift/run-measure.ts";
import type { EndReason, RunEvent, RunStatus } from "#shared/run/events.ts";
import { ArmFactTable } from "#main/store/arm-facts.ts";
import { ExperimentTable } from "#main/store/experiments.ts";
import { openStore } from "#main/store/open.ts";
import { OrgTable } from "#main/store/orgs.ts";
import { ResultTable } from "#main/store/results.ts";
import { RunTable } from "#main/store/runs.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

const hash = "a".repeat(64);
const arm = (id: string, kind: Arm["kind"]): Arm => ({
  id,
  kind,
  name: id,
  orgHash: hash,
  solos: [],
  baseline: kind === "solo" ? "one-shot" : null,
  budgets: null,
  settings: {},
});
const plan: Plan = {
  format: "driftlab.experiment",
  version: 2,
  arms: [arm("z_org", "org"), arm("a_solo", "solo")],
  suite: { id: "plain", name: "Plain", hash },
  tasks: [
    { id: "t1", hash },
    { id: "t2", hash },
  ],
  repeats: 2,
  connection: { kind: "simulated" },
  model: null,
  population: null,
  seed: 1,
  endpoints: ["effectiveness", "alignment"],
  margin: 0.05,
  prompts: "p/1",
  probe: "q",
};
const measure: RunMeasure = {
  handoffs: [],
  edges: [],
  deliverable: {
    codes: [],
    retention: null,
    retentionReason: "no-probe",
    loss: null,
    lossReason: "no-probe",
    parts: null,
    introduced: 0,
    asks: [],
    asksMet: null,
    asksReason: "no-probe",
  },
};

interface Played {
  armId?: string;
  taskId?: string;
  repeat?: number;
  attempt?: number;
  atMs?: number;
  prompts?: string;
  calls?: { served: string; attempts?: number; output?: number; agent?: string; turn?: number; costUsd?: number | null }[];
  /** A call that brought no answer. */
  failedAttempts?: number;
  /** Null leaves the cell without an end. */
  end?: [RunStatus, EndReason] | null;
}

describe("M13 the facts of an arm, from a real store", () => {
  let experiments: ExperimentTable;
  let runTable: RunTable;
  let results: ResultTable;
  let table: ArmFactTable;

  beforeEach(() => {
    const opened = openStore({ file: ":memory:" });
    if (!opened.ok) throw new Error(opened.error.code);
    const { db } = opened.store;
    const orgs = new OrgTable(db);
    experiments = new ExperimentTable(db);
    runTable = new RunTable(db);
    results = new ResultTable(db);
    table = new ArmFactTable(db);
    orgs.keepVersion(hash, testOrg("A>B"), null, 0);
    orgs.keepSuite(hash, plainSuite(2, 1), 0);
    for (const id of ["x", "other"]) experiments.create({ id, planHash: hash, name: id, plan, suiteHash: hash, createdAtMs: 0 });
  });

  function play(played: Played, experimentId = "x"): void {
    const {
      armId = "z_org",
      taskId = "t1",
      repeat = 1,
      attempt = 1,
      atMs = 1_000,
      prompts = "p/1",
      calls = [],
      failedAttempts,
      end,
    } = played;
    const key = { experimentId, armId, taskId, repeat };
    const runId = `${experimentId}/${armId}/${taskId}/${repeat}/${attempt}`;
    runTable.start({ ...key, id: runId, attempt, startedAtMs: atMs });
    const events: RunEvent[] = [{ type: "run-started", cell: runId, prompts, agents: [], entries: [], deliverers: [] }];
    const request = { model: "asked", max_tokens: 1, system: [], messages: [], tools: [] };
    for (const [index, { served, attempts = 1, output = 10, agent = "A", turn = 1 }] of calls.entries()) {
      const id = `c${index}`;
      events.push({ type: "call-started", id, agent, turn, call: 1, request, shows: [] });
      const usage = { inputTokens: 1, outputTokens: output, cacheReadTokens: 20, cacheWriteTokens: 300 };
      const answer = { content: [], stopReason: "end_turn", usage, servedModel: served, requestId: null, durationMs: 1, attempts };
      events.push({ type: "call-ended", id, agent, answer });
    }
    if (failedAttempts !== undefined) {
      events.push({ type: "call-started", id: "lost", agent: "A", turn: 1, call: 1, request, shows: [] });
      events.push({ type: "call-failed", id: "lost", agent: "A", failure: { code: "aborted", message: "late" }, attempts: failedAttempts });
    }
    const costs = calls.map(({ costUsd = null }) => costUsd);
    for (const [seq, event] of events.entries()) runTable.append(runId, { seq, atMs, event }, () => costs.shift() ?? null);
    if (end === null) return;
    const [status, reason] = end ?? ["complete", "delivered"];
    results.finish({ ...key, runId, status, reason, deliverable: null, measure, probe: "q", endedAtMs: atMs + 500 });
  }
  const factsOf = (armId: string) => table.facts("x").find((each) => each.armId === armId);

  it("M13 M21 arms come in the plan's order, and one without a run has its cells, no times and nothing counted", () => {
    expect(table.facts("x")).toEqual(
      ["z_org", "a_solo"].map((armId) => ({
        armId,
        cells: { done: 0, failed: 0, stopped: 0, waiting: 4 },
        status: { complete: 0, refused: 0, incomplete: 0 },
        incompleteReasons: [],
        served: [],
        prompts: [],
        retries: 0,
        startedAtMs: null,
        endedAtMs: null,
        runs: [],
      })),
    );
    expect(table.facts("no such experiment")).toEqual([]);
  });

  it("M13 calls, tokens with those of the cache, models, retries, ends and times are summed over finished runs", () => {
    play({ calls: [{ served: "m-1", attempts: 3 }, { served: "m-2" }, { served: "m-2", output: 40 }], failedAttempts: 2 });
    play({ taskId: "t2", atMs: 9_000, calls: [{ served: "m-2" }], end: ["incomplete", "token-limit"], prompts: "p/2" });
    play({ taskId: "t2", repeat: 2, atMs: 4_000, end: ["refused", "deliverer-refused"] });
    expect(factsOf("z_org")).toEqual({
      armId: "z_org",
      cells: { done: 3, failed: 0, stopped: 0, waiting: 1 },
      status: { complete: 1, refused: 1, incomplete: 1 },
      incompleteReasons: [{ value: "token-limit", count: 1 }],
      served: [
        { value: "m-2", count: 3 },
        { value: "m-1", count: 1 },
      ],
      prompts: [
        { value: "p/1", count: 2 },
        { value: "p/2", count: 1 },
      ],
      retries: 3,
      startedAtMs: 1_000,
      endedAtMs: 9_500,
      runs: [
        { taskId: "t1", calls: 3, inputTokens: 963, outputTokens: 60 },
        { taskId: "t2", calls: 1, inputTokens: 321, outputTokens: 10 },
        { taskId: "t2", calls: 0, inputTokens: 0, outputTokens: 0 },
      ],
    });
    expect(factsOf("a_solo")?.runs).toEqual([]);
  });

  it("M13 earlier attempts, runs without an end, failed and stopped cells and other experiments are left out", () => {
    play({ attempt: 1, atMs: 0, calls: [{ served: "old", attempts: 6 }], end: null });
    play({ attempt: 2, atMs: 2_000, calls: [{ served: "m" }] });
    play({ repeat: 2, calls: [{ served: "under way" }], end: null });
    play({ taskId: "t2", calls: [{ served: "failed" }], end: null });
    experiments.finishCell({ experimentId: "x", armId: "z_org", taskId: "t2", repeat: 1 }, "failed", { code: "server", message: "no" });
    experiments.finishCell({ experimentId: "x", armId: "z_org", taskId: "t2", repeat: 2 }, "stopped", null);
    play({ calls: [{ served: "elsewhere" }] }, "other");
    expect(factsOf("z_org")).toMatchObject({
      cells: { done: 1, failed: 1, stopped: 1, waiting: 1 },
      served: [{ value: "m", count: 1 }],
      retries: 0,
      startedAtMs: 2_000,
      runs: [{ taskId: "t1", calls: 1, inputTokens: 321, outputTokens: 10 }],
    });
  });

  it("M13 what an agent took is its mean over all finished runs of its arm, also those without a turn of its own", () => {
    const A = { served: "m", agent: "A", costUsd: 0.25 };
    play({
      repeat: 1,
      calls: [
        { ...A, output: 10 },
        { ...A, output: 20 },
        { ...A, turn: 2, output: 30 },
        { ...A, agent: "B", output: 8, costUsd: null },
      ],
    });
    play({ repeat: 2, calls: [{ ...A, output: 40 }] });
    // Neither a run that was cut off nor another arm's or experiment's counts.
    play({ taskId: "t2", repeat: 1, calls: [{ ...A, output: 1_000 }], end: null });
    play({ armId: "a_solo", calls: [{ ...A, output: 5 }] });
    play({ calls: [{ ...A, output: 7 }] }, "other");
    expect(Object.fromEntries(table.agents("x"))).toEqual({
      z_org: { A: { turns: 1.5, outputTokens: 50, costUsd: 0.5 }, B: { turns: 0.5, outputTokens: 4, costUsd: null } },
      a_solo: { A: { turns: 1, outputTokens: 5, costUsd: 0.25 } },
    });
    expect(table.agents("no such experiment").size).toBe(0);
  });
});
