/** Owns which pages have asked for the lab, and gives each a port as soon as there is one. */
import type { MessagePortMain, WebContents } from "electron";
import { PORT } from "#main/hosts/electron/channels.ts";

export class PortDesk {
  #connect: () => MessagePortMain | null;
  #pages = new Set<WebContents>();

  constructor(connect: () => MessagePortMain | null) {
    this.#connect = connect;
  }

  /** A page asks. While the lab is not open it is remembered. */
  ask(page: WebContents): void {
    if (!this.#pages.has(page)) {
      this.#pages.add(page);
      page.once("destroyed", () => this.#pages.delete(page));
    }
    this.#handOut(page);
  }

  /** The lab is open (again): whoever has asked gets a new port and takes it for a reconnect. */
  handOutAll(): void {
    for (const page of this.#pages) this.#handOut(page);
  }

  #handOut(page: WebContents): void {
    const port = this.#connect();
    if (port) page.postMessage(PORT, null, [port]);
  }
}
