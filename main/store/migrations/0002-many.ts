/** Migration 2: branches of runs, caps, studies of an edge's effect, batches that are with the API. */
export const sql = `
ALTER TABLE experiments ADD COLUMN caps TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN parent_run_id TEXT REFERENCES runs(id) ON DELETE CASCADE;
ALTER TABLE runs ADD COLUMN parent_seq INTEGER;
ALTER TABLE runs ADD COLUMN branch TEXT;
ALTER TABLE runs ADD COLUMN study_id TEXT;
CREATE INDEX runs_by_parent ON runs(parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX runs_by_study ON runs(study_id) WHERE study_id IS NOT NULL;

CREATE TABLE studies (
  id TEXT PRIMARY KEY,
  experiment_id TEXT NOT NULL REFERENCES experiments(id) ON DELETE CASCADE,
  arm_id TEXT NOT NULL,
  plan TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX studies_by_experiment ON studies(experiment_id);

CREATE TABLE batches (
  id TEXT PRIMARY KEY,
  connection TEXT NOT NULL,
  purpose TEXT NOT NULL,
  api_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'submitted', 'ended', 'failed')),
  failure TEXT,
  created_at_ms INTEGER NOT NULL,
  submitted_at_ms INTEGER,
  ended_at_ms INTEGER
) STRICT;

CREATE TABLE batch_requests (
  batch_id TEXT NOT NULL REFERENCES batches(id) ON DELETE CASCADE,
  custom_id TEXT NOT NULL,
  request TEXT NOT NULL,
  result TEXT,
  PRIMARY KEY (batch_id, custom_id)
) STRICT, WITHOUT ROWID;
`;
