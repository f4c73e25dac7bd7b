/** Owns starting the real app for an end-to-end test: the built browser host on a database of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RunningApp {
  url: string;
  folder: string;
  database: string;
  /** Ends the process as Ctrl+C would. */
  stop(): Promise<void>;
}

/** Serves the app; `database` lets a second start find what the first one left. */
export async function startApp(database?: string): Promise<RunningApp> {
  const folder = mkdtempSync(join(tmpdir(), "driftlab-e2e-"));
  const file = database ?? join(folder, "driftlab.db");
  const child = spawn(process.execPath, ["main/hosts/launch/driftlab.mjs", "serve", "--no-open", "--db", file], {
    env: { ...process.env, DRIFTLAB_DATA: folder, ANTHROPIC_API_KEY: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await addressOf(child);
  return {
    url,
    folder,
    database: file,
    async stop() {
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const read = (data: Buffer) => {
      said += String(data);
      const url = /http:\/\/\S+/.exec(said)?.[0];
      if (url) resolve(url);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", (data: Buffer) => {
      said += String(data);
    });
    child.once("exit", (code) => reject(new Error(`the app ended with ${code}: ${said}`)));
  });
}
