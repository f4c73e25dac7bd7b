/** Owns the names and messages that pass between the page, the main process and the lab's process. */

/** Page → preload → main: "hand me a port to the lab". */
export const CONNECT = "driftlab:connect";
/** Main → preload → page: the port. Comes again after the lab's process was restarted. */
export const PORT = "driftlab:port";

/** What the main process tells the lab's process; `connect` comes with a port. */
export type ToLab = { type: "connect" } | { type: "quit" };
/** What the lab's process tells the main process: once, after it tried to open the store. */
export type FromLab = { type: "ready" } | { type: "failed"; message: string };
