/** Owns a page in the stand-in Electron: runs the real preload script in it and asks for the lab as the renderer does. */
import { EventEmitter } from "node:events";
import type { MessagePort } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import type { ContractRouterClient } from "@orpc/contract";
import type { Contract } from "#shared/rpc/contract.ts";
import { vi } from "vitest";
import type { StandIn, StandInContents } from "#test/support/electron-standin.ts";

interface PageMessage {
  source: unknown;
  data: unknown;
  ports: readonly MessagePort[];
}

export interface Page {
  /** What the preload put into the page's world. */
  exposed: Map<string, unknown>;
  /** What the page was sent, ports aside. */
  heard: unknown[];
  /** Asks for the lab, and resolves with a client on the next port that comes. */
  connect(): Promise<ContractRouterClient<Contract>>;
  /** A client on the next port, without asking. */
  nextPort(): Promise<ContractRouterClient<Contract>>;
}

/** Loads the real preload into a page that shows `contents`. */
export async function openPage({ ipcMain }: StandIn, contents: StandInContents): Promise<Page> {
  const listeners = new Set<(event: PageMessage) => void>();
  const window = {
    location: { origin: "app://driftlab" },
    addEventListener: (_type: "message", listener: (event: PageMessage) => void) => void listeners.add(listener),
    postMessage(data: unknown, targetOrigin: string, ports: readonly MessagePort[] = []) {
      if (targetOrigin !== window.location.origin) return;
      setImmediate(() => listeners.forEach((listener) => listener({ source: window, data, ports })));
    },
  };
  const heard: unknown[] = [];
  listeners.add(({ data, ports }) => {
    if (ports.length === 0) heard.push(data);
  });
  const exposed = new Map<string, unknown>();
  const ipcRenderer = Object.assign(new EventEmitter(), {
    send: (channel: string) => void ipcMain.emit(channel, { sender: contents, senderFrame: contents.mainFrame }),
  });
  contents.on("stand-in:posted", (channel: string, ports: MessagePort[]) => ipcRenderer.emit(channel, { ports }));
  contents.on("stand-in:sent", (channel: string, args: unknown[]) => ipcRenderer.emit(channel, {}, ...args));
  vi.stubGlobal("window", window);
  vi.doMock("electron", () => ({
    ipcRenderer,
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value) },
  }));
  await import("#main/hosts/electron/preload.ts");

  const nextPort = () =>
    new Promise<ContractRouterClient<Contract>>((resolve) => {
      const take = ({ data, ports: [port] }: PageMessage) => {
        if (data !== "driftlab:port" || !port) return;
        listeners.delete(take);
        resolve(createORPCClient(new RPCLink({ port })));
        port.start();
      };
      listeners.add(take);
    });
  return {
    exposed,
    heard,
    nextPort,
    connect() {
      const coming = nextPort();
      window.postMessage("driftlab:connect", window.location.origin);
      return coming;
    },
  };
}
