/**
 * Migration 3: events and handoffs lie in the order in which they were written. Every event is a commit of its own, and a commit
 * writes whole pages: at the end of a table that is the same page again and again, while in a table that is sorted by run each run
 * under way has a page of its own, and a row of more than a quarter of a page has another one besides.
 */
export const sql = `
CREATE TABLE events_in_order (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT;
INSERT INTO events_in_order SELECT run_id, seq, at_ms, type, body FROM events ORDER BY run_id, seq;
DROP TABLE events;
ALTER TABLE events_in_order RENAME TO events;

CREATE TABLE handoffs_in_order (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  edge_id TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  round INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'shown', 'undelivered')),
  written TEXT NOT NULL,
  shown TEXT,
  written_in_call TEXT NOT NULL,
  shown_in_call TEXT,
  loss REAL,
  loss_reason TEXT,
  omitted REAL,
  weakened REAL,
  contradicted REAL,
  introduced INTEGER,
  PRIMARY KEY (run_id, id)
) STRICT;
INSERT INTO handoffs_in_order SELECT run_id, id, message_id, edge_id, source, target, round, state, written, shown, written_in_call,
  shown_in_call, loss, loss_reason, omitted, weakened, contradicted, introduced FROM handoffs ORDER BY run_id, id;
DROP TABLE handoffs;
ALTER TABLE handoffs_in_order RENAME TO handoffs;
`;
