/** Migration 1: the first tables. */
export const sql = `
CREATE TABLE orgs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  draft TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  archived_at_ms INTEGER
) STRICT;

CREATE TABLE org_versions (
  hash TEXT PRIMARY KEY,
  org_id TEXT REFERENCES orgs(id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  design TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE suites (
  hash TEXT PRIMARY KEY,
  suite_id TEXT NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  imported_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE experiments (
  id TEXT PRIMARY KEY,
  plan_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  plan TEXT NOT NULL,
  suite_hash TEXT NOT NULL REFERENCES suites(hash),
  seed INTEGER NOT NULL,
  simulated INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  archived_at_ms INTEGER
) STRICT;
CREATE INDEX experiments_by_plan ON experiments(plan_hash);

CREATE TABLE arms (
  id TEXT NOT NULL,
  experiment_id TEXT NOT NULL REFERENCES experiments(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('org', 'solo')),
  name TEXT NOT NULL,
  org_hash TEXT NOT NULL REFERENCES org_versions(hash),
  PRIMARY KEY (experiment_id, id)
) STRICT;

CREATE TABLE cells (
  experiment_id TEXT NOT NULL,
  arm_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  outcome TEXT CHECK (outcome IN ('done', 'failed', 'stopped')),
  failure_code TEXT,
  failure_message TEXT,
  run_id TEXT,
  PRIMARY KEY (experiment_id, arm_id, task_id, repeat),
  FOREIGN KEY (experiment_id, arm_id) REFERENCES arms(experiment_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  experiment_id TEXT NOT NULL,
  arm_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  status TEXT CHECK (status IN ('complete', 'refused', 'incomplete')),
  reason TEXT,
  deliverable TEXT,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cache_read_tokens INTEGER NOT NULL DEFAULT 0,
  cache_write_tokens INTEGER NOT NULL DEFAULT 0,
  cost_usd REAL,
  cost_reason TEXT,
  retention REAL,
  retention_reason TEXT,
  asks_met REAL,
  asks_reason TEXT,
  loss REAL,
  loss_reason TEXT,
  omitted REAL,
  weakened REAL,
  contradicted REAL,
  started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  FOREIGN KEY (experiment_id, arm_id, task_id, repeat)
    REFERENCES cells(experiment_id, arm_id, task_id, repeat) ON DELETE CASCADE
) STRICT;
CREATE INDEX runs_by_cell ON runs(experiment_id, arm_id, task_id, repeat);

CREATE TABLE events (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  turn INTEGER NOT NULL,
  call INTEGER NOT NULL,
  requested_model TEXT NOT NULL,
  served_model TEXT,
  request_id TEXT,
  stop_reason TEXT,
  attempts INTEGER,
  duration_ms REAL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  cache_read_tokens INTEGER,
  cache_write_tokens INTEGER,
  cost_usd REAL,
  failure_code TEXT,
  failure_message TEXT,
  PRIMARY KEY (run_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE handoffs (
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
) STRICT, WITHOUT ROWID;

CREATE TABLE probe_codes (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  text_id TEXT NOT NULL,
  constraint_id TEXT NOT NULL,
  probe TEXT NOT NULL,
  code REAL,
  held REAL,
  receiver_held REAL,
  verdict TEXT NOT NULL,
  spans TEXT NOT NULL,
  PRIMARY KEY (run_id, text_id, constraint_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE edge_scores (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  edge_id TEXT NOT NULL,
  handoffs INTEGER NOT NULL,
  loss REAL,
  reason TEXT,
  omitted REAL,
  weakened REAL,
  contradicted REAL,
  introduced INTEGER NOT NULL,
  PRIMARY KEY (run_id, edge_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ask_scores (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  ask_id TEXT NOT NULL,
  met INTEGER,
  spans TEXT NOT NULL,
  PRIMARY KEY (run_id, ask_id)
) STRICT, WITHOUT ROWID;
`;
