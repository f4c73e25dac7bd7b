/** An experiment in a database file: a process that dies, events stored before they are told, deleting. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Store } from "#main/store/store.ts";
import { runnerOn } from "#test/support/lab.ts";
import { prepared, textOf, undisturbed } from "#test/support/lossy-experiment.ts";

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
