import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Lab } from "#main/lab/lab.ts";
import { makeLab } from "#test/contract/given.ts";
import { connectTo, cookieOf, type HostUnderTest, openSocket, PAGE, request, SECRET, startHost } from "#test/contract/web-socket.ts";

describe("who the browser host talks to", () => {
  let lab: Lab;
  let host: HostUnderTest;
  beforeEach(async () => {
    lab = makeLab();
    host = await startHost(lab);
  });
  afterEach(async () => {
    await host.close();
    await lab.close();
  });
  const own = () => `127.0.0.1:${host.port}`;

  it("gives the page, and a cookie that scripts and other sites do not get, to who has the token", async () => {
    const answer = await request(host, `/${new URL(host.url).search}`);
    expect(answer).toMatchObject({ status: 200, body: PAGE });
    expect(answer.headers["set-cookie"]?.[0]).toMatch(/; HttpOnly; SameSite=Strict/);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'self'");
    expect(answer.headers["referrer-policy"]).toBe("no-referrer");
    expect((await request(host, "/", { cookie: await cookieOf(host) })).status).toBe(200);
  });

  it("refuses the page with a wrong token, with none, and with another's cookie", async () => {
    const right = new URL(host.url).searchParams.get("token") ?? "";
    const wrong = ["", "x", "x".repeat(right.length), right.slice(0, -1), `${right}x`, encodeURIComponent(`${right.slice(0, -1)}é`)];
    for (const token of wrong) {
      const answer = await request(host, `/?token=${token}`);
      expect(answer.status).toBe(403);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect(answer.body).not.toContain(right);
    }
    expect((await request(host, "/")).status).toBe(403);
    const cookie = await cookieOf(host);
    expect((await request(host, "/", { cookie: cookie.replace(/=.*/, "=x") })).status).toBe(403);
    expect((await request(host, "/", { cookie: cookie.replace(/^driftlab_\d+/, "driftlab_1") })).status).toBe(403);
  });

  it("refuses a WebSocket without the cookie, whatever else it brings", async () => {
    const token = new URL(host.url).search;
    expect(await openSocket(host, {})).toBe(403);
    expect(await openSocket(host, { cookie: `driftlab_${host.port}=x` })).toBe(403);
    expect(await openSocket(host, {}, `/rpc${token}`)).toBe(403);
    expect(await openSocket(host, { origin: `http://${own()}` })).toBe(403);
  });

  it("refuses a WebSocket from a foreign page, even with the cookie", async () => {
    const cookie = await cookieOf(host);
    const foreign = [
      "http://evil.example",
      `https://${own()}`,
      `http://127.0.0.1:${host.port + 1}`,
      `http://127.0.0.1.evil.example:${host.port}`,
      "null",
      "",
    ];
    for (const origin of foreign) expect([origin, await openSocket(host, { cookie, origin })]).toEqual([origin, 403]);
    expect(await openSocket(host, { cookie }, "/elsewhere")).toBe(403);
  });

  it("refuses a foreign host name, so that no name can be rebound to it", async () => {
    const cookie = await cookieOf(host);
    for (const name of ["evil.example", `evil.example:${host.port}`, `127.0.0.1.evil.example:${host.port}`, "127.0.0.1"]) {
      expect((await request(host, `/${new URL(host.url).search}`, { host: name })).status).toBe(403);
      expect(await openSocket(host, { cookie, host: name })).toBe(403);
    }
    expect((await request(host, "/", { cookie, host: `localhost:${host.port}` })).status).toBe(200);
  });

  it("serves nothing from outside its folder", async () => {
    const cookie = await cookieOf(host);
    const paths = [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/%2e%2e%2fsecret.txt",
      "/..\\secret.txt",
      "/..%5csecret.txt",
      "//secret.txt",
      "/./../../etc/passwd",
      "/%00",
      "/%",
      "/assets/../../secret.txt",
    ];
    for (const path of paths) {
      const answer = await request(host, path, { cookie });
      expect([path, answer.body.includes(SECRET), answer.body.includes("root:")]).toEqual([path, false, false]);
    }
    // It still stands.
    expect((await request(host, "/", { cookie })).status).toBe(200);
  });

  it("withstands frames that are no requests", async () => {
    // oRPC says on the console what it cannot read.
    const said = vi.spyOn(console, "error").mockReturnValue();
    const socket = await openSocket(host, { cookie: await cookieOf(host) });
    if (typeof socket === "number") throw new Error("refused");
    const frames = [
      "",
      "{",
      "null",
      "[]",
      "7",
      '{"i":1}',
      '{"i":1,"p":{"u":"/orgs/export","b":"x"}}',
      '{"i":"__proto__","p":{"u":"/__proto__/constructor"}}',
      Buffer.from([0, 255, 1, 2, 3]),
    ];
    for (const frame of frames) socket.send(frame);
    const line = await connectTo(host);
    expect(await line.client.app.info()).toMatchObject({ host: "test" });
    await line.close();
    socket.terminate();
    said.mockRestore();
  });

  it("withstands frames that break the protocol, and lines that are cut at any moment", async () => {
    const cookie = await cookieOf(host);
    const upgrade = (more: string) =>
      `GET /rpc HTTP/1.1\r\nHost: ${own()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;
    for (const more of ["", `Cookie: ${cookie}\r\n`]) {
      for (const waitMs of [0, 1, 5, 20]) {
        const line = connect(host.port, "127.0.0.1");
        line.on("error", () => undefined);
        line.write(upgrade(more));
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        // An unmasked frame with a reserved opcode, then a reset.
        line.write(Buffer.from([0xff, 0x7f, 1, 2, 3]));
        line.resetAndDestroy();
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await request(host, "/", { cookie })).status).toBe(200);
  });

  it("does not take more than it can hold", async () => {
    const socket = await openSocket(host, { cookie: await cookieOf(host) });
    if (typeof socket === "number") throw new Error("refused");
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.send("x".repeat(65 * 1024 * 1024), () => undefined);
    // Too big a message.
    expect([1009, 1006]).toContain(await closed);
    const line = await connectTo(host);
    expect(await line.client.orgs.list()).toHaveLength(1);
    await line.close();
  });
});
