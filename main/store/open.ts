/** Owns opening the database file: who else has it, which version it is, its backup before a migration. */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { isDiskFull } from "#main/store/failure.ts";
import { FileLock } from "#main/store/lock.ts";
import { MIGRATIONS } from "#main/store/migrations/list.ts";

export type StoreError =
  | { code: "newer-file"; file: string; found: number; known: number }
  | { code: "older-file"; file: string; found: number; known: number }
  | { code: "in-use"; file: string; pid: number }
  | { code: "not-a-database"; file: string; why: string }
  | { code: "disk-full"; file: string }
  | { code: "cannot-open"; file: string; why: string };

export interface OpenedStore {
  db: Database.Database;
  readOnly: boolean;
  close(): void;
}

export interface OpenOptions {
  file: string;
  /** Opens without writing; works beside another process. */
  readOnly?: boolean;
  migrations?: readonly string[];
}

/** The sentence a person reads about a store that did not open. */
export function storeErrorSentence(error: StoreError): string {
  switch (error.code) {
    case "newer-file":
      return `The database ${error.file} was written by a newer Driftlab (version ${error.found}, this one knows ${error.known}). Use the newer Driftlab, or name another file with --db.`;
    case "in-use":
      return `The database ${error.file} is in use by another Driftlab${error.pid > 0 ? ` (process ${error.pid})` : ""}. Close that one, or name another file with --db; meanwhile the app opens it read-only, and driftlab report reads it.`;
    case "not-a-database":
      return `${error.file} is not a Driftlab database (${error.why}). Name another file with --db.`;
    case "disk-full":
      return `The disk is full: the database ${error.file} cannot be opened for writing. Make room and start again, or name another file with --db.`;
    case "older-file":
      return `The database ${error.file} is of version ${error.found}, and this Driftlab writes version ${error.known}. Open it for writing once, with driftlab serve or the app: it is backed up first.`;
    case "cannot-open":
      return `The database ${error.file} cannot be opened (${error.why}). Check the path and its permissions, or name another file with --db.`;
  }
}

/** Opens (and creates, and migrates) the store; expected failures are values. `:memory:` works without a lock. */
export function openStore({
  file,
  readOnly = false,
  migrations = MIGRATIONS,
}: OpenOptions): { ok: true; store: OpenedStore } | { ok: false; error: StoreError } {
  const inMemory = file === ":memory:";
  let lock: FileLock | null = null;
  let db: Database.Database | null = null;
  try {
    if (!inMemory && !readOnly) {
      mkdirSync(dirname(file), { recursive: true });
      const taken = FileLock.take(`${realPath(file)}.lock`);
      if (!taken.ok) return { ok: false, error: { code: "in-use", file, pid: taken.pid } };
      lock = taken.lock;
    }
    db = new Database(file, { readonly: readOnly, fileMustExist: readOnly });
    db.pragma("busy_timeout = 5000");
    const found = Number(db.pragma("user_version", { simple: true }));
    if (found > migrations.length) {
      db.close();
      lock?.release();
      return { ok: false, error: { code: "newer-file", file, found, known: migrations.length } };
    }
    const foreign = found === 0 && Number(db.prepare("SELECT COUNT(*) FROM sqlite_master").pluck().get()) > 0;
    if (foreign) {
      db.close();
      lock?.release();
      return { ok: false, error: { code: "not-a-database", file, why: "it holds somebody else's tables" } };
    }
    if (readOnly && found < migrations.length) {
      db.close();
      const error: StoreError =
        found === 0
          ? { code: "not-a-database", file, why: "it holds none of Driftlab's tables" }
          : { code: "older-file", file, found, known: migrations.length };
      return { ok: false, error };
    }
    if (!readOnly) {
      db.pragma("journal_mode = WAL");
      db.pragma("synchronous = NORMAL");
      // Moving the log into the file waits for the disk: every 32 MB instead of every 4, and pages written often are moved once.
      db.pragma("wal_autocheckpoint = 8000");
      migrate(db, file, found, migrations);
    }
    db.pragma("foreign_keys = ON");
    const opened = db;
    return {
      ok: true,
      store: {
        db: opened,
        readOnly,
        close() {
          opened.close();
          lock?.release();
        },
      },
    };
  } catch (error) {
    db?.close();
    lock?.release();
    if (isDiskFull(error)) return { ok: false, error: { code: "disk-full", file } };
    const why = error instanceof Error ? error.message : String(error);
    const code = (error as { code?: string }).code === "SQLITE_NOTADB" ? "not-a-database" : "cannot-open";
    return { ok: false, error: { code, file, why } };
  }
}

/** Each migration in one transaction; a file that holds something is copied first. */
function migrate(db: Database.Database, file: string, found: number, migrations: readonly string[]): void {
  if (found === migrations.length) return;
  if (found > 0 && file !== ":memory:") {
    // Through SQLite: a copy of the file alone would lack what stands in its log, and somebody who reads keeps the log from being moved.
    db.prepare("VACUUM INTO ?").run(freeName(`${file}.before-v${migrations.length}`, ".bak"));
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < found) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${index + 1}`);
    })();
  }
}

/** One file has one lock, by whatever links it is reached. */
function realPath(file: string): string {
  return existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
}

/** A name that no file has: an earlier backup is never written over. */
function freeName(base: string, ending: string): string {
  for (let count = 1; ; count += 1) {
    const name = `${base}${count === 1 ? "" : `-${count}`}${ending}`;
    if (!existsSync(name)) return name;
  }
}
