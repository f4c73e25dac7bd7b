/** Owns running `npm start`'s program where Electron cannot be had, unless a test brings one, in a folder of its own, and what it leaves behind. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { ROOT } from "#test/support/driftlab-command.ts";

const launch = join(ROOT, "main", "hosts", "launch");
export const LINUX = process.platform === "linux";
export const SOON = { timeout: 20_000, interval: 20 };

export interface Started {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The exit code; a signal that ended it is its name. */
  ended: Promise<number | string | null>;
}

class StartCommand {
  readonly folder = mkdtempSync(join(tmpdir(), "driftlab-start-"));
  readonly database = join(this.folder, "lab.db");
  readonly #mark = randomUUID();
  readonly #running: ChildProcess[] = [];

  /** Without a display and without Electron's binary, unless `env` brings them. */
  start(env: NodeJS.ProcessEnv = {}, args: string[] = []): Started {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
    const empty = join(this.folder, "no-electron");
    mkdirSync(empty, { recursive: true });
    const child = spawn(process.execPath, [join(launch, "start.mjs"), "--db", this.database, ...args], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...rest,
        DRIFTLAB_DATA: this.folder,
        DRIFTLAB_NO_BROWSER: "1",
        DRIFTLAB_TEST: this.#mark,
        ELECTRON_OVERRIDE_DIST_PATH: empty,
        electron_config_cache: join(this.folder, "cache"),
        ...env,
      },
    });
    this.#running.push(child);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    const ended = new Promise<number | string | null>((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
    return { child, stdout: () => stdout, stderr: () => stderr, ended };
  }

  /** Processes that this test's start has begun, however deep: they all carry its mark. */
  processesLeft(): string[] {
    if (!LINUX) return [];
    return readdirSync("/proc").filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`DRIFTLAB_TEST=${this.#mark}`);
      } catch {
        return false;
      }
    });
  }

  remove(): void {
    for (const child of this.#running) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** For a file of tests: the program in a folder of its own for each of them. */
export function startCommand() {
  let command: StartCommand;
  beforeAll(() => {
    // What is stale is built here, not within the time of a test.
    const build = `const { buildParts } = await import(${JSON.stringify(join(launch, "build.mjs"))}); await buildParts(["node", "renderer", "preload"]);`;
    const built = spawnSync(process.execPath, ["--input-type=module", "-e", build], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(built.stderr);
  }, 180_000);
  beforeEach(() => {
    command = new StartCommand();
  });
  afterEach(() => command.remove());
  function expectNothingLeft(): void {
    expect(command.processesLeft()).toEqual([]);
    expect([existsSync(`${command.database}.lock`), existsSync(`${command.database}-wal`)]).toEqual([false, false]);
  }
  return {
    start: (env?: NodeJS.ProcessEnv, args?: string[]) => command.start(env, args),
    database: () => command.database,
    at: (name: string) => join(command.folder, name),
    processesLeft: () => command.processesLeft(),
    expectNothingLeft,
  };
}

/** The address that it says it is at, as soon as it does. */
export async function addressOf({ stdout, stderr }: Started): Promise<string> {
  return vi.waitFor(() => {
    const [, url] = /Driftlab is at (\S+)\n/.exec(stdout()) ?? [];
    if (url === undefined) throw new Error(`no address yet: ${stdout()}${stderr()}`);
    return url;
  }, SOON);
}
