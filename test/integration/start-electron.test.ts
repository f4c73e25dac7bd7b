/** `npm start` with stand-ins for Electron's binary: while it is fetched, and once it is there. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ROOT } from "#test/support/driftlab-command.ts";
import { addressOf, LINUX, SOON, startCommand } from "#test/support/start-command.ts";

const { start, database, at, processesLeft, expectNothingLeft } = startCommand();

describe.skipIf(!LINUX)("while Electron's binary is being fetched", () => {
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

describe.skipIf(!LINUX)("with an Electron", () => {
  /** A program in the binary's place. */
  function binary(source: string): NodeJS.ProcessEnv {
    const dist = at("electron");
    mkdirSync(dist, { recursive: true });
    const path = join(dist, "electron");
    writeFileSync(path, `#!${process.execPath}\nconst { writeFileSync } = require("node:fs");\n${source}\n`);
    chmodSync(path, 0o755);
    return { DISPLAY: ":99", ELECTRON_OVERRIDE_DIST_PATH: dist, ELECTRON_RUN_AS_NODE: "1", SAW: at("saw.json") };
  }
  const saw = () => JSON.parse(readFileSync(at("saw.json"), "utf8")) as unknown;

  it("starts the project in it, passes the database on and ends with its exit code", async () => {
    const started = start(
      binary(
        `writeFileSync(process.env.SAW, JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE ?? null])); process.exitCode = 0;`,
      ),
    );
    expect(await started.ended).toBe(0);
    expect(saw()).toEqual([[...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ROOT, `--db=${database()}`], null]);
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
