/** Owns a server of the Message Batches API for tests: real sockets, results as lines of JSON, and whatever a test has go wrong. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SentRequest {
  custom_id: string;
  params: Record<string, unknown>;
}

export interface ServedBatch {
  id: string;
  requests: SentRequest[];
  status: "in_progress" | "canceling" | "ended";
  /** The lines of its results; by default every request is answered. */
  lines: string[];
}

/** What to say instead: a status with a body, or the connection cut (after so many bytes of the right answer). */
export type Mishap = { status: number; body?: unknown; headers?: Record<string, string> } | { cutAfter: number };

export interface BatchServer {
  url: string;
  batches: ServedBatch[];
  /** Method and path of each request, in order. */
  asked: string[];
  /** The key of each request. */
  keys: (string | undefined)[];
  /** Looked at for each request; what it gives happens in place of the answer. */
  mishap: (method: string, path: string) => Mishap | null;
  /** Where the server says the results are. */
  resultsUrl: (batch: ServedBatch) => string;
  end(index?: number): void;
  close(): Promise<void>;
}

/** A message as the API writes it, as one line of results. */
export function answeredLine(customId: string, text: string): string {
  const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2 };
  const content = [{ type: "text", text }];
  const message = { id: `msg_${customId}`, type: "message", role: "assistant", model: "served", content, stop_reason: "end_turn", usage };
  return JSON.stringify({ custom_id: customId, result: { type: "succeeded", message } });
}

/** Starts the server on a free port of this machine. */
export async function startBatchServer(): Promise<BatchServer> {
  const http = createServer((incoming, outgoing) => void answer(server, incoming, outgoing));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: BatchServer = {
    url,
    batches: [],
    asked: [],
    keys: [],
    mishap: () => null,
    resultsUrl: (batch) => `${url}/v1/messages/batches/${batch.id}/results`,
    end(index = 0) {
      const batch = server.batches[index];
      if (batch) batch.status = "ended";
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

async function answer(server: BatchServer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = "", url = "" } = incoming;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  server.asked.push(`${method} ${url}`);
  server.keys.push(keyOf(incoming));
  const mishap = server.mishap(method, url);
  if (mishap && "status" in mishap) {
    outgoing.writeHead(mishap.status, { "content-type": "application/json", ...mishap.headers });
    outgoing.end(JSON.stringify(mishap.body ?? { type: "error", error: { type: "api_error", message: "planted" } }));
    return;
  }
  const { status, type, body } = handle(server, method, url, Buffer.concat(chunks).toString());
  outgoing.writeHead(status, { "content-type": type, ...(mishap ? { "content-length": Buffer.byteLength(body) } : {}) });
  if (mishap) outgoing.write(body.slice(0, mishap.cutAfter), () => outgoing.destroy());
  else outgoing.end(body);
}

function handle(server: BatchServer, method: string, path: string, body: string): { status: number; type: string; body: string } {
  const json = (value: unknown, status = 200) => ({ status, type: "application/json", body: JSON.stringify(value) });
  if (method === "POST" && path === "/v1/messages/batches") {
    const { requests } = JSON.parse(body) as { requests: SentRequest[] };
    const lines = requests.map(({ custom_id }) => answeredLine(custom_id, `Answer to ${custom_id}`));
    const batch: ServedBatch = { id: `msgbatch_${server.batches.length + 1}`, requests, status: "in_progress", lines };
    server.batches.push(batch);
    return json(described(server, batch));
  }
  const [, id, action] = /^\/v1\/messages\/batches\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
  const batch = server.batches.find((each) => each.id === id);
  if (!batch) return json({ type: "error", error: { type: "not_found_error", message: "not found" } }, 404);
  if (action === "cancel") batch.status = "canceling";
  // In another order than they were sent in, as the API may.
  if (action === "results") return { status: 200, type: "application/x-jsonl", body: batch.lines.toReversed().join("\n") };
  return json(described(server, batch));
}

function described(server: BatchServer, batch: ServedBatch): Record<string, unknown> {
  const ended = batch.status === "ended";
  return { id: batch.id, type: "message_batch", processing_status: batch.status, results_url: ended ? server.resultsUrl(batch) : null };
}

function keyOf(incoming: IncomingMessage): string | undefined {
  const { "x-api-key": key, authorization } = incoming.headers;
  return typeof key === "string" ? key : authorization?.replace(/^Bearer /, "");
}
