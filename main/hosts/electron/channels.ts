/** Owns the names and messages that pass between the page, the main process and the lab's process. */

import { COMMAND_MESSAGE } from "#shared/ui/commands.ts";

/** Page → preload → main: "hand me a port to the lab". */
export const CONNECT = "driftlab:connect";
/** Main → preload → page: the port. Comes again after the lab's process was restarted. */
export const PORT = "driftlab:port";

/** Main → preload → page: a command was chosen in the native menu; its id comes along. */
export const COMMAND = COMMAND_MESSAGE;

/** What the main process tells the lab's process; `connect` comes with a port. */
export type ToLab = { type: "connect" } | { type: "quit" };
/** What the lab's process tells the main process: once, after it tried to open the store. */
export type FromLab = { type: "ready" } | { type: "failed"; message: string };
