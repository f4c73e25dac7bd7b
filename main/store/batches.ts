/** Owns the tables of batches that are with the API, and of their requests and results. */
import type { Database } from "better-sqlite3";
import type { CallFailure, ModelRequest } from "#shared/run/messages.ts";

export type BatchState = "waiting" | "submitted" | "ended" | "failed";

export interface BatchRow {
  id: string;
  connection: string;
  purpose: string;
  /** The API's own name for it; null until it is submitted. */
  apiId: string | null;
  state: BatchState;
  failure: CallFailure | null;
  createdAtMs: number;
  submittedAtMs: number | null;
  endedAtMs: number | null;
}

export interface BatchRequestRow {
  customId: string;
  request: ModelRequest;
  /** The call's identity, for the simulated population; null where there is none. */
  identity: string | null;
}

export interface NewBatch {
  id: string;
  connection: string;
  purpose: string;
  createdAtMs: number;
  requests: readonly BatchRequestRow[];
}

interface RawBatch {
  id: string;
  connection: string;
  purpose: string;
  api_id: string | null;
  state: BatchState;
  failure: string | null;
  created_at_ms: number;
  submitted_at_ms: number | null;
  ended_at_ms: number | null;
}

export class BatchTable {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Writes batches with their requests, all or none. */
  create(batches: readonly NewBatch[]): void {
    const insertBatch = this.#db.prepare(
      "INSERT INTO batches (id, connection, purpose, state, created_at_ms) VALUES (?, ?, ?, 'waiting', ?)",
    );
    const insertRequest = this.#db.prepare("INSERT INTO batch_requests (batch_id, custom_id, request) VALUES (?, ?, ?)");
    this.#db.transaction(() => {
      for (const { id, connection, purpose, createdAtMs, requests } of batches) {
        insertBatch.run(id, connection, purpose, createdAtMs);
        for (const { customId, request, identity } of requests) insertRequest.run(id, customId, JSON.stringify({ request, identity }));
      }
    })();
  }

  get(id: string): BatchRow | null {
    const row = this.#db.prepare("SELECT * FROM batches WHERE id = ?").get(id) as RawBatch | undefined;
    return row ? batchRow(row) : null;
  }

  /** A connection's batches in one state, in the order in which they were made. */
  inState(connection: string, state: BatchState): BatchRow[] {
    const rows = this.#db.prepare("SELECT * FROM batches WHERE connection = ? AND state = ? ORDER BY rowid").all(connection, state);
    return (rows as RawBatch[]).map(batchRow);
  }

  /** A batch's requests that have no result yet, by their custom ids. */
  unanswered(batchId: string): BatchRequestRow[] {
    const rows = this.#db
      .prepare("SELECT custom_id, request FROM batch_requests WHERE batch_id = ? AND result IS NULL ORDER BY custom_id")
      .all(batchId) as { custom_id: string; request: string }[];
    return rows.map((row) => ({ customId: row.custom_id, ...(JSON.parse(row.request) as Omit<BatchRequestRow, "customId">) }));
  }

  /** The custom ids of a purpose's requests that are still to be answered. */
  pending(connection: string, purpose: string): string[] {
    return this.#db
      .prepare(
        `SELECT custom_id FROM batch_requests JOIN batches ON batches.id = batch_id
           WHERE connection = ? AND purpose = ? AND state IN ('waiting', 'submitted') AND result IS NULL ORDER BY batches.rowid, custom_id`,
      )
      .pluck()
      .all(connection, purpose) as string[];
  }

  /** A batch's results by custom id, as they were kept. */
  results(batchId: string): { customId: string; result: unknown }[] {
    const rows = this.#db
      .prepare("SELECT custom_id, result FROM batch_requests WHERE batch_id = ? AND result IS NOT NULL ORDER BY custom_id")
      .all(batchId) as { custom_id: string; result: string }[];
    return rows.map((row) => ({ customId: row.custom_id, result: JSON.parse(row.result) as unknown }));
  }

  /** Notes the API's name for a batch: from now on it is asked for and not sent again. */
  submitted(id: string, apiId: string, atMs: number): void {
    this.#db.prepare("UPDATE batches SET state = 'submitted', api_id = ?, submitted_at_ms = ? WHERE id = ?").run(apiId, atMs, id);
  }

  /** Puts a batch back to be sent once more. */
  waitAgain(id: string): void {
    this.#db.prepare("UPDATE batches SET state = 'waiting', api_id = NULL, submitted_at_ms = NULL WHERE id = ?").run(id);
  }

  /** Closes a batch: with a failure where it as a whole came to nothing. */
  close(id: string, failure: CallFailure | null, atMs: number): void {
    this.#db
      .prepare("UPDATE batches SET state = ?, failure = ?, ended_at_ms = ? WHERE id = ?")
      .run(failure ? "failed" : "ended", failure ? JSON.stringify(failure) : null, atMs, id);
  }

  /**
   * Keeps a request's result and has it handled, both or neither: `handle` runs in the same transaction, and what it throws
   * takes the result back. Returns false, without handling, for a request that has a result or that the batch does not hold.
   */
  keepResult(batchId: string, customId: string, result: object, handle: () => void): boolean {
    return this.#db.transaction(() => {
      const { changes } = this.#db
        .prepare("UPDATE batch_requests SET result = ? WHERE batch_id = ? AND custom_id = ? AND result IS NULL")
        .run(JSON.stringify(result), batchId, customId);
      if (changes === 1) handle();
      return changes === 1;
    })();
  }
}

function batchRow(row: RawBatch): BatchRow {
  return {
    id: row.id,
    connection: row.connection,
    purpose: row.purpose,
    apiId: row.api_id,
    state: row.state,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as CallFailure),
    createdAtMs: row.created_at_ms,
    submittedAtMs: row.submitted_at_ms,
    endedAtMs: row.ended_at_ms,
  };
}
