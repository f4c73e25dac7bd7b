/** Owns reading the requests of a run's calls from its stored events. */
import type { Database } from "better-sqlite3";
import type { ModelRequest } from "#shared/run/messages.ts";
import { type StoredEvent, unpackEvents } from "#main/store/packed-events.ts";

/** The requests of the calls that were stored under a run itself, by call id. */
export function callRequests(db: Database, runId: string): Map<string, ModelRequest> {
  const rows = db
    .prepare("SELECT seq, at_ms AS atMs, body FROM events WHERE run_id = ? AND type IN ('call-started', 'call-ended') ORDER BY seq")
    .all(runId) as StoredEvent[];
  return new Map(unpackEvents(rows).flatMap(({ event }) => (event.type === "call-started" ? [[event.id, event.request]] : [])));
}
