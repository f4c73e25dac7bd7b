import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Store } from "#main/store/store.ts";
import { resultsOf } from "#test/support/crash-chain.ts";
import { byWords, CrashWatch } from "#test/support/crash-watch.ts";
import { faultRun, NO_CAPS, outcomes, QUICK_RETRY } from "#test/support/fault-run.ts";
import { FaultServer } from "#test/support/fault-server.ts";

/* A server that takes no more of our requests: because of the key, or because it is gone. */

let server: FaultServer;
let folder = "";
beforeEach(async () => {
  server = await FaultServer.start();
  folder = mkdtempSync(join(tmpdir(), "driftlab-faults-"));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function openStore(): Store {
  const opened = Store.open({ file: join(folder, "lab.db") });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.store;
}

/** Every byte that is kept. */
const kept = () =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("\n");

describe("a key that is revoked in the middle", () => {
  const OLD = "first-key-0123456789";
  const NEW = "second-key-9876543210";

  it("J cells fail with a sentence, the key is nowhere, and with a new key nothing that was paid for is paid again", async () => {
    let valid = OLD;
    server.slowMs = () => 2;
    server.fault = ({ number, apiKey }) => {
      if (number === 30) valid = NEW;
      if (apiKey === valid) return null;
      const message = `the key ${apiKey} is not valid any more`;
      return { status: 401, body: JSON.stringify({ type: "error", error: { type: "authentication_error", message } }) };
    };
    const store = openStore();
    const secrets = (key: string) => ({ anthropicKey: () => "an-anthropic-key", serverKey: () => key });
    const first = faultRun(server, { store, secrets: secrets(OLD) });
    expect((await first.runner.start(first.id, { caps: NO_CAPS })).end).toBe("failed");
    const failed = store.experiments.cells(first.id).filter((cell) => cell.outcome === "failed");
    expect(failed.length).toBeGreaterThanOrEqual(3);
    for (const cell of failed) {
      expect(cell.failureCode).toBe("auth");
      expect(cell.failureMessage).toBe("401: the key [key] is not valid any more");
    }
    const watch = new CrashWatch(byWords);
    const before = server.asked.length;
    watch.asked(server.asked.map((each) => each.key));
    watch.look(join(folder, "lab.db"), false);
    expect(watch.callsEnded).toBeGreaterThan(20);

    const second = faultRun(server, { store, secrets: secrets(NEW) });
    expect((await second.runner.start(second.id, { caps: NO_CAPS })).end).toBe("finished");
    watch.asked(server.asked.slice(before).map((each) => each.key));
    watch.look(join(folder, "lab.db"), false);
    expect(watch.broken).toEqual([]);
    expect(outcomes(second)).toEqual({ done: store.experiments.cells(second.id).length });
    const results = resultsOf(store, second.id);
    const elsewhere = faultRun(server, { secrets: secrets(NEW) });
    await elsewhere.runner.start(elsewhere.id, { caps: NO_CAPS });
    expect(results).toBe(resultsOf(elsewhere.store, elsewhere.id));
    store.close();
    for (const key of [OLD, NEW, "an-anthropic-key"]) {
      expect(kept()).not.toContain(key);
      expect(results).not.toContain(key);
    }
    // A compatible server never gets the Anthropic key.
    expect(new Set(server.asked.map((each) => each.apiKey))).toEqual(new Set([OLD, NEW]));
  });
});

describe("a server that is gone", () => {
  it("J cells fail by name and cost nothing; when it is there again the same experiment goes on from where it was", async () => {
    const { url } = server;
    const made = faultRun(server, { retry: { ...QUICK_RETRY, attempts: 3 } });
    server.slowMs = () => 2;
    let gone: Promise<void> | null = null;
    server.fault = ({ number }) => {
      if (number === 25) gone = server.close();
      return null;
    };
    const events: string[] = [];
    const end = await made.runner.start(made.id, { caps: NO_CAPS, onEvent: (_arm, event) => events.push(event.type) });
    await gone;
    expect(end.end).toBe("failed");
    const cells = made.store.experiments.cells(made.id);
    const failed = cells.filter((cell) => cell.outcome === "failed");
    expect(failed.length).toBeGreaterThanOrEqual(3);
    for (const cell of failed) {
      expect(cell.failureCode).toBe("network");
      expect(cell.failureMessage).toMatch(/^the server could not be reached \((ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET)\)$/);
    }
    expect(events.filter((type) => type === "call-retried").length).toBeGreaterThan(failed.length);
    expect(made.store.spending.outputTokensSpent({ experiment: made.id })).toBeGreaterThanOrEqual(server.bill.outputTokens);
    const again = faultRun(server, { store: made.store, retry: { ...QUICK_RETRY, attempts: 2 } });
    const refused: number[] = [];
    await again.runner.start(again.id, {
      caps: NO_CAPS,
      onEvent: (_arm, event) => {
        // A call that was called off because its neighbour failed may have been on its way: that one counts.
        const isRefused = event.type === "call-retried" || (event.type === "call-failed" && event.failure.code === "network");
        if (isRefused) refused.push(event.lostTokens ?? 0);
      },
    });
    expect(refused.length).toBeGreaterThan(3);
    expect(refused.every((lost) => lost === 0)).toBe(true);

    const ended = made.store.spending.spent({ experiment: made.id }).outputTokens ?? Number.NaN;
    const back = await FaultServer.start(Number(new URL(url).port));
    expect(back.url).toBe(url);
    await again.runner.start(again.id, { caps: NO_CAPS });
    expect(outcomes(again)).toEqual({ done: cells.length });
    expect(made.store.spending.spent({ experiment: made.id }).outputTokens).toBe(ended + back.bill.outputTokens);
    await back.close();
    server = await FaultServer.start();
  });
});
