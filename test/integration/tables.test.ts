import { describe, expect, it } from "vitest";
import type { Estimate } from "#shared/drift/types.ts";
import { csvTables } from "#main/lab/tables.ts";
import { reportOf } from "#main/lab/report.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import type { Store } from "#main/store/store.ts";
import { memoryStore, population, runExperiment } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

const org = testOrg("A>B>C");
const suite = plainSuite(3, 3);
const lossy = population({ default: { keep: 0.6, weaken: 0.2, contradict: 0.05 } });

function tablesOf(store: Store, id: string): Record<string, string> {
  const row = store.experiments.get(id);
  if (!row) throw new Error("no experiment");
  return csvTables(store, row, reportOf(store, row));
}

/** A table's rows, by column. */
function rows(text: string | undefined): Record<string, string>[] {
  const [head = [], ...body] = (text ?? "")
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  return body.map((fields) => Object.fromEntries(head.map((name, at) => [name, fields[at] ?? ""])));
}

function grouped<T>(items: readonly T[], key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item) ?? "", [...(groups.get(key(item) ?? "") ?? []), item]);
  return groups;
}

describe("the tables of an experiment", () => {
  it("J stopped in the middle and gone on with, they are byte for byte those of an undisturbed one", async () => {
    const choices = { orgs: [org], suite, population: lossy, repeats: 40 };
    const straight = await runExperiment(choices);
    const half = (straight.report.arms[0]?.outputTokens ?? 0) / 2;
    const store = memoryStore();
    const stopped = await runExperiment({ ...choices, store, caps: { outputTokens: Math.round(half), usd: null } });
    const attempted = store.experiments.cells(stopped.id);
    expect(attempted.filter((cell) => cell.outcome === "done").length).toBeGreaterThan(0);
    // What is tried again is another run in the store: that its id differs must not show.
    expect(attempted.some((cell) => cell.outcome === "stopped" && cell.runId !== null)).toBe(true);
    const resumed = await runExperiment({ ...choices, store });
    expect(resumed.id).toBe(stopped.id);
    const tables = tablesOf(store, resumed.id);
    expect(tables).toEqual(tablesOf(straight.store, straight.id));
    const cells = rows(tables["runs.csv"]);
    expect(cells).toHaveLength(120);
    for (const row of cells) expect(row.cell).toBe(`${row.arm}/${row.task}/${row.repeat}`);
    expect(new Set(rows(tables["handoff-constraints.csv"]).map((row) => row.cell)).size).toBe(120);
  });

  it("M21 a constraint without a probe has empty cells, never 0", async () => {
    const some = structuredClone(suite);
    for (const task of some.tasks) delete task.ledger[0]?.pattern;
    const { store, id } = await runExperiment({ orgs: [org], suite: some, population: lossy, repeats: 2 });
    const codes = rows(tablesOf(store, id)["handoff-constraints.csv"]);
    const unprobed = codes.filter((row) => row.verdict === "no probe");
    expect(unprobed).toHaveLength(codes.length / 3);
    for (const row of unprobed) expect(row).toMatchObject({ held: "", receiver_held: "", code: "" });
    for (const row of codes.filter((each) => each.verdict !== "no probe")) expect(row.code).not.toBe("");
    const runId = store.experiments.cells(id)[0]?.runId ?? "";
    expect(store.results.codes(runId, "deliverable").find((code) => code.verdict === "no probe")).toMatchObject({
      code: null,
      held: null,
      receiverHeld: null,
    });
  });

  it("M21 an unknown price is an empty cell with its reason, a known one has none", async () => {
    const nothing = { ...BUILT_IN_PRICES, models: {} };
    const unknown = await runExperiment({ orgs: [org], suite, repeats: 1, runnerParts: { prices: () => nothing } });
    for (const row of rows(tablesOf(unknown.store, unknown.id)["runs.csv"]))
      expect(row).toMatchObject({ cost_usd: "", cost_reason: "unknown-price" });
    const known = await runExperiment({ orgs: [org], suite, repeats: 1 });
    for (const row of rows(tablesOf(known.store, known.id)["runs.csv"])) expect(row).toMatchObject({ cost_usd: "0", cost_reason: "" });
  });

  it("M22 an edge's row has its loss per run and the flags of both figures", async () => {
    const { store, id, report } = await runExperiment({ orgs: [org], suite, population: lossy, repeats: 2 });
    const edges = rows(tablesOf(store, id)["edges.csv"]);
    expect(edges).toHaveLength(report.edges.length);
    for (const [at, { perRun }] of report.edges.entries())
      expect(edges[at]).toMatchObject({
        flags: "few-tasks",
        per_run: String(perRun.mean),
        per_run_low: String(perRun.interval?.low),
        per_run_high: String(perRun.interval?.high),
        per_run_reason: "",
        per_run_flags: "few-tasks",
        per_run_tasks: String(perRun.tasks),
        per_run_runs: String(perRun.runs),
      });
  });

  const weighted = (() => {
    const some = plainSuite(4, 4, (at) => at);
    const { tasks } = some;
    return { ...some, tasks: [...tasks, ...tasks.slice(0, 2).map((task) => ({ ...task, id: `${task.id}-twin`, twinOf: task.id }))] };
  })();
  const half = population({ default: { keep: 0.5, weaken: 0.2, contradict: 0.2 }, silence: 0.2 });

  it("M14 M16 every figure says its scope, its level and which end was estimated", async () => {
    const tables = await runExperiment({ orgs: [org], suite: weighted, population: half, repeats: 3 });
    const { report } = tables;
    const files = tablesOf(tables.store, tables.id);
    const side = (figure: Estimate) => (figure.interval ? (figure.interval.oneSided ?? "both") : "");
    const level = (figure: Estimate) => (figure.interval ? "0.95" : "");
    const edges = rows(files["edges.csv"]);
    for (const [at, { drift, perRun }] of report.edges.entries())
      expect(edges[at]).toMatchObject({
        side: side(drift),
        level: level(drift),
        scope: drift.scope,
        per_run_side: side(perRun),
        per_run_level: level(perRun),
        per_run_scope: perRun.scope,
      });
    const arms = rows(files["arms.csv"]);
    expect(arms).toHaveLength(report.arms.length);
    for (const [at, { effectiveness, retention, status }] of report.arms.entries())
      expect(arms[at]).toMatchObject({
        asks_met: String(effectiveness.mean),
        asks_runs: String(effectiveness.runs),
        retention: String(retention.mean),
        retention_low: String(retention.interval?.low ?? ""),
        retention_side: side(retention),
        retention_scope: retention.scope,
        retention_tasks: String(retention.tasks),
        retention_runs: String(retention.runs),
        refused: String(status.refused),
        deliverable_loss: String(report.deliverables[at]?.drift.mean ?? ""),
      });
    const comparisons = rows(files["comparisons.csv"]);
    expect(comparisons).toHaveLength(report.comparisons.length);
    for (const [at, each] of report.comparisons.entries())
      expect(comparisons[at]).toMatchObject({
        endpoint: each.endpoint,
        difference: String(each.estimate ?? ""),
        difference_high: String(each.interval?.high ?? ""),
        scope: each.scope,
        tasks: String(each.tasks),
        tasks_planned: "4",
        p_floor: String(each.floor),
      });
  });

  it("M2 M14 M16 the tables alone give the loss of each handoff and edge and the retention of each arm again", async () => {
    const { store, id, report } = await runExperiment({
      orgs: [org],
      suite: weighted,
      tasks: weighted.tasks.map((task) => task.id),
      population: half,
      repeats: 6,
    });
    const tables = tablesOf(store, id);
    const codes = rows(tables["handoff-constraints.csv"]);
    const owed = (each: Record<string, string>) =>
      !["no probe", "not in scope", "inherited"].includes(each.verdict ?? "") && Number(each.held) > Number(each.receiver_held);
    const sum = (list: Record<string, string>[], value: (each: Record<string, string>) => number) =>
      list.reduce((total, each) => total + value(each), 0);
    const handoffs = grouped(codes, (each) => `${each.cell} ${each.handoff}`);
    expect(handoffs.size).toBeGreaterThan(20);
    let lost = 0;
    for (const constraints of handoffs.values()) {
      const counted = constraints.filter(owed);
      const held = sum(counted, (each) => Number(each.weight) * Number(each.held));
      const missing = sum(counted, (each) => Number(each.weight) * Math.max(0, Number(each.held) - Number(each.code)));
      const told = constraints[0]?.handoff_loss ?? "";
      if (held === 0) expect(told).toBe("");
      else expect(missing / held).toBeCloseTo(Number(told), 12);
      lost += missing;
    }
    expect(lost).toBeGreaterThan(0);
    // Each sender writes once here, so a handoff's loss is its edge's in that run (M2a).
    const runs = rows(tables["runs.csv"]);
    const clusterOf = new Map(runs.map((each) => [each.task, each.cluster]));
    const average = (values: number[]) => values.reduce((total, value) => total + value, 0) / values.length;
    const overTasks = (values: { task: string; value: number }[]) => {
      const tasks = [...grouped(values, (each) => each.task)].map(([task, list]) => ({
        task,
        value: average(list.map((each) => each.value)),
      }));
      const clusters = [...grouped(tasks, (each) => clusterOf.get(each.task)).values()];
      return average(clusters.map((list) => average(list.map((each) => each.value))));
    };
    for (const edge of report.edges) {
      const own = [...handoffs.values()]
        .map(([first = {}]) => first)
        .filter((each) => each.edge === edge.edgeId && each.handoff_loss !== "");
      expect(overTasks(own.map((each) => ({ task: each.task ?? "", value: Number(each.handoff_loss) })))).toBeCloseTo(
        edge.drift.mean ?? -1,
        12,
      );
    }
    for (const arm of report.arms) {
      const own = runs.filter((each) => each.arm === arm.id && each.retention !== "");
      expect(overTasks(own.map((each) => ({ task: each.task ?? "", value: Number(each.retention) })))).toBeCloseTo(
        arm.retention.mean ?? -9,
        12,
      );
    }
  });
});
