/** Owns the tables of orgs (drafts), their named versions, designs frozen by hash, and suites. */
import type { Database } from "better-sqlite3";
import type { Org } from "#shared/org/schema.ts";
import type { OrgSummary, VersionDetail, VersionSummary } from "#shared/rpc/org-types.ts";
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

/** What a list of versions shows of each. */
const VERSION_COLUMNS = `id, org_id AS orgId, name, kind, json_array_length(design, '$.agents') AS agents,
  json_array_length(design, '$.handoffs') AS handoffs, created_at_ms AS createdAtMs, deleted_at_ms IS NOT NULL AS deleted`;

type RawVersion = Omit<VersionSummary, "deleted"> & { deleted: number };

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

  /** An org's named versions, deleted ones too, newest first. */
  namedVersions(orgId: string): VersionSummary[] {
    const rows = this.#db
      .prepare(`SELECT ${VERSION_COLUMNS} FROM named_versions WHERE org_id = ? ORDER BY created_at_ms DESC, rowid DESC`)
      .all(orgId) as RawVersion[];
    return rows.map((row) => ({ ...row, deleted: row.deleted === 1 }));
  }

  namedVersion(id: string): VersionDetail | null {
    const row = this.#db.prepare(`SELECT ${VERSION_COLUMNS}, design FROM named_versions WHERE id = ?`).get(id) as
      | (RawVersion & { design: string })
      | undefined;
    if (!row) return null;
    const { design, ...summary } = row;
    return { summary: { ...summary, deleted: summary.deleted === 1 }, org: JSON.parse(design) as Org };
  }

  /** Keeps a design as it stands under a name. */
  nameVersion(version: { id: string; orgId: string; name: string; kind: VersionSummary["kind"]; design: Org }, nowMs: number): void {
    this.#db
      .prepare("INSERT INTO named_versions (id, org_id, name, kind, design, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)")
      .run(version.id, version.orgId, version.name, version.kind, JSON.stringify(version.design), nowMs);
  }

  renameVersion(id: string, name: string): void {
    this.#db.prepare("UPDATE named_versions SET name = ? WHERE id = ?").run(name, id);
  }

  /** Marks a version as deleted, or (with null) takes it back; its design is kept. */
  deleteVersion(id: string, nowMs: number | null): void {
    this.#db.prepare("UPDATE named_versions SET deleted_at_ms = ? WHERE id = ?").run(nowMs, id);
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
