/** Owns `app://driftlab/`: the built renderer, served from its folder and from nowhere else. */
import { readFile } from "node:fs/promises";
import { extname, isAbsolute, join, relative } from "node:path";
import { protocol } from "electron";
import { APP_SCHEME, isAppUrl } from "#main/hosts/electron/app-address.ts";

/** As in the browser host, without its WebSocket: here the lab is reached through a port. */
const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".wasm": "application/wasm",
};

/** Makes it a standard, secure scheme: an origin of its own, fetch and workers as on the web. Has to be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers the scheme's requests from `folder`; has to be called after the app is ready. */
export function serveRenderer(folder: string): void {
  protocol.handle(APP_SCHEME, (request) => answer(folder, request));
}

async function answer(folder: string, request: Request): Promise<Response> {
  if (!isAppUrl(request.url)) return refuse(404, "This address is not served here.");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "This can only be read.");
  const path = filePath(folder, new URL(request.url).pathname);
  if (path === null) return refuse(403, "That path leads out of the app.");
  try {
    const body = await readFile(path);
    const type = TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";
    return new Response(request.method === "HEAD" ? null : body, { headers: { ...SECURITY_HEADERS, "content-type": type } });
  } catch {
    return refuse(404, "There is nothing here.");
  }
}

/** The file a path names, or null where it would leave the folder. A path without an ending is the app itself. */
function filePath(folder: string, pathname: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (name.includes("\0") || name.includes("\\")) return null;
  const path = join(folder, name);
  const inside = relative(folder, path);
  if (inside.startsWith("..") || isAbsolute(inside)) return null;
  return extname(path) === "" || inside === "" ? join(folder, "index.html") : path;
}

function refuse(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, { status, headers: { ...SECURITY_HEADERS, "content-type": "text/plain; charset=utf-8" } });
}
