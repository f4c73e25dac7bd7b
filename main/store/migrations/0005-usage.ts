/** Migration 5: what a run took may be unknown; SQLite takes no NOT NULL off a column, so each is made anew. */
const COLUMNS = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"];

export const sql = COLUMNS.map(
  (column) => `
ALTER TABLE runs RENAME COLUMN ${column} TO ${column}_before;
ALTER TABLE runs ADD COLUMN ${column} INTEGER DEFAULT 0;
UPDATE runs SET ${column} = ${column}_before;
ALTER TABLE runs DROP COLUMN ${column}_before;
`,
).join("");
