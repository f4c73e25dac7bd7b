/** Owns the bridge into the page: says which host it is in, passes the lab's port and the menu's commands through. Nothing else gets across. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from "electron";
import { COMMAND, CONNECT, PORT } from "#main/hosts/electron/channels.ts";

/** What this file needs of the page; the browser's own types would open the DOM to all of `main`. */
declare const window: {
  location: { origin: string };
  addEventListener(type: "message", listener: (event: { source: unknown; data: unknown }) => void): void;
  postMessage(message: unknown, targetOrigin: string, transfer: IpcRendererEvent["ports"]): void;
};

contextBridge.exposeInMainWorld("driftlab", { host: "electron" });

window.addEventListener("message", (event) => {
  if (event.source === window && event.data === CONNECT) ipcRenderer.send(CONNECT);
});

ipcRenderer.on(PORT, (event) => {
  // A port cannot cross the context bridge, but it can be posted.
  window.postMessage(PORT, window.location.origin, event.ports);
});

ipcRenderer.on(COMMAND, (_event, id: unknown) => {
  window.postMessage({ type: COMMAND, id }, window.location.origin, []);
});
