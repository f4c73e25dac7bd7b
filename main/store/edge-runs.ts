/** Owns the queries behind an edge's figure: its runs, and the messages of each in order. */
import type { Database } from "better-sqlite3";
import type { CellPlace, LossParts } from "#shared/run/measured.ts";
import type { Reason } from "#shared/drift/types.ts";
import { type HandoffResultRow, RUN_OF_CELL } from "#main/store/results.ts";

export interface EdgeRunRow extends CellPlace, LossParts {
  runId: string;
  loss: number | null;
  reason: Reason | null;
  introduced: number;
}

/** The receiver was shown its messages in the order in which they were stored: an edge has one sender and one receiver. */
const IN_ORDER = "h.round, h.rowid";

export class EdgeRunTable {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The runs in which an edge fired, the one that lost most first, then by task and repeat. */
  runs(
    experimentId: string,
    { armId, edgeId, limit, offset }: { armId: string; edgeId: string; limit: number; offset: number },
  ): EdgeRunRow[] {
    return this.#db
      .prepare(
        `SELECT r.id AS runId, r.arm_id AS armId, r.task_id AS taskId, r.repeat AS repeat, e.loss AS loss, e.reason AS reason,
           e.omitted AS omitted, e.weakened AS weakened, e.contradicted AS contradicted, e.introduced AS introduced
         FROM edge_scores e JOIN runs r ON r.id = e.run_id ${RUN_OF_CELL}
         WHERE r.experiment_id = @experimentId AND r.arm_id = @armId AND e.edge_id = @edgeId
         ORDER BY e.loss DESC NULLS LAST, r.task_id, r.repeat LIMIT @limit OFFSET @offset`,
      )
      .all({ experimentId, armId, edgeId, limit, offset }) as EdgeRunRow[];
  }

  /** In how many runs an edge fired. */
  count(experimentId: string, armId: string, edgeId: string): number {
    return this.#db
      .prepare(
        `SELECT COUNT(*) FROM edge_scores e JOIN runs r ON r.id = e.run_id ${RUN_OF_CELL}
         WHERE r.experiment_id = ? AND r.arm_id = ? AND e.edge_id = ?`,
      )
      .pluck()
      .get(experimentId, armId, edgeId) as number;
  }

  /** The messages of an edge in one run, in the order in which they were shown. */
  messages(runId: string, edgeId: string): HandoffResultRow[] {
    return this.#db
      .prepare(
        `SELECT r.id AS runId, r.arm_id AS armId, r.task_id AS taskId, r.repeat AS repeat, h.id AS id, h.message_id AS messageId, h.edge_id AS edgeId,
           h.round AS round, h.written AS written, h.shown AS shown, h.loss AS loss, h.loss_reason AS reason, h.omitted AS omitted,
           h.weakened AS weakened, h.contradicted AS contradicted, h.introduced AS introduced
         FROM handoffs h JOIN runs r ON r.id = h.run_id
         WHERE h.run_id = ? AND h.edge_id = ? AND h.state = 'shown' ORDER BY ${IN_ORDER}`,
      )
      .all(runId, edgeId) as HandoffResultRow[];
  }
}
