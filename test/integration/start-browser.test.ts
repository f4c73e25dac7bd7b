/** `npm start` where the app is served to the browser: what it says, who is let in, what it leaves behind, what a restart keeps. */
import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { addressOf, LINUX, startCommand } from "#test/support/start-command.ts";

const { start, database, at, expectNothingLeft } = startCommand();

describe("without a display", () => {
  it.skipIf(!LINUX)("says so in one line and serves the same app to whoever has the token", async () => {
    const started = start();
    const url = await addressOf(started);
    expect(started.stderr()).toBe("Electron is not available (there is no display), so Driftlab is served to your browser instead.\n");
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{20,}$/);
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("<title>Driftlab</title>")]);
    expect((await fetch(new URL("/", url))).status).toBe(403);
    expect((await fetch(new URL("/?token=wrong", url))).status).toBe(403);
  });

  it.skipIf(!LINUX).each(["SIGINT", "SIGTERM"] as const)("ends cleanly on %s", async (signal) => {
    const started = start();
    await addressOf(started);
    expect(existsSync(`${database()}.lock`)).toBe(true);
    started.child.kill(signal);
    expect(await started.ended).toBe(0);
    expectNothingLeft();
  });

  it.skipIf(!LINUX).each(["SIGINT", "SIGTERM"] as const)("ends cleanly on %s at the very moment its address is there", async (signal) => {
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
    if (process.platform !== "win32") expect(statSync(at("browser-host.json")).mode & 0o777).toBe(0o600);
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
    writeFileSync(at("browser-host.json"), text);
    chmodSync(at("browser-host.json"), mode);
    const url = await addressOf(start({}, ["--browser"]));
    expect(new URL(url).searchParams.get("token")).not.toMatch(/^t+$/);
    expect(statSync(at("browser-host.json")).mode & 0o777).toBe(0o600);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
