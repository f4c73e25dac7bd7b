import { describe, expect, it } from "vitest";
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
      });
  });
});
