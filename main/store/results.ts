/** Owns what was measured: writing a run's measures, and the rows that reports and screens are made of. */
import type { Database } from "better-sqlite3";
import type { CellPlace, LossParts, MeasuredEdge, MeasuredRun } from "#shared/run/measured.ts";
import type { ConstraintCode, RunMeasure } from "#shared/drift/run-measure.ts";
import type { Code, Reason, Span, Verdict } from "#shared/drift/types.ts";
import type { EndReason, RunStatus } from "#shared/run/events.ts";
import type { CellKey } from "#main/store/experiments.ts";
import { NO_USAGE, sumOfCalls } from "#main/store/spending.ts";

export interface FinishedRun extends CellKey {
  runId: string;
  status: RunStatus;
  reason: EndReason;
  deliverable: string | null;
  measure: RunMeasure;
  probe: string;
  endedAtMs: number;
  /** A branch is measured like a run, and is no cell's. */
  isBranch?: boolean;
}

export interface RunResultRow extends MeasuredRun {
  runId: string;
  reason: EndReason;
  /** Calls that brought an answer. */
  calls: number;
  costReason: Reason | null;
  retentionReason: Reason | null;
  asksReason: Reason | null;
}

export interface EdgeResultRow extends MeasuredEdge {
  runId: string;
}

export interface HandoffResultRow extends CellPlace, LossParts {
  runId: string;
  id: string;
  messageId: string;
  edgeId: string;
  round: number;
  written: string;
  shown: string;
  loss: number | null;
  reason: Reason | null;
  introduced: number;
}

export interface CodeRow {
  runId: string;
  textId: string;
  constraintId: string;
  code: Code | null;
  held: number | null;
  receiverHeld: number | null;
  verdict: Verdict;
  spans: Span[];
}

/** The `text_id` under which the codes of a deliverable stand. */
export const DELIVERABLE_TEXT = "deliverable";

/** Of `runs r`: those that stand in a cell that is done. */
export const RUN_OF_CELL = "JOIN cells c ON c.run_id = r.id AND c.outcome = 'done'";

