import { describe, expect, it } from "vitest";
import { errorProblem } from "#shared/problem.ts";
import type { ForecastInfo } from "#shared/rpc/experiment-types.ts";
import { type ReadinessInput, readinessOf } from "#renderer/experiment/readiness.ts";
import { type FormState, initialForm } from "#renderer/state/experiment-form.ts";

const form = (change: Partial<FormState> = {}): FormState => ({
  ...initialForm({ baseUrl: "http://localhost:11434", model: "" }),
  orgs: ["org_1"],
  suiteId: "relay",
  ...change,
});

const FORECAST: ForecastInfo = {
  planHash: "0",
  cells: 90,
  done: 0,
  calls: { low: 90, high: 200 },
  outputTokens: { low: 4_500, high: 9_000 },
  usd: { low: 3, high: 4 },
  basis: "structure",
  pastRuns: 0,
  arms: [],
  unpriced: [],
  strays: [],
  orgWarnings: [],
  confounds: [],
  existing: null,
};

const ready = (change: Partial<ReadinessInput> = {}) =>
  readinessOf({
    form: form(),
    unfit: {},
    problems: [],
    forecast: FORECAST,
    keyStatus: "none",
    readOnly: false,
    ...change,
  });

const goals = (change: Partial<ReadinessInput>) => ready(change).before.map(({ goal }) => goal);

describe("what keeps an experiment from starting", () => {
  it("is nothing where the population answers an org", () => expect(ready()).toEqual({ before: [], worthKnowing: [] }));

  it("is each field that is missing, with the way there", () => {
    expect(goals({ form: form({ orgs: [] }) })).toEqual([{ to: "field", field: "orgs" }]);
    expect(goals({ form: form({ connection: "compatible", baseUrl: "localhost" }) })).toEqual([
      { to: "field", field: "base-url" },
      { to: "field", field: "model" },
    ]);
    const varied = form({ connection: "compatible", variations: [{ kind: "model", values: ["a", "b"] }] });
    expect(goals({ form: varied })).toEqual([]);
  });

  it("is a missing key, and only where one is needed", () => {
    expect(goals({ form: form({ connection: "anthropic" }) })).toEqual([{ to: "key" }]);
    expect(goals({ form: form({ connection: "anthropic" }), keyStatus: "typed" })).toEqual([]);
  });

  it("is a field that holds no number, in words that name it", () => {
    const { before } = ready({ unfit: { repeats: "A whole number from 1 to 10,000.", seed: null } });
    expect(before).toEqual([{ message: "Repeats: a whole number from 1 to 10,000.", goal: { to: "field", field: "repeats" } }]);
  });

  it("is what the lab says, once each, but for the pilot that is asked for apart", () => {
    const problems = [
      errorProblem("bad-sweep", "A sweep is wrong."),
      errorProblem("bad-sweep", "A sweep is wrong."),
      errorProblem("no-pilot", "No run yet."),
      errorProblem("no-entry", "Nobody receives the brief."),
    ];
    expect(ready({ problems, forecast: null }).before).toEqual([
      { message: "A sweep is wrong.", goal: { to: "field", field: "vary" } },
      { message: "Nobody receives the brief.", goal: { to: "field", field: "orgs" } },
    ]);
  });

  it("is a cap in dollars where a price is not known", () => {
    const priced = { ...FORECAST, usd: null, unpriced: ["home-made"] };
    const own = form({ connection: "compatible", ownModel: "home-made", maxUsd: 2 });
    expect(goals({ form: own, forecast: priced })).toEqual([{ to: "field", field: "usd-cap" }]);
    expect(goals({ form: { ...own, maxUsd: null }, forecast: priced })).toEqual([]);
  });

  it("is a database that cannot be written", () => expect(ready({ readOnly: true }).before[0]?.message).toContain("read-only"));
});

describe("what is worth knowing before a start", () => {
  const worth = (change: Partial<ReadinessInput>) => ready({ keyStatus: "typed", ...change }).worthKnowing;

  it("is a cap below the least, with both figures", () => {
    expect(worth({ form: form({ maxOutputTokens: 2_000 }) })[0]?.message).toBe(
      "The cap of 2,000 output tokens is below the least this can take (4,500): it will stop at the cap, unfinished.",
    );
    expect(worth({ form: form({ maxOutputTokens: 4_500 }) })).toEqual([]);
    expect(worth({ form: form({ connection: "anthropic", maxUsd: 2.5 }) })[0]?.goal).toEqual({ to: "field", field: "usd-cap" });
    // Nothing costs anything there.
    expect(worth({ form: form({ maxUsd: 2.5 }) })).toEqual([]);
  });

  it("are odds that rule nothing, as the lab says it", () => {
    const strays = ["The population names the role “judge”, which no org of this plan has."];
    expect(worth({ forecast: { ...FORECAST, strays } })).toEqual([{ message: strays[0], goal: { to: "field", field: "odds" } }]);
  });

  it("is what an org has to look at, with the way to it", () => {
    const orgWarnings = [{ orgId: "org_1", name: "Chain", messages: ["Checker is never reached.", "b", "c"] }];
    expect(worth({ forecast: { ...FORECAST, orgWarnings } })).toEqual([
      { message: "“Chain”: Checker is never reached. And 2 more.", goal: { to: "org", id: "org_1" } },
    ]);
  });
});
