/** Owns killing a process at seeded moments, starting it again until it has finished, and looking at the file each time. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportOf, reportText } from "#main/lab/report.ts";
import { csvTables } from "#main/lab/tables.ts";
import type { Store } from "#main/store/store.ts";
import type { CrashJob } from "#test/support/crash-job.ts";
import type { CrashWatch } from "#test/support/crash-watch.ts";
import { seeded } from "#test/support/seeded.ts";

export interface ChainParts {
  /** Built by `buildCrashChild`. */
  child: string;
  folder: string;
  job: Omit<CrashJob, "db" | "log">;
  watch: CrashWatch;
  /** Decides each moment. */
  dice: () => number;
  /** A kill falls at most so long after the process began its work, in milliseconds. */
  windowMs: number;
  /** Kills that are still to be made; counted down. */
  left: { kills: number };
  /** Requests since the last time, where the network writes them down itself; else the child's log is read. */
  requests?: () => Promise<string[]>;
  /** Told after each end of a process. */
  onEnd?(): void;
}

/** One in so many kills falls anywhere after the start of the process, however little it had done by then. */
const EARLY = 6;
/** How long a start takes, about; milliseconds. */
const START_MS = 120;

/** Runs a job to its end through as many kills as are left; returns how it ended and the moments, in milliseconds. */
export async function killUntilDone(parts: ChainParts): Promise<{ end: string; moments: string[] }> {
  const { child, folder, watch, dice, windowMs, left } = parts;
  const job: CrashJob = { ...parts.job, db: join(folder, "lab.db"), log: join(folder, "requests.log") };
  const jobFile = join(folder, "job.json");
  writeFileSync(jobFile, JSON.stringify(job));
  const readLog = parts.requests ?? logReader(job.log);
  const moments: string[] = [];
  for (;;) {
    const early = dice() < 1 / EARLY;
    const ms = Math.round(dice() * (early ? START_MS : windowMs));
    const running = spawn(process.execPath, [child, jobFile], { stdio: ["ignore", "pipe", "pipe"] });
    const said = collect(running);
    const closed = once(running, "close") as Promise<[number | null, string | null]>;
    if (left.kills > 0) {
      if (!early) await Promise.race([said.ready, closed]);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, ms)), closed]);
      running.kill("SIGKILL");
    }
    const [code, signal] = await closed;
    const killed = signal === "SIGKILL";
    // In this order: a call counts as ended from the look on, and what was asked for before it is no repetition.
    watch.asked(await readLog());
    watch.look(job.db, killed);
    parts.onEnd?.();
    if (killed) {
      left.kills -= 1;
      moments.push(`${early ? "start" : "work"}+${ms}`);
      continue;
    }
    if (code !== 0) throw new Error(`the process ended by itself with ${code}: ${said.err()}`);
    return { end: said.out().split("\n")[1] ?? "", moments };
  }
}

/** What the file says in the end, as a person gets it: the report and the tables. */
export function resultsOf(store: Store, id: string): string {
  const row = store.experiments.get(id);
  if (!row) throw new Error(`there is no experiment ${id}`);
  const report = reportOf(store, row);
  return [reportText(report), ...Object.values(csvTables(store, row, report))].join("\n");
}

/** Dice for the moments, from a seed that is said aloud so that they can be drawn again. */
export function momentDice(what: string): { seed: number; dice: () => number } {
  const seed = Number(process.env.DRIFTLAB_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${what}: DRIFTLAB_CRASH_SEED=${seed}`);
  return { seed, dice: seeded(seed) };
}

function collect(child: ChildProcess): { ready: Promise<void>; out(): string; err(): string } {
  let out = "";
  let err = "";
  child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      resolve();
    });
  });
  return { ready, out: () => out, err: () => err };
}

/** Lines that were added since the last reading. */
function logReader(file: string): () => Promise<string[]> {
  let read = existsSync(file) ? readFileSync(file).length : 0;
  return async () => {
    if (!existsSync(file)) return [];
    const bytes = readFileSync(file);
    const added = bytes.subarray(read).toString();
    read = bytes.length;
    return added.split("\n").filter((line) => line !== "");
  };
}
