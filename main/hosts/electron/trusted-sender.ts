/** Owns who may ask the main process for anything: the main frame of our own window, showing our own page. */
import type { IpcMainEvent, WebContents } from "electron";
import { isAppUrl } from "#main/hosts/electron/app-address.ts";

/** `own` is the window's contents, null where there is no window. A frame that has gone meanwhile is no sender. */
export function isTrustedSender({ sender, senderFrame }: Pick<IpcMainEvent, "sender" | "senderFrame">, own: WebContents | null): boolean {
  if (own === null || sender !== own || senderFrame === null) return false;
  return senderFrame.parent === null && isAppUrl(senderFrame.url);
}
