/** Migration 4: designs that a person kept under a name, and those that were kept before something replaced them. */
export const sql = `
CREATE TABLE named_versions (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('named', 'snapshot')),
  design TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  deleted_at_ms INTEGER
) STRICT;
CREATE INDEX named_versions_by_org ON named_versions(org_id, created_at_ms);
`;
