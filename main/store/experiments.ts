/** Owns the tables of experiments, arms and cells. */
import type { Database } from "better-sqlite3";
import type { CellOutcome } from "#shared/run/events.ts";
import { type Plan, readStoredPlan } from "#shared/experiment/plan.ts";

export interface ExperimentRow {
  id: string;
  planHash: string;
  name: string;
  plan: Plan;
  suiteHash: string;
  createdAtMs: number;
  archived: boolean;
}

export interface CellRow {
  armId: string;
  taskId: string;
  repeat: number;
  outcome: CellOutcome | null;
  failureCode: string | null;
  failureMessage: string | null;
  runId: string | null;
  status: string | null;
  reason: string | null;
}

export interface CellKey {
  experimentId: string;
  armId: string;
  taskId: string;
  repeat: number;
}

interface RawExperiment {
  id: string;
  plan_hash: string;
  name: string;
  plan: string;
  suite_hash: string;
  created_at_ms: number;
  archived_at_ms: number | null;
}

export class ExperimentTable {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): ExperimentRow[] {
    return (this.#db.prepare("SELECT * FROM experiments ORDER BY created_at_ms DESC, id").all() as RawExperiment[]).map(experimentRow);
  }

  get(id: string): ExperimentRow | null {
    const row = this.#db.prepare("SELECT * FROM experiments WHERE id = ?").get(id) as RawExperiment | undefined;
    return row ? experimentRow(row) : null;
  }

  byPlan(planHash: string): ExperimentRow[] {
    return (
      this.#db.prepare("SELECT * FROM experiments WHERE plan_hash = ? ORDER BY created_at_ms, id").all(planHash) as RawExperiment[]
    ).map(experimentRow);
  }

  /** Writes the experiment with its arms and all its cells, in one transaction. */
  create(row: Omit<ExperimentRow, "archived">): void {
    const { id, planHash, name, plan, suiteHash, createdAtMs } = row;
    this.#db.transaction(() => {
      this.#db
        .prepare(
          "INSERT INTO experiments (id, plan_hash, name, plan, suite_hash, seed, simulated, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .run(id, planHash, name, JSON.stringify(plan), suiteHash, plan.seed, plan.connection.kind === "simulated" ? 1 : 0, createdAtMs);
      const insertArm = this.#db.prepare("INSERT INTO arms (id, experiment_id, position, kind, name, org_hash) VALUES (?, ?, ?, ?, ?, ?)");
      plan.arms.forEach((arm, position) => insertArm.run(arm.id, id, position, arm.kind, arm.name, arm.orgHash));
      const insertCell = this.#db.prepare("INSERT INTO cells (experiment_id, arm_id, task_id, repeat) VALUES (?, ?, ?, ?)");
      for (const arm of plan.arms)
        for (const task of plan.tasks)
          for (let repeat = 1; repeat <= plan.repeats; repeat += 1) insertCell.run(id, arm.id, task.id, repeat);
    })();
  }

  rename(id: string, name: string): void {
    this.#db.prepare("UPDATE experiments SET name = ? WHERE id = ?").run(name, id);
  }

  archive(id: string, nowMs: number | null): void {
    this.#db.prepare("UPDATE experiments SET archived_at_ms = ? WHERE id = ?").run(nowMs, id);
  }

  /** The caps that an experiment was started with last. */
  caps(id: string): { outputTokens: number | null; usd: number | null } {
    const text = this.#db.prepare("SELECT caps FROM experiments WHERE id = ?").pluck().get(id) as string | undefined;
    return { outputTokens: null, usd: null, ...(JSON.parse(text ?? "{}") as object) };
  }

  setCaps(id: string, caps: { outputTokens: number | null; usd: number | null }): void {
    this.#db.prepare("UPDATE experiments SET caps = ? WHERE id = ?").run(JSON.stringify(caps), id);
  }

  /** Deletes an experiment with everything measured in it. */
  delete(id: string): void {
    this.#db.prepare("DELETE FROM experiments WHERE id = ?").run(id);
  }

  cells(experimentId: string): CellRow[] {
    return this.#db
      .prepare(
        `SELECT c.arm_id AS armId, c.task_id AS taskId, c.repeat AS repeat, c.outcome AS outcome, c.failure_code AS failureCode,
           c.failure_message AS failureMessage, c.run_id AS runId, r.status AS status, r.reason AS reason
         FROM cells c LEFT JOIN runs r ON r.id = c.run_id WHERE c.experiment_id = ?`,
      )
      .all(experimentId) as CellRow[];
  }

  /** Counts of cells by outcome; `waiting` are those with none. */
  counts(experimentId: string): { done: number; failed: number; stopped: number; waiting: number } {
    const rows = this.#db
      .prepare("SELECT outcome, COUNT(*) AS n FROM cells WHERE experiment_id = ? GROUP BY outcome")
      .all(experimentId) as { outcome: CellOutcome | null; n: number }[];
    const counts = { done: 0, failed: 0, stopped: 0, waiting: 0 };
    for (const { outcome, n } of rows) counts[outcome ?? "waiting"] = n;
    return counts;
  }

  /** Says what became of a cell. */
  finishCell(key: CellKey, outcome: CellOutcome, failure: { code: string; message: string } | null): void {
    this.#db
      .prepare(
        "UPDATE cells SET outcome = ?, failure_code = ?, failure_message = ? WHERE experiment_id = ? AND arm_id = ? AND task_id = ? AND repeat = ?",
      )
      .run(outcome, failure?.code ?? null, failure?.message ?? null, key.experimentId, key.armId, key.taskId, key.repeat);
  }

  /** How many cells have begun a run that is neither measured nor given up: what a process leaves that dies. */
  interrupted(experimentId: string): number {
    return this.#db
      .prepare(
        `SELECT COUNT(*) FROM cells c JOIN runs r ON r.id = c.run_id
         WHERE c.experiment_id = ? AND c.outcome IS NULL AND r.status IS NULL`,
      )
      .pluck()
      .get(experimentId) as number;
  }

  /** Says of cells that have begun and have no outcome that they were stopped. */
  stopBegun(experimentId: string): void {
    this.#db
      .prepare(
        `UPDATE cells SET outcome = 'stopped' WHERE experiment_id = ? AND outcome IS NULL
           AND run_id IN (SELECT r.id FROM runs r WHERE r.experiment_id = cells.experiment_id AND r.status IS NULL)`,
      )
      .run(experimentId);
  }

  /** Clears what became of cells that are to be tried again, so that they read as waiting. */
  reopenCells(experimentId: string): void {
    this.#db
      .prepare(
        "UPDATE cells SET outcome = NULL, failure_code = NULL, failure_message = NULL WHERE experiment_id = ? AND outcome IN ('failed', 'stopped')",
      )
      .run(experimentId);
  }
}

function experimentRow(row: RawExperiment): ExperimentRow {
  return {
    id: row.id,
    planHash: row.plan_hash,
    name: row.name,
    plan: readStoredPlan(JSON.parse(row.plan)),
    suiteHash: row.suite_hash,
    createdAtMs: row.created_at_ms,
    archived: row.archived_at_ms !== null,
  };
}
