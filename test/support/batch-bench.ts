/** Owns a desk of batches on a bench: a server of the API, a store's file of its own, and desks over both, each as in a process of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { ModelRequest } from "#shared/run/messages.ts";
import type { BatchItem } from "#main/models/batch-requests.ts";
import { BatchDesk, type BatchDeskParts, type BatchDone } from "#main/models/batches.ts";
import { makeClient } from "#main/models/client.ts";
import { BatchTable } from "#main/store/batches.ts";
import { type OpenedStore, openStore } from "#main/store/open.ts";
import { type BatchServer, startBatchServer } from "#test/support/batch-server.ts";

export const KEY = "sk-ant-a-secret-key-of-somebody";
export const request = (text: string): ModelRequest => ({
  model: "some-model",
  max_tokens: 100,
  system: [{ type: "text", text: "Be brief." }],
  messages: [{ role: "user", content: [{ type: "text", text }] }],
  tools: [],
  thinking: "off",
});
export const items = (...ids: string[]): BatchItem[] => ids.map((customId) => ({ customId, request: request(`Question ${customId}`) }));

class BatchBench {
  readonly server: BatchServer;
  readonly folder = mkdtempSync(join(tmpdir(), "driftlab-batches-"));
  #opened: OpenedStore[] = [];

  constructor(server: BatchServer) {
    this.server = server;
  }

  /** A process of its own: the store's file opened anew, and a desk over it. `die` ends it. */
  start(parts: Partial<BatchDeskParts> = {}) {
    const result = openStore({ file: join(this.folder, "store.db") });
    if (!result.ok) throw new Error(result.error.code);
    this.#opened.push(result.store);
    const table = new BatchTable(result.store.db);
    const done: BatchDone[] = [];
    let ids = 0;
    const desk = new BatchDesk({
      shelf: table,
      connection: "anthropic",
      simulated: false,
      connect: () => ({ ok: true, client: makeClient({ baseUrl: this.server.url, apiKey: KEY }), apiKey: KEY }),
      nowMs: () => 1_000,
      newId: () => {
        ids += 1;
        return `bat_${ids}`;
      },
      onResult: (each) => done.push(each),
      ...parts,
    });
    const die = () => {
      result.store.close();
      this.#opened = this.#opened.filter((each) => each !== result.store);
    };
    return { desk, table, done, die, db: result.store.db };
  }

  async close(): Promise<void> {
    for (const each of this.#opened) each.close();
    await this.server.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** For a file of tests: a bench for each of them. */
export function batchBench() {
  let bench: BatchBench;
  beforeEach(async () => {
    bench = new BatchBench(await startBatchServer());
  });
  afterEach(() => bench.close());
  return {
    get server() {
      return bench.server;
    },
    get folder() {
      return bench.folder;
    },
    start: (parts?: Partial<BatchDeskParts>) => bench.start(parts),
  };
}

export const enqueue = (desk: BatchDesk, ...ids: string[]): string[] => {
  const result = desk.enqueue("draws", items(...ids));
  if (!result.ok) throw new Error(result.problem);
  return result.batchIds;
};
/** What became of each request. */
export const kinds = (done: readonly BatchDone[]) => Object.fromEntries(done.map((each) => [each.customId, each.result.kind]));
