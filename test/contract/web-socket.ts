/** Owns reaching the real browser host as a browser does: the token for a cookie, the cookie for a WebSocket. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import { WebSocket } from "ws";
import { type BrowserHost, startBrowserHost } from "#main/hosts/browser/server.ts";
import type { Lab } from "#main/lab/lab.ts";
import type { Connection, LabClient } from "#test/contract/given.ts";

export interface HostUnderTest extends BrowserHost {
  /** What it logged: only bugs are. */
  logged: string[];
}

/** The page that stands for the built renderer, and a file beside its folder that nobody may read. */
export const PAGE = "<!doctype html><title>Driftlab</title>";
export const SECRET = "not for the web";

export async function startHost(lab: Lab): Promise<HostUnderTest> {
  const outer = mkdtempSync(join(tmpdir(), "driftlab-host-"));
  const folder = mkdtempSync(join(outer, "renderer-"));
  writeFileSync(join(folder, "index.html"), PAGE);
  writeFileSync(join(outer, "secret.txt"), SECRET);
  const logged: string[] = [];
  const host = await startBrowserHost({ lab, folder, port: 0, log: (line) => logged.push(line) });
  return {
    ...host,
    logged,
    async close() {
      await host.close();
      rmSync(outer, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A GET whose path goes out as it is written: `fetch` would tidy `..` away. */
export function request({ port }: BrowserHost, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    }).on("error", reject);
  });
}

/** The cookie that a browser gets for opening the printed address. */
export async function cookieOf(host: BrowserHost): Promise<string> {
  const { headers } = await request(host, `/${new URL(host.url).search}`);
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

/** Opens a WebSocket; the status it was refused with, where it was. */
export function openSocket({ port }: BrowserHost, headers: Record<string, string>, path = "/rpc"): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.once("open", () => resolve(socket));
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", reject);
  });
}

/** A line over a WebSocket with the right cookie. */
export async function connectTo(host: BrowserHost): Promise<Connection> {
  const socket = await openSocket(host, { cookie: await cookieOf(host), origin: `http://127.0.0.1:${host.port}` });
  if (typeof socket === "number") throw new Error(`refused with ${socket}`);
  const client: LabClient = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return { client, cut: () => socket.terminate(), close: async () => socket.close() };
}
