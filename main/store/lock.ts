/** Owns the lock that keeps a second process from writing to one database: the operating system's, so it ends with its process. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import Database from "better-sqlite3";

/**
 * Held on a small SQLite file beside the database: who dies, however, holds it no longer, and whoever has the dead one's number
 * since is not taken for it. In that file stands who holds it, which others can read meanwhile.
 */
export class FileLock {
  #path: string;
  #db: Database.Database;

  private constructor(path: string, db: Database.Database) {
    this.#path = path;
    this.#db = db;
  }

  /** Takes the lock, or says whose it is; process 0 where that cannot be read. Throws where the file cannot be made. */
  static take(path: string): { ok: true; lock: FileLock } | { ok: false; pid: number } {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const db = tryToHold(path);
      if (db === "held") return { ok: false, pid: holderOf(path)?.pid ?? 0 };
      if (db !== "again") return { ok: true, lock: new FileLock(path, db) };
    }
    return { ok: false, pid: holderOf(path)?.pid ?? 0 };
  }

  release(): void {
    try {
      // While it is still held, so that nobody's new file is removed.
      rmSync(this.#path, { force: true });
    } catch {
      // Windows keeps a file that is open. One that is left behind is held by nobody and in nobody's way.
    }
    this.#db.close();
  }
}

/** The open file with the lock on it; `held` where another has it, `again` where the file went away or was none of ours. */
function tryToHold(path: string): Database.Database | "held" | "again" {
  const db = new Database(path, { timeout: 0 });
  const nonce = randomUUID();
  try {
    // One that wants to write shuts out others that want to, and nobody who reads.
    db.exec("BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER, nonce TEXT); DELETE FROM holder");
    db.prepare("INSERT INTO holder VALUES (?, ?)").run(process.pid, nonce);
    // Seen by others only when it has been committed, which waits for those who read.
    db.pragma("busy_timeout = 2000");
    db.exec("COMMIT");
    // Who comes in between has the lock, and says so in the file.
    db.pragma("busy_timeout = 0");
    db.exec("BEGIN IMMEDIATE");
    // Its last holder may have removed the file since it was opened here: then this is a lock on nothing.
    if (holderOf(path)?.nonce === nonce) return db;
    db.close();
    return "again";
  } catch (error) {
    db.close();
    const { code } = error as { code?: string };
    if (code?.startsWith("SQLITE_BUSY")) return "held";
    if (code !== "SQLITE_NOTADB" && code !== "SQLITE_READONLY_DBMOVED") throw error;
    if (code === "SQLITE_NOTADB") rmSync(path, { force: true });
    return "again";
  }
}

function holderOf(path: string): { pid: number; nonce: string } | null {
  let db: Database.Database | undefined;
  try {
    // Through SQLite: to open and close the file by other means would drop the locks of this very process.
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 200 });
    return (db.prepare("SELECT pid, nonce FROM holder").get() as { pid: number; nonce: string } | undefined) ?? null;
  } catch {
    return null;
  } finally {
    db?.close();
  }
}
