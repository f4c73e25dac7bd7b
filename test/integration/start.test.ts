/** Runs `npm start`'s program where Electron cannot be had, and with stand-in binaries: what it says, serves, and leaves behind. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";

const root = join(import.meta.dirname, "..", "..");
const launch = join(root, "main", "hosts", "launch");
const linux = process.platform === "linux";
const SOON = { timeout: 20_000, interval: 20 };

interface Started {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The exit code; a signal that ended it is its name. */
  ended: Promise<number | string | null>;
}

let folder: string;
let database: string;
let mark: string;
let running: ChildProcess[];

beforeAll(() => {
  // What is stale is built here, not within the time of a test.
  const build = `const { buildParts } = await import(${JSON.stringify(join(launch, "build.mjs"))}); await buildParts(["node", "renderer", "preload"]);`;
  const built = spawnSync(process.execPath, ["--input-type=module", "-e", build], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
}, 180_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driftlab-start-"));
  database = join(folder, "lab.db");
  mark = randomUUID();
  running = [];
});

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Without a display and without Electron's binary, unless `env` brings them. */
function start(env: NodeJS.ProcessEnv = {}, args: string[] = []): Started {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  const empty = join(folder, "no-electron");
  mkdirSync(empty, { recursive: true });
  const child = spawn(process.execPath, [join(launch, "start.mjs"), "--db", database, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...rest,
      DRIFTLAB_DATA: folder,
      DRIFTLAB_NO_BROWSER: "1",
      DRIFTLAB_TEST: mark,
      ELECTRON_OVERRIDE_DIST_PATH: empty,
      electron_config_cache: join(folder, "cache"),
      ...env,
    },
  });
  running.push(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const ended = new Promise<number | string | null>((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

async function addressOf({ stdout, stderr }: Started): Promise<string> {
  return vi.waitFor(() => {
    const [, url] = /Driftlab is at (\S+)\n/.exec(stdout()) ?? [];
    if (url === undefined) throw new Error(`no address yet: ${stdout()}${stderr()}`);
    return url;
  }, SOON);
}

/** Processes that this test's start has begun, however deep: they all carry its mark. */
function processesLeft(): string[] {
  if (!linux) return [];
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`DRIFTLAB_TEST=${mark}`);
    } catch {
      return false;
    }
  });
}

function expectNothingLeft(): void {
  expect(processesLeft()).toEqual([]);
  expect([existsSync(`${database}.lock`), existsSync(`${database}-wal`)]).toEqual([false, false]);
}

describe("without a display", () => {
  it.skipIf(!linux)("says so in one line and serves the same app to whoever has the token", async () => {
    const started = start();
    const url = await addressOf(started);
    expect(started.stderr()).toBe("Electron is not available (there is no display), so Driftlab is served to your browser instead.\n");
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{20,}$/);
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("<title>Driftlab</title>")]);
    expect((await fetch(new URL("/", url))).status).toBe(403);
    expect((await fetch(new URL("/?token=wrong", url))).status).toBe(403);
  });

  it.skipIf(!linux).each(["SIGINT", "SIGTERM"] as const)("ends cleanly on %s", async (signal) => {
    const started = start();
    await addressOf(started);
    expect(existsSync(`${database}.lock`)).toBe(true);
    started.child.kill(signal);
    expect(await started.ended).toBe(0);
    expectNothingLeft();
  });

  it.skipIf(!linux).each(["SIGINT", "SIGTERM"] as const)("ends cleanly on %s at the very moment its address is there", async (signal) => {
    for (let time = 0; time < 3; time += 1) {
      const started = start();
      // No round trip between the line and the signal: what comes first is read first.
      started.child.stdout?.once("data", () => started.child.kill(signal));
      expect(await started.ended).toBe(0);
      expectNothingLeft();
    }
  });
});

describe("--browser", () => {
  it("says nothing of Electron and takes the port that is named", async () => {
    const port = await freePort();
    const started = start({ DISPLAY: ":99" }, ["--browser", "--port", String(port)]);
    expect(new URL(await addressOf(started)).port).toBe(String(port));
    expect(started.stderr()).toBe("");
  });
});

