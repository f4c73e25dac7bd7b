/** Batches of the simulated population: answered offline, gone with their process, called off. */
import { describe, expect, it } from "vitest";
import type { BatchItem } from "#main/models/batch-requests.ts";
import type { BatchDeskParts } from "#main/models/batches.ts";
import { makeClient } from "#main/models/client.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";
import type { CellScript } from "#main/models/simulated/script.ts";
import { items, kinds, request, batchBench } from "#test/support/batch-bench.ts";

const bench = batchBench();

describe("batches of the simulated population", () => {
  const script: CellScript = {
    cell: "cell",
    seed: 1,
    asks: [],
    silence: 0,
    refuse: 0,
    skill: 1,
    names: {},
    odds: {},
    constraints: [{ id: "k1", preserved: ["Rule 1 is firm."], weakened: ["w"], contradicted: ["c"], alsoPreserved: [] }],
  };
  const simulated = (population: SimulatedPopulation, parts: Partial<BatchDeskParts> = {}) => {
    const client = makeClient({ baseUrl: "http://simulated.invalid", apiKey: null, fetch: population.fetch });
    return bench.start({ simulated: true, connection: "simulated", connect: () => ({ ok: true, client, apiKey: null }), ...parts });
  };
  const drawn: BatchItem[] = [1, 2].map((draw) => ({
    customId: `d${draw}`,
    request: request("Rule 1 is firm."),
    identity: { cell: "cell", agent: "a", turn: 1, call: 1, draw },
  }));

  it("are answered offline by their calls' identities, and have ended at the second poll", async () => {
    const population = new SimulatedPopulation();
    population.open(script);
    const { desk, done } = simulated(population);
    desk.enqueue("draws", drawn);
    await desk.submit();
    population.close("cell");
    expect(await desk.poll()).toEqual({ ended: [], troubles: [] });
    expect(await desk.poll()).toEqual({ ended: ["bat_1"], troubles: [] });
    const texts = done.map(({ result }) => (result.kind === "answered" ? JSON.stringify(result.answer.content) : result.kind));
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text).toContain("Rule 1 is firm.");
    expect(new Set(texts).size).toBe(2);
  });

  it("that went with their process are sent again", async () => {
    const population = new SimulatedPopulation();
    population.open(script);
    const first = simulated(population);
    first.desk.enqueue("draws", drawn);
    await first.desk.submit();
    await first.desk.poll();
    first.die();
    const anew = new SimulatedPopulation();
    anew.open(script);
    const second = simulated(anew);
    for (let round = 0; round < 3; round += 1) {
      await second.desk.poll();
      await second.desk.submit();
    }
    expect(kinds(second.done)).toEqual({ d1: "answered", d2: "answered" });
  });

  it("can be called off before they have ended; a bad request is errored by itself", async () => {
    const population = new SimulatedPopulation();
    const { desk, done } = simulated(population);
    const [off, bad] = [
      desk.enqueue("draws", items("off")),
      desk.enqueue("draws", [
        ...items("good"),
        {
          customId: "bad",
          request: {
            ...request("x"),
            system: Array.from({ length: 5 }, () => ({ type: "text", text: "x", cache_control: { type: "ephemeral" } })),
          },
        },
      ]),
    ];
    if (!off.ok || !bad.ok) throw new Error("not enqueued");
    await desk.submit();
    await desk.cancel(off.batchIds[0] ?? "");
    await desk.poll();
    await desk.poll();
    expect(kinds(done)).toEqual({ off: "canceled", good: "answered", bad: "errored" });
  });
});
