/** Owns how the renderer reaches the lab: a WebSocket in a browser, a MessagePort in Electron; nothing else differs. */
import { createORPCClient } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import type { Contract } from "#shared/rpc/contract.ts";

export type LabClient = ContractRouterClient<Contract>;

/** One line to the lab, until it closes. */
export interface Line {
  client: LabClient;
  close(): void;
}

export interface Transport {
  /** Opens lines one after another: calls `onLine` with each, `onLost` when it is gone. Returns how to end it. */
  start(onLine: (line: Line) => void, onLost: () => void): () => void;
}

/** First wait before another try, in milliseconds; doubles up to the longest. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4_000;

/** Keeps a WebSocket open, trying again when it is lost. */
export function socketTransport(url: string): Transport {
  return {
    start(onLine, onLost) {
      let ended = false;
      let waitMs = FIRST_WAIT_MS;
      let socket: WebSocket | null = null;
      const open = () => {
        if (ended) return;
        const current = new WebSocket(url);
        socket = current;
        current.addEventListener("open", () => {
          waitMs = FIRST_WAIT_MS;
          onLine({ client: createORPCClient(new SocketLink({ websocket: current })), close: () => current.close() });
        });
        current.addEventListener("close", () => {
          if (ended) return;
          onLost();
          setTimeout(open, waitMs);
          waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
        });
      };
      open();
      return () => {
        ended = true;
        socket?.close();
      };
    },
  };
}

/** Takes the ports that Electron's main process hands over; each new one replaces the last. */
export function portTransport(): Transport {
  return {
    start(onLine, onLost) {
      let current: MessagePort | null = null;
      const receive = (event: MessageEvent) => {
        const port = event.ports[0];
        if (event.source !== window || event.data !== "driftlab:port" || !port) return;
        current = port;
        // An old port's late end says nothing about the one that has replaced it.
        port.addEventListener("close", () => {
          if (port === current) onLost();
        });
        port.start();
        onLine({ client: createORPCClient(new PortLink({ port })), close: () => port.close() });
      };
      window.addEventListener("message", receive);
      window.postMessage("driftlab:connect", window.location.origin);
      return () => window.removeEventListener("message", receive);
    },
  };
}

/** The transport of the host this page runs in. */
export function defaultTransport(): Transport {
  const host = (window as { driftlab?: { host?: string } }).driftlab?.host;
  if (host === "electron") return portTransport();
  return socketTransport(`${window.location.origin.replace(/^http/, "ws")}/rpc`);
}
