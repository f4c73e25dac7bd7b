/** What a connection sends with a call: settings and temperature, and nothing that is the simulated population's. */
import { describe, expect, it } from "vitest";
import { openConnection } from "#main/models/connection.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { runExperiment, testPorts } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { COMPATIBLE, NO_KEYS, open, PARTS, recorder, REQUEST } from "#test/support/recorded-connection.ts";
import { plainSuite } from "#test/support/suites.ts";

describe("connections", () => {
  it("D the identity header is set on the simulated connection alone", async () => {
    const seen: string[] = [];
    const simulated = new SimulatedPopulation({
      faults: (identity) => {
        seen.push(identity);
        return null;
      },
    });
    await openConnection({ kind: "simulated" }, { secrets: NO_KEYS, simulated, ports: testPorts() }).call(REQUEST, PARTS);
    expect(seen).toEqual(["arm%2Ft1%2F1/a/1/1/0"]);
    for (const spec of [{ kind: "anthropic" } as const, COMPATIBLE]) {
      const { asked, fetch } = recorder();
      await open(spec, fetch, { anthropicKey: () => "k", serverKey: () => null }).call(REQUEST, PARTS);
      expect([...(asked[0]?.headers.keys() ?? [])].filter((name) => name.includes("driftlab"))).toEqual([]);
      expect(JSON.stringify([...(asked[0]?.headers ?? [])])).not.toContain("arm%2Ft1");
    }
  });

  it("D nothing of what is for the population alone reaches a real model: no phrasing, no pattern, no weight", async () => {
    const { asked, fetch } = recorder();
    const suite = plainSuite(1, 2, () => 7);
    for (const rule of suite.tasks[0]?.ledger ?? []) rule.phrasings?.weakened.push("A phrasing that only the population knows.");
    await runExperiment({
      orgs: [testOrg("A>B")],
      suite,
      repeats: 1,
      connection: COMPATIBLE,
      runnerParts: { fetch },
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(JSON.stringify(asked.map((each) => each.body))).not.toContain("only the population knows");
  });

  it("D settings travel: streaming, model, max_tokens, effort and thinking; temperature only where it is in the request; no empty tools", async () => {
    const { asked, fetch } = recorder();
    const connection = open(COMPATIBLE, fetch);
    await connection.call({ ...REQUEST, effort: "high", thinking: "adaptive", temperature: 0.4 }, PARTS);
    await connection.call({ ...REQUEST, thinking: "off" }, PARTS);
    expect(asked[0]?.body).toMatchObject({
      stream: true,
      model: "some-model",
      max_tokens: 100,
      output_config: { effort: "high" },
      thinking: { type: "adaptive" },
      temperature: 0.4,
    });
    expect(asked[1]?.body).toMatchObject({ thinking: { type: "disabled" } });
    for (const field of ["temperature", "output_config", "tools", "effort"]) expect(asked[1]?.body).not.toHaveProperty(field);
  });

  it("D the org's temperature is sent to a server that takes it, and not to one that does not", async () => {
    const warm = { ...testOrg("A>B"), defaults: { model: "m", settings: { temperature: 0.2 } } };
    for (const takesTemperature of [true, false]) {
      const { asked, fetch } = recorder();
      await runExperiment({
        orgs: [warm],
        suite: plainSuite(1, 1),
        repeats: 1,
        connection: { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature },
        runnerParts: { fetch },
      });
      expect(asked.every((each) => "temperature" in each.body === takesTemperature)).toBe(true);
    }
  });
});
