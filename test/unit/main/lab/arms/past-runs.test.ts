import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_POPULATION } from "#shared/population/schema.ts";
import { SIMULATED_MODEL } from "#shared/run/connection.ts";
import { hashOrg } from "#main/exchange/hash.ts";
import { pastRuns, type PastConditions } from "#main/lab/arms/past-runs.ts";
import { soloOf } from "#main/lab/solo.ts";
import type { Store } from "#main/store/store.ts";
import { memoryStore, population } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { create, plannedOf, record, SUITE, type Took } from "#test/unit/main/lab/arms/past.ts";

const org = testOrg("A>B");
const hash = hashOrg(org);
const conditions: PastConditions = { suite: SUITE, connection: { kind: "anthropic" }, model: null, population: DEFAULT_POPULATION };

describe("what runs have taken before", () => {
  let store: Store;
  beforeEach(() => {
    store = memoryStore();
  });
  afterEach(() => store.close());

  /** An experiment of the org with these runs of its first arm, or of the arm of a baseline. */
  const past = (
    change: Parameters<typeof plannedOf>[0],
    runs: (Pick<Took, "outputTokens"> & Partial<Took>)[],
    baseline: string | null = null,
  ) => {
    const planned = plannedOf({ repeats: 50, ...change });
    const id = create(store, planned, change?.suite);
    const armId = planned.plan.arms.find((arm) => arm.baseline === baseline)?.id ?? "";
    for (const [index, run] of runs.entries()) record(store, id, { armId, taskId: "t1", repeat: index + 1, costUsd: 0.5, ...run });
    return id;
  };
  const asked = (change: Partial<PastConditions> = {}, model: string | null = null, orgHash = hash) => {
    const now = { ...conditions, ...change };
    return pastRuns(store, now).median(orgHash, "t1", model, now.connection.kind);
  };

  it("M12 is the median over all finished runs, wherever they were made", () => {
    past({ seed: 1 }, [
      { outputTokens: 100, costUsd: 1 },
      { outputTokens: 900, costUsd: 9 },
    ]);
    past({ seed: 2 }, [{ outputTokens: 200, costUsd: 2 }]);
    expect(asked()).toEqual({ outputTokens: 200, costUsd: 2, runs: 3 });
    past({ seed: 3 }, [{ outputTokens: 300, costUsd: 3 }]);
    expect(asked()).toEqual({ outputTokens: 250, costUsd: 2.5, runs: 4 });
  });

  it("has at least half of the runs at or below it and half at or above it", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 12 }), (tokens) => {
        const fresh = memoryStore();
        const planned = plannedOf({ repeats: 50 });
        const id = create(fresh, planned);
        const armId = planned.plan.arms[0]?.id ?? "";
        for (const [index, outputTokens] of tokens.entries())
          record(fresh, id, { armId, taskId: "t1", repeat: index + 1, outputTokens, costUsd: null });
        const found = pastRuns(fresh, conditions).median(hash, "t1", null, "anthropic");
        const middle = found?.outputTokens ?? Number.NaN;
        expect(found?.runs).toBe(tokens.length);
        expect(tokens.filter((each) => each <= middle).length * 2).toBeGreaterThanOrEqual(tokens.length);
        expect(tokens.filter((each) => each >= middle).length * 2).toBeGreaterThanOrEqual(tokens.length);
        fresh.close();
      }),
      { numRuns: 20 },
    );
  });

  it("M21 has no cost where one run's price is not known, and nothing where nothing ran", () => {
    expect(asked()).toBeNull();
    past({}, [
      { outputTokens: 100, costUsd: 1 },
      { outputTokens: 300, costUsd: null },
    ]);
    expect(asked()).toEqual({ outputTokens: 200, costUsd: null, runs: 2 });
    expect(pastRuns(store, conditions).median(hash, "t2", null, "anthropic")).toBeNull();
    expect(asked({}, null, hashOrg(testOrg("A>B>C")))).toBeNull();
  });

  it("leaves out runs that did not finish", () => {
    past({}, [{ outputTokens: 100 }, { outputTokens: 900, outcome: "failed" }, { outputTokens: 900, outcome: "stopped" }]);
    expect(asked()).toMatchObject({ outputTokens: 100, runs: 1 });
  });

  it("leaves out runs with another model, on another connection or server", () => {
    past({ model: "big" }, [{ outputTokens: 100 }]);
    past({ connection: { kind: "compatible", baseUrl: "http://one", takesTemperature: true }, model: "big" }, [{ outputTokens: 200 }]);
    expect(asked()).toBeNull();
    expect(asked({}, "big")?.outputTokens).toBe(100);
    const server = (baseUrl: string) => ({ connection: { kind: "compatible" as const, baseUrl, takesTemperature: true } });
    expect(asked(server("http://one"), "big")?.outputTokens).toBe(200);
    expect(asked(server("http://two"), "big")).toBeNull();
  });

  it("leaves out simulated runs of another population", () => {
    const simulated = { kind: "simulated" as const };
    past({ connection: simulated, population: population({ silence: 0.5 }) }, [{ outputTokens: 100 }]);
    expect(asked({ connection: simulated, population: population({ silence: 0.5 }) }, SIMULATED_MODEL)?.outputTokens).toBe(100);
    expect(asked({ connection: simulated, population: population({}) }, SIMULATED_MODEL)).toBeNull();
    expect(asked({}, SIMULATED_MODEL)).toBeNull();
  });

  it("leaves out runs on a task that has changed since", () => {
    past({}, [{ outputTokens: 100 }]);
    const tasks = SUITE.tasks.map((task) => (task.id === "t1" ? { ...task, brief: `${task.brief} More.` } : task));
    expect(asked({ suite: { ...SUITE, tasks } })).toBeNull();
    const other = SUITE.tasks.map((task) => (task.id === "t2" ? { ...task, brief: `${task.brief} More.` } : task));
    expect(asked({ suite: { ...SUITE, tasks: other } })?.outputTokens).toBe(100);
  });

  it("gives a forecast each run by itself, with its calls", () => {
    past({ model: "big" }, [
      { outputTokens: 100, costUsd: 1 },
      { outputTokens: 300, costUsd: null },
    ]);
    const of = (change: Partial<PastConditions>) => pastRuns(store, { ...conditions, ...change }).of(hash, "t1");
    expect(of({ model: "big" })).toEqual([
      { calls: 1, outputTokens: 100, costUsd: 1 },
      { calls: 1, outputTokens: 300, costUsd: null },
    ]);
    expect(of({})).toEqual([]);
    past({ connection: { kind: "simulated" }, population: DEFAULT_POPULATION }, [{ outputTokens: 7 }]);
    expect(of({ connection: { kind: "simulated" } })).toMatchObject([{ outputTokens: 7 }]);
  });

  it("M12 counts one-shot runs for the solo design, not the draws of best-of-n, which runs the same design", () => {
    const solo = hashOrg(soloOf(org, "one-shot"));
    const median = () => ({ outputTokens: 10, costUsd: null, runs: 1 });
    past({ solos: ["best-of-n"], past: { median } }, [{ outputTokens: 900 }], "best-of-n");
    expect(asked({}, null, solo)).toBeNull();
    past({ solos: ["one-shot"] }, [{ outputTokens: 100 }], "one-shot");
    expect(asked({}, null, solo)?.outputTokens).toBe(100);
  });
});
