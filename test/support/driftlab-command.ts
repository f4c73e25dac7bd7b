/** Owns running the real `driftlab` command in a process of its own, in a folder of its own, as a person or a script runs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { orgFileText } from "#shared/org/load.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const COMMAND = join(ROOT, "main", "hosts", "launch", "driftlab.mjs");

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export class DriftlabCommand {
  readonly folder = mkdtempSync(join(tmpdir(), "driftlab-cli-"));
  readonly env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: this.folder, DRIFTLAB_DATA: join(this.folder, "data") };

  /** The first command builds where sources are newer than the last build. */
  async build(): Promise<void> {
    const { code, err } = await this.run("--version");
    if (code !== 0) throw new Error(`the command does not start: ${err}`);
  }

  /** Starts it; `in` is the folder where it runs, its own by default. */
  begin(
    args: string[],
    { env = {}, cwd = this.folder }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ): {
    child: ChildProcess;
    ended: Promise<Ended>;
  } {
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd, env: { ...this.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err }))) };
  }

  run(...args: string[]): Promise<Ended> {
    return this.begin(args).ended;
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  /** Puts a file there; its name. */
  put(name: string, content: string | object): string {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), typeof content === "string" ? content : JSON.stringify(content));
    return name;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** For a file of tests: a command of its own with two small orgs and a suite beside it, removed at the end. */
export function useDriftlab() {
  let command: DriftlabCommand;
  beforeAll(async () => {
    command = new DriftlabCommand();
    command.put("chain.org.json", orgFileText(testOrg("A>B>C")));
    command.put("fork.org.json", orgFileText({ ...testOrg("A>B,A>C,B>C"), name: "Fork" }));
    command.put("plain.suite.json", plainSuite(3, 4));
    await command.build();
  }, 120_000);
  afterAll(() => command.remove());
  return {
    begin: (args: string[], env: NodeJS.ProcessEnv = {}) => command.begin(args, { env }),
    driftlab: (...args: string[]) => command.run(...args),
    at: (name: string) => command.at(name),
    put: (name: string, content: string | object) => command.put(name, content),
  };
}
