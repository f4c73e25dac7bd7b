/** Owns the table of effect studies: which handoffs are branched, how often; their branches are runs that name the study. */
import type { Database } from "better-sqlite3";
import type { StudyPlan } from "#shared/drift/study.ts";

export interface StudyRow {
  id: string;
  experimentId: string;
  armId: string;
  plan: StudyPlan;
  createdAtMs: number;
}

export class StudyTable {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps a study; one that is there already stays as it is. */
  create(row: StudyRow): void {
    this.#db
      .prepare("INSERT OR IGNORE INTO studies (id, experiment_id, arm_id, plan, created_at_ms) VALUES (?, ?, ?, ?, ?)")
      .run(row.id, row.experimentId, row.armId, JSON.stringify(row.plan), row.createdAtMs);
  }

  get(id: string): StudyRow | null {
    const row = this.#db.prepare("SELECT * FROM studies WHERE id = ?").get(id) as RawStudy | undefined;
    return row ? studyRow(row) : null;
  }

  /** The studies of an experiment, newest first. */
  list(experimentId: string): StudyRow[] {
    return (
      this.#db.prepare("SELECT * FROM studies WHERE experiment_id = ? ORDER BY created_at_ms DESC, id").all(experimentId) as RawStudy[]
    ).map(studyRow);
  }
}

interface RawStudy {
  id: string;
  experiment_id: string;
  arm_id: string;
  plan: string;
  created_at_ms: number;
}

function studyRow(row: RawStudy): StudyRow {
  return {
    id: row.id,
    experimentId: row.experiment_id,
    armId: row.arm_id,
    plan: JSON.parse(row.plan) as StudyPlan,
    createdAtMs: row.created_at_ms,
  };
}
