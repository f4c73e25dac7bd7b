#!/usr/bin/env node
/** Owns `npm start`: builds what is stale, opens the app in Electron, and in a browser where Electron cannot be had. */
import { spawn } from "node:child_process";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { goWhereCalledFrom } from "./called-from.mjs";
import { requireNode } from "./node-version.mjs";
import { readServerKey } from "./server-key.mjs";

requireNode();
goWhereCalledFrom();
const { buildParts, root } = await import("./build.mjs");
const { electronBinary, fetchElectron, noDisplay } = await import("./electron-binary.mjs");

const USAGE =
  "Usage: npm start -- [--browser] [--db FILE] [--port N] [--key-env NAME]   (--port: where the browser finds it; --key-env: variable with a compatible server's key)";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** An Electron that fails sooner than this has not shown a window: its sandbox or the display is in its way. */
const STARTS_WITHIN_MS = 3_000;
/** The lab gets 5 seconds to close its store; then Electron has to be gone. */
const ENDS_WITHIN_MS = 8_000;
/** Electron's own exit code for data that cannot be opened: it has said so, and a browser could not open it either. */
const CANNOT_OPEN = 2;

process.exitCode = await start(readFlags(process.argv.slice(2)));

async function start(flags) {
  if (!flags) return 2;
  if (flags.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  await buildParts(["node", "renderer", "preload"]);
  if (flags.browser) return serve(flags);
  const found = await findElectron();
  if (found.stopped) return 130;
  if (found.binary === null) return fallBack(found.reason, flags);
  const end = await runElectron(found.binary, flags);
  return end.reason === null ? end.code : fallBack(end.reason, flags);
}

/** Without a display there is nothing to fetch Electron for. */
async function findElectron() {
  const reason = noDisplay();
  const binary = electronBinary();
  if (reason !== null || binary !== null) return { binary: reason === null ? binary : null, reason, stopped: false };
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of SIGNALS) process.on(signal, stop);
  const failed = await fetchElectron(stopping.signal);
  for (const signal of SIGNALS) process.off(signal, stop);
  return { binary: electronBinary(), reason: failed ?? "its binary is not where it should be", stopped: stopping.signal.aborted };
}

/** Runs Electron until it ends; `reason` says why it never got going, null where it did. */
function runElectron(binary, flags) {
  const args = [
    // Chromium's sandbox refuses to run as root.
    ...(process.platform === "linux" && process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    root,
    ...(flags.db === undefined ? [] : [`--db=${flags.db}`]),
    // The name only: what stands on a command line can be read by everybody on the machine.
    ...(flags["key-env"] === undefined ? [] : [`--key-env=${flags["key-env"]}`]),
  ];
  // Set by editors that are Electron apps themselves; with it Electron would be a plain Node.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const startedMs = Date.now();
  // In a group of its own a Ctrl+C reaches it once, from here, and not a second time from the terminal.
  const child = spawn(binary, args, {
    cwd: process.cwd(),
    env,
    stdio: ["ignore", "inherit", "inherit"],
    detached: process.platform !== "win32",
  });
  let asked = false;
  let tooLong;
  const forward = (signal) => {
    asked = true;
    child.kill(signal);
    tooLong ??= setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((done) => {
    const finish = (code, reason) => {
      clearTimeout(tooLong);
      for (const signal of SIGNALS) process.off(signal, forward);
      done({ code, reason });
    };
    child.once("error", (error) => finish(1, `its binary does not start: ${error.message}`));
    child.once("exit", (code, signal) => {
      const failedAtOnce = !asked && code !== 0 && code !== CANNOT_OPEN && Date.now() - startedMs < STARTS_WITHIN_MS;
      finish(code ?? (asked ? 0 : 1), failedAtOnce ? `it ended at once with ${signal ?? `code ${code}`}` : null);
    });
  });
}

function fallBack(reason, flags) {
  process.stderr.write(`Electron is not available (${reason}), so Driftlab is served to your browser instead.\n`);
  return serve(flags);
}

async function serve({ db, port, "key-env": keyEnv }) {
  const host = await import(pathToFileURL(join(root, "dist", "node", "browser-host.js")).href);
  return host.serve({
    openBrowser: true,
    ...(db === undefined ? {} : { file: db }),
    ...(port === undefined ? {} : { port }),
    ...(keyEnv === undefined ? {} : { keyEnv }),
  });
}

/** The flags, or null after saying what is wrong with them. */
function readFlags(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        browser: { type: "boolean" },
        db: { type: "string" },
        port: { type: "string" },
        "key-env": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    for (const [flag, value] of Object.entries(values)) if (value === "") throw new Error(`--${flag} is empty`);
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(/^\d+$/.test(values.port) && port <= 65_535)) throw new Error("--port needs a whole number up to 65535");
    const key = values["key-env"] === undefined ? null : readServerKey(values["key-env"]);
    if (key?.ok === false) {
      process.stderr.write(`${key.message}\n`);
      return null;
    }
    const db = values.db === undefined || values.db === ":memory:" || isAbsolute(values.db) ? values.db : resolve(values.db);
    return { ...values, db, port };
  } catch (error) {
    process.stderr.write(`${error.message.split("\n")[0].split(". ")[0]}. ${USAGE}\n`);
    return null;
  }
}
