/** Owns the local browser host: loopback HTTP and WebSocket, a token, an origin check. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { onError } from "@orpc/server";
import { RPCHandler } from "@orpc/server/ws";
import sirv from "sirv";
import { WebSocketServer } from "ws";
import { logUnexpected } from "#main/hosts/log-unexpected.ts";
import type { Lab } from "#main/lab/lab.ts";
import { makeRouter } from "#main/lab/router.ts";

export interface BrowserHost {
  url: string;
  port: number;
  close(): Promise<void>;
}

export interface BrowserHostOptions {
  lab: Lab;
  /** The built renderer. */
  folder: string;
  /** 0 takes a free port. */
  port: number;
  /** What lets a browser in; a new one where none is given. */
  token?: string;
  log(line: string): void;
}

const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** Serves the app on 127.0.0.1. Whoever has the token gets a cookie; everything that matters goes through the WebSocket, which asks for it. */
export async function startBrowserHost({ lab, folder, port, token = newToken(), log }: BrowserHostOptions): Promise<BrowserHost> {
  const files = sirv(folder, { single: true, dev: false });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  const handler = new RPCHandler(makeRouter(lab), { interceptors: [onError(logUnexpected(log))] });
  sockets.on("connection", (socket) => {
    // A frame that is too big or broken ends that line; without a listener it would end the process.
    socket.on("error", () => undefined);
    handler.upgrade(socket);
  });

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (!isOurHost(request, actualPort())) return refuse(response, 403, "This address is not served here.");
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const given = url.searchParams.get("token");
    if (given !== null) {
      if (!same(given, token))
        return refuse(response, 403, "That token is not right. Open the address that Driftlab printed when it started.");
      response.setHeader("set-cookie", `${cookieName(actualPort())}=${token}; HttpOnly; SameSite=Strict; Path=/`);
    } else if (!hasCookie(request, actualPort(), token))
      return refuse(response, 403, "Open the address that Driftlab printed when it started: it ends in ?token=…");
    files(request, response, () => refuse(response, 404, "There is nothing here."));
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // From here on nobody else listens: a line that is reset before its answer would end the process.
    socket.on("error", () => socket.destroy());
    const origin = request.headers.origin;
    const allowed = isOurHost(request, actualPort()) && (origin === undefined || isOurOrigin(origin, actualPort()));
    if (!allowed || !hasCookie(request, actualPort(), token) || !request.url?.startsWith("/rpc")) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit("connection", accepted, request));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  function actualPort(): number {
    return (server.address() as AddressInfo | null)?.port ?? port;
  }
  return {
    port: actualPort(),
    url: `http://127.0.0.1:${actualPort()}/?token=${token}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

export function newToken(): string {
  return randomBytes(24).toString("base64url");
}

function cookieName(port: number): string {
  // Cookies do not know ports: each instance needs its own name.
  return `driftlab_${port}`;
}

function hasCookie(request: IncomingMessage, port: number, token: string): boolean {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.some(([name, value]) => name === cookieName(port) && value !== undefined && same(value, token));
}

/** Only by these names: a foreign name that resolves to loopback (DNS rebinding) is refused. */
function isOurHost(request: IncomingMessage, port: number): boolean {
  return request.headers.host === `127.0.0.1:${port}` || request.headers.host === `localhost:${port}`;
}

function isOurOrigin(origin: string, port: number): boolean {
  return origin === `http://127.0.0.1:${port}` || origin === `http://localhost:${port}`;
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(`${sentence}\n`);
}
