/** Owns the tables of orgs (drafts), immutable org versions and suites. */
import type { Database } from "better-sqlite3";
import type { Org } from "#shared/org/schema.ts";
import type { OrgSummary } from "#shared/rpc/types.ts";
import type { Suite } from "#shared/task/schema.ts";

export interface OrgRow {
  id: string;
  name: string;
  draft: Org;
  revision: number;
  updatedAtMs: number;
}

interface RawOrg {
  id: string;
  name: string;
  draft: string;
  revision: number;
  updated_at_ms: number;
}

export class OrgTable {
  #db: Database;
  /** Suites are immutable: read once, so that what is compiled for one stays compiled. */
  #suites = new Map<string, Suite>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** All orgs, those that were put away too, newest first. */
  list(): OrgSummary[] {
    return this.#db
      .prepare(
        `SELECT id, name, json_array_length(draft, '$.agents') AS agents, json_array_length(draft, '$.handoffs') AS handoffs,
           updated_at_ms AS updatedAtMs, archived_at_ms IS NOT NULL AS archived FROM orgs ORDER BY updated_at_ms DESC, id`,
      )
      .all()
      .map((row) => ({ ...(row as OrgSummary), archived: (row as { archived: number }).archived === 1 }));
  }

  get(id: string): OrgRow | null {
    const row = this.#db.prepare("SELECT * FROM orgs WHERE id = ?").get(id) as RawOrg | undefined;
    return row
      ? { id: row.id, name: row.name, draft: JSON.parse(row.draft) as Org, revision: row.revision, updatedAtMs: row.updated_at_ms }
      : null;
  }

  create(id: string, draft: Org, nowMs: number): void {
    this.#db
      .prepare("INSERT INTO orgs (id, name, draft, created_at_ms, updated_at_ms) VALUES (?, ?, ?, ?, ?)")
      .run(id, draft.name, JSON.stringify(draft), nowMs, nowMs);
  }

  /** Replaces the draft and raises its revision; returns the new revision. */
  saveDraft(id: string, draft: Org, nowMs: number): number {
    const row = this.#db
      .prepare("UPDATE orgs SET name = ?, draft = ?, revision = revision + 1, updated_at_ms = ? WHERE id = ? RETURNING revision")
      .get(draft.name, JSON.stringify(draft), nowMs, id) as { revision: number };
    return row.revision;
  }

  /** Puts an org out of sight; nothing is lost. */
  archive(id: string, nowMs: number | null): void {
    this.#db.prepare("UPDATE orgs SET archived_at_ms = ? WHERE id = ?").run(nowMs, id);
  }

  /** Keeps an immutable version; the first design with a hash stays. */
  keepVersion(hash: string, design: Org, orgId: string | null, nowMs: number): void {
    this.#db
      .prepare("INSERT OR IGNORE INTO org_versions (hash, org_id, name, design, created_at_ms) VALUES (?, ?, ?, ?, ?)")
      .run(hash, orgId, design.name, JSON.stringify(design), nowMs);
  }

  version(hash: string): Org | null {
    const row = this.#db.prepare("SELECT design FROM org_versions WHERE hash = ?").get(hash) as { design: string } | undefined;
    return row ? (JSON.parse(row.design) as Org) : null;
  }

  keepSuite(hash: string, suite: Suite, nowMs: number): void {
    this.#db
      .prepare("INSERT OR IGNORE INTO suites (hash, suite_id, name, content, imported_at_ms) VALUES (?, ?, ?, ?, ?)")
      .run(hash, suite.id, suite.name, JSON.stringify(suite), nowMs);
  }

  suite(hash: string): Suite | null {
    const known = this.#suites.get(hash);
    if (known) return known;
    const row = this.#db.prepare("SELECT content FROM suites WHERE hash = ?").get(hash) as { content: string } | undefined;
    if (!row) return null;
    const suite = JSON.parse(row.content) as Suite;
    this.#suites.set(hash, suite);
    return suite;
  }

  /** The newest suite of each id. */
  suites(): { hash: string; suite: Suite }[] {
    const rows = this.#db.prepare("SELECT hash, suite_id FROM suites ORDER BY imported_at_ms DESC, hash").all() as {
      hash: string;
      suite_id: string;
    }[];
    const seen = new Set<string>();
    return rows.flatMap(({ hash, suite_id }) => {
      if (seen.has(suite_id)) return [];
      seen.add(suite_id);
      return [{ hash, suite: this.suite(hash) as Suite }];
    });
  }
}
