/** Proves that runs of an older file keep their tokens, and that new ones may leave them unknown (H, M21). */
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { MIGRATIONS } from "#main/store/migrations/list.ts";

describe("the migration that lets tokens be unknown", () => {
  it("H M21 keeps every sum that there was, and takes null from now on", () => {
    const db = new Database(":memory:");
    for (const sql of MIGRATIONS.slice(0, 4)) db.exec(sql);
    db.pragma("foreign_keys = OFF");
    db.prepare(
      "INSERT INTO runs (id, experiment_id, arm_id, task_id, repeat, attempt, started_at_ms, input_tokens, output_tokens) VALUES ('r', 'x', 'a', 't', 1, 1, 0, 7, 8)",
    ).run();
    db.exec(MIGRATIONS[4] as string);
    const row = () => db.prepare("SELECT input_tokens, output_tokens, cache_read_tokens FROM runs").raw().get();
    expect(row()).toEqual([7, 8, 0]);
    db.prepare("UPDATE runs SET output_tokens = NULL").run();
    expect(row()).toEqual([7, null, 0]);
    db.close();
  });
});
