/** Owns the rows of a run's handoffs, which are read off its events once the run has ended. */
import type { Database, Statement } from "better-sqlite3";
import type { RunEvent } from "#shared/run/events.ts";
import { type StoredEvent, unpackEvents } from "#main/store/packed-events.ts";

interface Handoff {
  sent: Extract<RunEvent, { type: "message-sent" }>;
  shown: Extract<RunEvent, { type: "handoff-shown" }> | null;
  isUndelivered: boolean;
}

export class HandoffRows {
  #db: Database;
  /** Prepared once: for a short run preparing would cost more than the rows. */
  #statements: { read: Statement; insert: Statement } | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Writes the handoffs of the messages that were stored under a run itself. While a run goes on nobody reads them, so writing
   * each twice, when it is sent and when it is shown, would only slow every step.
   */
  write(runId: string): void {
    this.#statements ??= { read: this.#db.prepare(READ), insert: this.#db.prepare(INSERT) };
    const { read, insert } = this.#statements;
    for (const { sent, shown, isUndelivered } of handoffsOf(read.all(runId) as StoredEvent[]))
      insert.run(
        runId,
        sent.id,
        sent.messageId,
        sent.edgeId,
        sent.source,
        sent.target,
        shown?.round ?? sent.round,
        isUndelivered ? "undelivered" : shown ? "shown" : "queued",
        sent.written,
        sent.callId,
        shown?.shown ?? null,
        shown?.callId ?? null,
      );
  }
}

const READ = `SELECT seq, at_ms AS atMs, body FROM events
  WHERE run_id = ? AND type IN ('call-started', 'call-ended', 'message-sent', 'handoff-shown', 'message-undelivered') ORDER BY seq`;

const INSERT = `INSERT OR REPLACE INTO handoffs
  (run_id, id, message_id, edge_id, source, target, round, state, written, written_in_call, shown, shown_in_call)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function handoffsOf(rows: readonly StoredEvent[]): Iterable<Handoff> {
  const handoffs = new Map<string, Handoff>();
  for (const { event } of unpackEvents(rows)) {
    if (event.type === "message-sent") handoffs.set(event.id, { sent: event, shown: null, isUndelivered: false });
    else if (event.type === "handoff-shown" || event.type === "message-undelivered") {
      const handoff = handoffs.get(event.id);
      if (handoff && event.type === "handoff-shown") handoff.shown = event;
      else if (handoff) handoff.isUndelivered = true;
    }
  }
  return handoffs.values();
}
