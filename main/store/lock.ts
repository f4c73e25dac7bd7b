/** Owns the lock file that keeps a second process from writing to one database. */
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";

/** Locks of this very process: a process id alone cannot tell two stores in one process apart. */
const heldHere = new Set<string>();

export class FileLock {
  #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Takes the lock, or says whose it is. A lock left by a process that has died is taken over. */
  static take(path: string): { ok: true; lock: FileLock } | { ok: false; pid: number } {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        const file = openSync(path, "wx");
        writeSync(file, String(process.pid));
        closeSync(file);
        heldHere.add(path);
        return { ok: true, lock: new FileLock(path) };
      } catch (error) {
        if ((error as { code?: string }).code !== "EEXIST") throw error;
        const pid = ownerOf(path);
        if (pid !== null && (pid === process.pid ? heldHere.has(path) : isAlive(pid))) return { ok: false, pid };
        removeIfThere(path);
      }
    }
    return { ok: false, pid: ownerOf(path) ?? 0 };
  }

  release(): void {
    heldHere.delete(this.#path);
    removeIfThere(this.#path);
  }
}

function ownerOf(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
  }
}
