/** Owns the queries behind an edge's figure: its runs, the messages of each in order, and what became of one constraint everywhere. */
import type { Database } from "better-sqlite3";
import type { CellPlace, LossParts } from "#shared/run/measured.ts";
import type { Code, Reason, Verdict } from "#shared/drift/types.ts";
import { type HandoffResultRow, RUN_OF_CELL } from "#main/store/results.ts";

export interface EdgeRunRow extends CellPlace, LossParts {
  runId: string;
  loss: number | null;
  reason: Reason | null;
  introduced: number;
}

/** One constraint on one message. */
export interface FateRow {
  edgeId: string;
  runId: string;
  code: Code | null;
  held: number | null;
  receiverHeld: number | null;
  verdict: Verdict;
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

  /** What the probes read about one constraint of a task in every message of an arm, by edge and run, in order. */
  fates(experimentId: string, { armId, taskId, constraintId }: { armId: string; taskId: string; constraintId: string }): FateRow[] {
    return this.#db
      .prepare(
        `SELECT h.edge_id AS edgeId, h.run_id AS runId, p.code AS code, p.held AS held, p.receiver_held AS receiverHeld, p.verdict AS verdict
         FROM runs r ${RUN_OF_CELL}
         JOIN handoffs h ON h.run_id = r.id AND h.state = 'shown'
         JOIN probe_codes p ON p.run_id = h.run_id AND p.text_id = h.id AND p.constraint_id = @constraintId
         WHERE r.experiment_id = @experimentId AND r.arm_id = @armId AND r.task_id = @taskId
         ORDER BY h.edge_id, r.repeat, h.run_id, ${IN_ORDER}`,
      )
      .all({ experimentId, armId, taskId, constraintId }) as FateRow[];
  }
}