describe("after a restart", () => {
  const cookieOf = async (url: string) => (await fetch(url)).headers.get("set-cookie")?.split(";")[0] ?? "";
  const socketOpens = (url: string, cookie: string) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(`${new URL(url).origin.replace("http", "ws")}/rpc`, { headers: { cookie } });
      socket.once("open", () => {
        socket.terminate();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });

  it("of a host that was killed: the same address, and a page's cookie from before still opens the line", async () => {
    const first = start({}, ["--browser"]);
    const url = await addressOf(first);
    const cookie = await cookieOf(url);
    expect(await socketOpens(url, cookie)).toBe(true);
    first.child.kill("SIGKILL");
    await first.ended;
    const second = start({}, ["--browser"]);
    expect(await addressOf(second)).toBe(url);
    expect(await socketOpens(url, cookie)).toBe(true);
    expect(await socketOpens(url, cookie.replace(/=.*/, "=x"))).toBe(false);
    if (process.platform !== "win32") expect(statSync(join(folder, "browser-host.json")).mode & 0o777).toBe(0o600);
  });

  it("with its port taken: a free one, and the other keeps its place; the reason for reading only is said", async () => {
    const first = start({}, ["--browser"]);
    const url = await addressOf(first);
    const second = start({}, ["--browser"]);
    const other = await addressOf(second);
    expect(new URL(other).port).not.toBe(new URL(url).port);
    expect(second.stderr()).toMatch(/^Another Driftlab \(process \d+\) has this database open, so this one only reads\.[^\n]*\n$/);
    for (const each of [first, second]) {
      each.child.kill("SIGTERM");
      await each.ended;
    }
    expect(await addressOf(start({}, ["--browser"]))).toBe(url);
  });

  it.skipIf(process.platform === "win32").each<[string, string, number]>([
    ["that others could read", JSON.stringify({ port: 4_711, token: "t".repeat(32) }), 0o644],
    ["with a short token", JSON.stringify({ port: 4_711, token: "t" }), 0o600],
    ["that is broken", "{", 0o600],
  ])("a file %s is not trusted", async (_name, text, mode) => {
    writeFileSync(join(folder, "browser-host.json"), text);
    chmodSync(join(folder, "browser-host.json"), mode);
    const url = await addressOf(start({}, ["--browser"]));
    expect(new URL(url).searchParams.get("token")).not.toMatch(/^t+$/);
    expect(statSync(join(folder, "browser-host.json")).mode & 0o777).toBe(0o600);
  });
});

describe("--key-env", () => {
  it("gives a compatible server its own key, in the app too, and nothing else", async () => {
    const started = start({ OWN_KEY: "own-server-key" }, ["--browser", "--key-env", "OWN_KEY"]);
    expect((await fetch(await addressOf(started))).status).toBe(200);
    if (linux) expect(readFileSync(`/proc/${started.child.pid}/cmdline`, "utf8")).not.toContain("own-server-key");
  });

  it.each([
    ["NOT_SET", "--key-env names NOT_SET, which is not set.\n"],
    ["sk-the-key-itself", "--key-env takes the name of an environment variable that holds the key, not the key itself.\n"],
    [
      "ANTHROPIC_API_KEY",
      "--key-env takes a compatible server's own key; ANTHROPIC_API_KEY belongs to Anthropic and is never sent elsewhere.\n",
    ],
  ])("%s: one clear line, exit code 2", async (name, line) => {
    const started = start({}, ["--key-env", name]);
    expect(await started.ended).toBe(2);
    expect([started.stdout(), started.stderr()]).toEqual(["", line]);
  });
});

describe("flags", () => {
  it.each([[["--prot", "1"]], [["--port", "many"]], [["--port", "70000"]], [["--db", ""]], [["file.json"]]])(
    "%j: one line, exit code 2",
    async (args) => {
      const started = start({}, args);
      expect(await started.ended).toBe(2);
      expect(started.stderr()).toMatch(/^[^\n]+Usage: npm start[^\n]+\n$/);
      expect(started.stdout()).toBe("");
    },
  );
});

