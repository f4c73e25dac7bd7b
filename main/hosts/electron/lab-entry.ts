/** Owns the lab's utility process from inside: opens the lab, serves the ports it is handed, ends cleanly. */
import type { MessageEvent } from "electron";
import { onError } from "@orpc/server";
import { RPCHandler } from "@orpc/server/message-port";
import { databaseArgument, keyEnvArgument } from "#main/hosts/electron/arguments.ts";
import type { FromLab, ToLab } from "#main/hosts/electron/channels.ts";
import { logUnexpected } from "#main/hosts/log-unexpected.ts";
import { openLab } from "#main/hosts/open-lab.ts";
import { makeRouter } from "#main/lab/router.ts";

const PARENT_CHECK_MS = 1_000;

const { parentPort } = process;
const file = databaseArgument(process.argv);
const keyEnv = keyEnvArgument(process.argv);
const opened = openLab({ host: "electron", ...(file === null ? {} : { file }), ...(keyEnv === null ? {} : { keyEnv }) });
const handler = opened.ok
  ? new RPCHandler(makeRouter(opened.lab), { interceptors: [onError(logUnexpected((line) => process.stderr.write(`${line}\n`)))] })
  : null;
let ending = false;

parentPort.on("message", ({ data, ports }: MessageEvent) => {
  const message = data as ToLab;
  if (message.type === "quit") return void end();
  const port = ports[0];
  if (!port || !handler) return;
  handler.upgrade(port);
  port.start();
});
// Ctrl+C in a terminal reaches this process too; the main process then asks it to quit, after the window has saved what it holds.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => void end());
endWithParent();
tell(opened.ok ? { type: "ready" } : { type: "failed", message: opened.message });

function tell(message: FromLab): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
  parentPort.postMessage(message);
}

/** Stops what runs, closes the store, goes. A lab that never opened just goes. */
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  try {
    if (opened.ok) await opened.lab.close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`The lab did not close cleanly: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  }
}

/** Where the main process dies without a word, a new parent is how it shows. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void end();
  }, PARENT_CHECK_MS).unref();
}
