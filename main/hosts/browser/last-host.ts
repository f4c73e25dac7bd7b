/** Owns what the browser host keeps of its address, so that an open page finds it again after a restart or a crash. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface LastHost {
  port: number;
  token: string;
}

const FILE = "browser-host.json";

/** The last address, or null where there is none, where it makes no sense, or where others could have read its token. */
export function readLastHost(folder: string): LastHost | null {
  try {
    const file = join(folder, FILE);
    if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) return null;
    const { port, token } = JSON.parse(readFileSync(file, "utf8")) as Partial<Record<keyof LastHost, unknown>>;
    if (typeof token !== "string" || !/^[\w-]{32,100}$/.test(token)) return null;
    return typeof port === "number" && Number.isInteger(port) && port > 0 && port <= 65_535 ? { port, token } : null;
  } catch {
    return null;
  }
}

/** Keeps the address for this person alone. Where that cannot be done, the next start has another address. */
export function keepLastHost(folder: string, { port, token }: LastHost): void {
  try {
    mkdirSync(folder, { recursive: true });
    const draft = join(folder, `${FILE}.${process.pid}`);
    writeFileSync(draft, `${JSON.stringify({ port, token })}\n`, { mode: 0o600, flag: "wx" });
    renameSync(draft, join(folder, FILE));
  } catch {
    // A folder that cannot be written to.
  }
}