describe.skipIf(!linux)("while Electron's binary is being fetched", () => {
  let mirror: Server;
  let asked: number;
  let answer: "never" | "not found";
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    asked = 0;
    answer = "never";
    mirror = createServer((_request, response) => {
      asked += 1;
      if (answer === "not found") response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve));
    env = { DISPLAY: ":99", ELECTRON_MIRROR: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/` };
  });

  afterEach(() => {
    mirror.closeAllConnections();
    mirror.close();
  });

  it("gives up after 5 seconds and serves", async () => {
    const startedMs = Date.now();
    const started = start(env);
    await vi.waitFor(() => expect(started.stderr()).not.toBe(""), SOON);
    expect(Date.now() - startedMs).toBeGreaterThan(4_900);
    expect(Date.now() - startedMs).toBeLessThan(9_000);
    expect(asked).toBeGreaterThan(0);
    expect((await fetch(await addressOf(started))).status).toBe(200);
    expect(started.stderr()).toMatch(
      /^Electron is not available \(its binary could not be downloaded within 5 seconds[^\n]*\), so Driftlab is served to your browser instead\.\n$/,
    );
    // The attempt has ended with its time; only the app itself is left.
    expect(processesLeft()).toEqual([String(started.child.pid)]);
    started.child.kill("SIGTERM");
    expect(await started.ended).toBe(0);
    expectNothingLeft();
  });

  it("does not wait where there is nothing to be had", async () => {
    answer = "not found";
    const started = start(env);
    await addressOf(started);
    expect(started.stderr()).toBe(
      "Electron is not available (its binary could not be downloaded), so Driftlab is served to your browser instead.\n",
    );
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends at once on %s", async (signal) => {
    const started = start(env);
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0), SOON);
    const signalledMs = Date.now();
    started.child.kill(signal);
    expect(await started.ended).toBe(130);
    expect(Date.now() - signalledMs).toBeLessThan(2_000);
    expect([started.stdout(), started.stderr()]).toEqual(["", ""]);
    expectNothingLeft();
  });
});

describe.skipIf(!linux)("with an Electron", () => {
  /** A program in the binary's place. */
  function binary(source: string): NodeJS.ProcessEnv {
    const dist = join(folder, "electron");
    mkdirSync(dist, { recursive: true });
    const path = join(dist, "electron");
    writeFileSync(path, `#!${process.execPath}\nconst { writeFileSync } = require("node:fs");\n${source}\n`);
    chmodSync(path, 0o755);
    return { DISPLAY: ":99", ELECTRON_OVERRIDE_DIST_PATH: dist, ELECTRON_RUN_AS_NODE: "1", SAW: join(folder, "saw.json") };
  }
  const saw = () => JSON.parse(readFileSync(join(folder, "saw.json"), "utf8")) as unknown;

  it("starts the project in it, passes the database on and ends with its exit code", async () => {
    const started = start(
      binary(
        `writeFileSync(process.env.SAW, JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE ?? null])); process.exitCode = 0;`,
      ),
    );
    expect(await started.ended).toBe(0);
    expect(saw()).toEqual([[...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), root, `--db=${database}`], null]);
    expect([started.stdout(), started.stderr()]).toEqual(["", ""]);
  });

  it("passes the name of the key's variable on, and the key in the environment alone", async () => {
    const source = "writeFileSync(process.env.SAW, JSON.stringify([process.argv.slice(2), process.env.OWN_KEY])); process.exitCode = 0;";
    await start({ ...binary(source), OWN_KEY: "own-server-key" }, ["--key-env", "OWN_KEY"]).ended;
    expect(saw()).toEqual([expect.arrayContaining(["--key-env=OWN_KEY"]), "own-server-key"]);
    expect(JSON.stringify((saw() as unknown[])[0])).not.toContain("own-server-key");
  });

  it("ends with code 2 where the app has said that its data cannot be opened", async () => {
    expect(await start(binary("process.exitCode = 2;")).ended).toBe(2);
  });

  it.each([
    ["process.exitCode = 1;", "it ended at once with code 1"],
    ['process.kill(process.pid, "SIGTRAP"); setTimeout(() => undefined, 10_000);', "it ended at once with SIGTRAP"],
  ])("that fails at once (%s) serves to the browser", async (source, reason) => {
    const started = start(binary(source));
    expect((await fetch(await addressOf(started))).status).toBe(200);
    expect(started.stderr()).toBe(`Electron is not available (${reason}), so Driftlab is served to your browser instead.\n`);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("hands %s on, once, and waits for it", async (signal) => {
    const source = `const seen = [];
      for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => { seen.push(signal); setTimeout(() => { writeFileSync(process.env.SAW, JSON.stringify(seen)); process.exit(0); }, 300); });
      setInterval(() => undefined, 1_000);
      writeFileSync(process.env.SAW, "[]");`;
    const started = start(binary(source));
    await vi.waitFor(() => expect(saw()).toEqual([]), SOON);
    started.child.kill(signal);
    expect(await started.ended).toBe(0);
    expect(saw()).toEqual([signal]);
    expectNothingLeft();
  });

  it("kills one that does not end", { timeout: 30_000 }, async () => {
    const started = start(
      binary('process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1_000); writeFileSync(process.env.SAW, "[]");'),
    );
    await vi.waitFor(() => expect(saw()).toEqual([]), SOON);
    started.child.kill("SIGTERM");
    expect(await started.ended).toBe(0);
    expectNothingLeft();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