export class ResultTable {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Writes everything a finished run leaves, and marks its cell done, in one transaction. */
  finish(run: FinishedRun): void {
    const { runId, measure } = run;
    const { deliverable } = measure;
    this.#db.transaction(() => {
      this.#db
        .prepare(
          `UPDATE runs SET status = ?, reason = ?, deliverable = ?, ended_at_ms = ?,
             retention = ?, retention_reason = ?, asks_met = ?, asks_reason = ?, loss = ?, loss_reason = ?, omitted = ?, weakened = ?, contradicted = ?
           WHERE id = ?`,
        )
        .run(
          run.status,
          run.reason,
          run.deliverable,
          run.endedAtMs,
          deliverable.retention,
          deliverable.retentionReason,
          deliverable.asksMet,
          deliverable.asksReason,
          deliverable.loss,
          deliverable.lossReason,
          deliverable.parts?.omitted ?? null,
          deliverable.parts?.weakened ?? null,
          deliverable.parts?.contradicted ?? null,
          runId,
        );
      this.#sumCalls(runId);
      this.#writeHandoffs(run);
      this.#writeCodes(runId, DELIVERABLE_TEXT, run.probe, deliverable.codes);
      const ask = this.#db.prepare("INSERT OR REPLACE INTO ask_scores (run_id, ask_id, met, spans) VALUES (?, ?, ?, ?)");
      for (const each of deliverable.asks)
        ask.run(runId, each.askId, each.met === null ? null : Number(each.met), JSON.stringify(each.spans));
      if (run.isBranch) return;
      this.#db
        .prepare(
          "UPDATE cells SET outcome = 'done', failure_code = NULL, failure_message = NULL WHERE experiment_id = ? AND arm_id = ? AND task_id = ? AND repeat = ?",
        )
        .run(run.experimentId, run.armId, run.taskId, run.repeat);
    })();
  }

  /** Tokens and cost of a run from its calls; one call of which they are not known makes the sum unknown. */
  #sumCalls(runId: string): void {
    this.#db
      .prepare(
        `UPDATE runs SET (input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, cost_reason) = (
           SELECT ${sumOfCalls("c.input_tokens")}, ${sumOfCalls("c.output_tokens")}, ${sumOfCalls("c.cache_read_tokens")},
             ${sumOfCalls("c.cache_write_tokens")}, ${sumOfCalls("c.cost_usd")},
             CASE WHEN SUM(${NO_USAGE}) > 0 THEN 'no-usage' WHEN ${sumOfCalls("c.cost_usd")} IS NULL THEN 'unknown-price' END
           FROM calls c WHERE c.run_id = runs.id) WHERE id = ?`,
      )
      .run(runId);
  }

  #writeHandoffs({ runId, measure, probe }: FinishedRun): void {
    const handoff = this.#db.prepare(
      "UPDATE handoffs SET loss = ?, loss_reason = ?, omitted = ?, weakened = ?, contradicted = ?, introduced = ? WHERE run_id = ? AND id = ?",
    );
    for (const each of measure.handoffs) {
      handoff.run(
        each.loss,
        each.reason,
        each.parts?.omitted ?? null,
        each.parts?.weakened ?? null,
        each.parts?.contradicted ?? null,
        each.introduced,
        runId,
        each.id,
      );
      this.#writeCodes(runId, each.id, probe, each.codes);
    }
    const edge = this.#db.prepare(
      "INSERT OR REPLACE INTO edge_scores (run_id, edge_id, handoffs, loss, reason, omitted, weakened, contradicted, introduced) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    for (const each of measure.edges)
      edge.run(
        runId,
        each.edgeId,
        each.handoffs,
        each.loss,
        each.reason,
        each.parts?.omitted ?? null,
        each.parts?.weakened ?? null,
        each.parts?.contradicted ?? null,
        each.introduced,
      );
  }

  #writeCodes(runId: string, textId: string, probe: string, codes: readonly ConstraintCode[]): void {
    const insert = this.#db.prepare(
      "INSERT OR REPLACE INTO probe_codes (run_id, text_id, constraint_id, probe, code, held, receiver_held, verdict, spans) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    for (const each of codes)
      insert.run(
        runId,
        textId,
        each.constraintId,
        probe,
        each.code,
        each.held,
        each.receiverHeld,
        each.verdict,
        JSON.stringify(each.spans),
      );
  }

  /** The runs of all cells that are done, or of one arm's, in the order arm, task, repeat. */
  runs(experimentId: string, armId: string | null = null): RunResultRow[] {
    return this.#db
      .prepare(
        `SELECT r.id AS runId, r.arm_id AS armId, r.task_id AS taskId, r.repeat AS repeat, r.status AS status, r.reason AS reason,
           r.output_tokens AS outputTokens, r.input_tokens AS inputTokens, r.cache_read_tokens AS cacheReadTokens, r.cache_write_tokens AS cacheWriteTokens,
           (SELECT COUNT(k.served_model) FROM calls k WHERE k.run_id = r.id) AS calls, r.cost_usd AS costUsd, r.cost_reason AS costReason,
           r.retention AS retention, r.retention_reason AS retentionReason, r.asks_met AS asksMet, r.asks_reason AS asksReason,
           r.loss AS loss, r.loss_reason AS lossReason, r.omitted AS omitted, r.weakened AS weakened, r.contradicted AS contradicted
         FROM runs r ${RUN_OF_CELL} WHERE r.experiment_id = @experimentId AND (@armId IS NULL OR r.arm_id = @armId)
         ORDER BY r.arm_id, r.task_id, r.repeat`,
      )
      .all({ experimentId, armId }) as RunResultRow[];
  }

  edges(experimentId: string): EdgeResultRow[] {
    return this.#db
      .prepare(
        `SELECT r.id AS runId, r.arm_id AS armId, r.task_id AS taskId, r.repeat AS repeat, e.edge_id AS edgeId, e.handoffs AS handoffs, e.loss AS loss,
           e.reason AS reason, e.omitted AS omitted, e.weakened AS weakened, e.contradicted AS contradicted, e.introduced AS introduced
         FROM edge_scores e JOIN runs r ON r.id = e.run_id ${RUN_OF_CELL}
         WHERE r.experiment_id = ? ORDER BY r.arm_id, e.edge_id, r.task_id, r.repeat`,
      )
      .all(experimentId) as EdgeResultRow[];
  }

  /** The handoffs of one edge (or of all), worst first, then by task, repeat and number. */
  handoffs(experimentId: string, filter: { armId?: string; edgeId?: string; limit?: number; offset?: number } = {}): HandoffResultRow[] {
    return this.#db
      .prepare(
        `SELECT r.id AS runId, r.arm_id AS armId, r.task_id AS taskId, r.repeat AS repeat, h.id AS id, h.message_id AS messageId, h.edge_id AS edgeId,
           h.round AS round, h.written AS written, h.shown AS shown, h.loss AS loss, h.loss_reason AS reason, h.omitted AS omitted,
           h.weakened AS weakened, h.contradicted AS contradicted, h.introduced AS introduced
         FROM handoffs h JOIN runs r ON r.id = h.run_id ${RUN_OF_CELL}
         WHERE r.experiment_id = @experimentId AND h.state = 'shown' AND (@armId IS NULL OR r.arm_id = @armId) AND (@edgeId IS NULL OR h.edge_id = @edgeId)
         ORDER BY h.loss DESC NULLS LAST, r.arm_id, r.task_id, r.repeat, h.id LIMIT @limit OFFSET @offset`,
      )
      .all({
        experimentId,
        armId: filter.armId ?? null,
        edgeId: filter.edgeId ?? null,
        limit: filter.limit ?? -1,
        offset: filter.offset ?? 0,
      }) as HandoffResultRow[];
  }

  /** The codes of one text of a run. */
  codes(runId: string, textId: string): CodeRow[] {
    const rows = this.#db
      .prepare(
        `SELECT run_id AS runId, text_id AS textId, constraint_id AS constraintId, code, held, receiver_held AS receiverHeld, verdict, spans
         FROM probe_codes WHERE run_id = ? AND text_id = ?`,
      )
      .all(runId, textId) as (Omit<CodeRow, "spans"> & { spans: string })[];
    return rows.map((row) => ({ ...row, spans: JSON.parse(row.spans) as Span[] }));
  }

  deliverable(runId: string): string | null {
    const row = this.#db.prepare("SELECT deliverable FROM runs WHERE id = ?").get(runId) as { deliverable: string | null } | undefined;
    return row?.deliverable ?? null;
  }
}
