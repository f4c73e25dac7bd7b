/** A connection that fails every cell alike: the rest waits, and goes on once it is mended. */
import { describe, expect, it } from "vitest";
import { Runner } from "#main/lab/runner.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import { streamResponse } from "#main/models/simulated/wire.ts";
import { memoryStore, prepareTestExperiment, testPorts } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

const NO_CAPS = { caps: { outputTokens: null, usd: null } };

/** An experiment of 40 cells on a server that answers as told. */
function experimentOn(answer: (request: number) => Response) {
  const store = memoryStore();
  const connection = { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true } as const;
  const { id } = prepareTestExperiment(store, { orgs: [testOrg("A")], suite: plainSuite(4, 1), repeats: 10, connection, model: "m" });
  let requests = 0;
  const runner = new Runner({
    store,
    secrets: { anthropicKey: () => null, serverKey: () => null },
    prices: () => BUILT_IN_PRICES,
    ports: testPorts(),
    fetch: async () => {
      requests += 1;
      return answer(requests);
    },
  });
  return { store, id, start: () => runner.start(id, NO_CAPS), requests: () => requests };
}

/** Says something and sends nothing on: the solo arm's whole answer. */
const works = () =>
  streamResponse(
    { id: "msg_1", model: "m", blocks: [{ type: "text", text: "Done." }], stopReason: "end_turn", inputTokens: 10, maxTokens: 100 },
    null,
  );

describe("a connection on which every cell fails alike", () => {
  it.each<[string, string, () => Response]>([
    [
      "a server that cannot be reached",
      "network",
      () => {
        throw new TypeError("fetch failed");
      },
    ],
    [
      "a key that is refused",
      "auth",
      () => Response.json({ type: "error", error: { type: "authentication_error", message: "no" } }, { status: 401 }),
    ],
  ])("D %s: three cells say so, the rest waits and goes on once it is mended", async (_name, code, broken) => {
    let mended = false;
    const { store, id, start } = experimentOn(() => (mended ? works() : broken()));
    const end = await start();
    expect(end.end).toBe("failed");
    expect(end.message).toMatch(
      new RegExp(`^3 cells in a row failed with ${code}: .+ The rest was not begun; once that is mended, go on\\.$`),
    );
    const { failed, waiting } = store.experiments.counts(id);
    // Some were under way together.
    expect(failed).toBeGreaterThanOrEqual(3);
    expect(waiting).toBeGreaterThan(10);
    mended = true;
    expect(await start()).toEqual({ end: "finished", message: null });
    expect(store.experiments.counts(id)).toMatchObject({ done: 40, failed: 0, waiting: 0 });
  });

  it("D cells that fail for reasons of their own do not keep the others from running", async () => {
    const { store, id, start } = experimentOn(() =>
      Response.json({ type: "error", error: { type: "invalid_request_error", message: "no" } }, { status: 400 }),
    );
    expect((await start()).end).toBe("finished");
    expect(store.experiments.counts(id).failed).toBe(40);
  });
});
