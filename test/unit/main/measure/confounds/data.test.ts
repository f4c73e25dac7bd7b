/** The confounds that the data show, and the laws of every list of them (M13, M21). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ArmFacts, CONFOUND_CLASSES, type Confound, confoundSchema, SEVERITIES } from "#shared/drift/confounds.ts";
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import { dataConfounds } from "#main/measure/confounds/data.ts";
import { kinds, of, orgArm, planOf, soloArm } from "#test/support/confounds.ts";

const HOUR_MS = 3_600_000;
const facts = (armId: string, fields: Partial<ArmFacts> = {}): ArmFacts => ({
  armId,
  cells: { done: 20, failed: 0, stopped: 0, waiting: 0 },
  status: { complete: 20, refused: 0, incomplete: 0 },
  incompleteReasons: [],
  served: [{ value: "m", count: 20 }],
  prompts: [{ value: "p", count: 20 }],
  retries: 0,
  startedAtMs: 0,
  endedAtMs: HOUR_MS,
  runs: Array.from({ length: 20 }, (_, index) => ({ taskId: `t${index % 4}`, calls: 1, inputTokens: 100, outputTokens: 50 })),
  ...fields,
});
const runs = (list: [taskId: string, outputTokens: number][]): ArmFacts["runs"] =>
  list.map(([taskId, outputTokens]) => ({ taskId, calls: 1, inputTokens: 100, outputTokens }));

function onData(
  org: Partial<ArmFacts>,
  solo: Partial<ArmFacts> = {},
  plan: Partial<Plan> = {},
  baseline: Arm["baseline"] = "one-shot",
): Confound[] {
  return dataConfounds({
    plan: planOf([orgArm("org", { solos: ["solo"] }), soloArm("solo", baseline)], plan),
    arms: [facts("org", org), facts("solo", solo)],
  });
}

describe("M13 confounds on the data", () => {
  it("M13 arms whose runs are alike differ in nothing", () => {
    expect(onData({})).toEqual([]);
  });

  it("M13 another model served is a high fixable confound, another share of the same ones a medium one", () => {
    const both = (old: number) => [
      { value: "m-2", count: 20 - old },
      { value: "m-1", count: old },
    ];
    expect(onData({ served: both(5) })[0]).toMatchObject({
      what: "model-served",
      class: "fixable",
      severity: "high",
      details: { a: "m-2 (75 %), m-1 (25 %)", b: "m" },
    });
    expect(onData({ served: both(5) }, { served: both(8) })[0]).toMatchObject({ what: "model-served", severity: "medium" });
    expect(onData({ served: both(5) }, { served: both(6) })).toEqual([]);
  });

  it("M13 a model that was set for variants is the treatment when it is served", () => {
    const [served] = dataConfounds({
      plan: planOf([orgArm("a", { settings: { model: "x" } }), orgArm("b", { settings: { model: "y" } })]),
      arms: [facts("a", { served: [{ value: "x", count: 1 }] }), facts("b", { served: [{ value: "y", count: 1 }] })],
    });
    expect(served).toMatchObject({ what: "model-served", class: "treatment" });
  });

  it("M13 runs begun with other texts of the engine are a fixable confound", () => {
    expect(kinds(onData({ prompts: [{ value: "p/2", count: 20 }] }))).toEqual(["fixable prompts"]);
  });

  it("M13 calls and tokens are consequences with the ratio of their medians, shown from a quarter on", () => {
    const spent = (factor: number) => facts("x").runs.map((run) => ({ ...run, outputTokens: Number(run.outputTokens) * factor }));
    expect(onData({ runs: spent(1.2) })).toEqual([]);
    expect(onData({ runs: spent(1.25) })[0]).toMatchObject({ id: "tokens|output|org|solo", class: "consequence", severity: "low" });
    expect(onData({ runs: spent(2) })[0]?.severity).toBe("medium");
    const [most] = onData({ runs: spent(6) });
    expect(most).toMatchObject({ severity: "high", details: { a: "300", b: "50" } });
    expect(most?.sentence).toContain('6 times as many in "org"');
    expect(most?.sentence).toContain("never adjusted for");
    expect(onData({ runs: spent(0) })[0]).toMatchObject({ severity: "high", details: { a: "0", b: "50" } });
  });

  it("M13 M14 medians are over the tasks that both have finished, tasks counting equally", () => {
    const long: [string, number][] = [
      ["t9", 9_000],
      ["t9", 9_000],
      ["t9", 9_000],
    ];
    expect(onData({ runs: runs([["t1", 50], ...long]) }, { runs: runs([["t1", 50]]) })).toEqual([]);
    const many: [string, number][] = Array.from({ length: 9 }, () => ["t1", 10]);
    // Over runs the medians would be 10 and 100; over tasks they are 100 and 100.
    const a = runs([...many, ["t2", 100], ["t3", 100]]);
    const b = runs([
      ["t1", 10],
      ["t2", 100],
      ["t3", 100],
    ]);
    expect(onData({ runs: a }, { runs: b })).toEqual([]);
  });

  it("M13 M12 a budget that did not make output tokens equal is to be frozen anew", () => {
    const twice = facts("x").runs.map((run) => ({ ...run, outputTokens: 100 }));
    expect(kinds(onData({ runs: twice }, {}, {}, "budget-matched"))).toEqual(["fixable tokens"]);
  });

  it("M13 M11 refusals are an outcome; so are runs that came to nothing; what a limit cut off can be mended", () => {
    const status = (refused: number, incomplete: number) => ({ complete: 20 - refused - incomplete, refused, incomplete });
    expect(onData({ status: status(5, 0) })[0]).toMatchObject({
      what: "refused",
      class: "consequence",
      severity: "high",
      details: { a: "5 of 20 runs" },
    });
    const found = onData({
      status: status(0, 3),
      incompleteReasons: [
        { value: "token-limit", count: 2 },
        { value: "no-deliverable", count: 1 },
      ],
    });
    expect(found.map((each) => `${each.class} ${each.id} ${each.severity}`)).toEqual([
      "fixable incomplete|limit|org|solo medium",
      "consequence incomplete|own|org|solo low",
    ]);
    expect(found[0]?.details.a).toBe("2 of 20 runs (token-limit 2)");
    expect(onData({ status: status(3, 0) }, { status: status(3, 0) })).toEqual([]);
  });

  it("M13 cells without a run in one arm are a fixable confound", () => {
    const [missing] = onData({ cells: { done: 14, failed: 4, stopped: 1, waiting: 1 } });
    expect(missing).toMatchObject({ id: "incomplete|cells|org|solo", class: "fixable", severity: "high" });
    expect(missing?.details).toEqual({ a: "4 failed, 1 stopped, 1 waiting of 20 cells", b: "none of 20 cells" });
  });

  it("M13 retries are counted per call", () => {
    expect(onData({ retries: 4 })[0]).toMatchObject({
      what: "retries",
      class: "fixable",
      severity: "low",
      details: { a: "4 retries in 20 calls" },
    });
    const calls = facts("x").runs.map((run) => ({ ...run, calls: 10 }));
    expect(of(onData({ retries: 4, runs: calls }), "retries")).toEqual([]);
  });

  it.each([
    ["side by side", { startedAtMs: HOUR_MS / 2, endedAtMs: 2 * HOUR_MS }, null],
    ["sharing little", { startedAtMs: 0.9 * HOUR_MS, endedAtMs: 2 * HOUR_MS }, "low"],
    ["minutes apart", { startedAtMs: 1.1 * HOUR_MS, endedAtMs: 2 * HOUR_MS }, "low"],
    ["hours apart", { startedAtMs: 4 * HOUR_MS, endedAtMs: 5 * HOUR_MS }, "medium"],
    ["days apart", { startedAtMs: 49 * HOUR_MS, endedAtMs: 50 * HOUR_MS }, "high"],
  ])("M13 arms that ran %s", (_how, range, severity) => {
    const [time] = of(onData({}, range), "time");
    expect(time?.severity ?? null).toBe(severity);
    expect(time?.class ?? "fixable").toBe("fixable");
    expect(of(onData(range, {}), "time").length).toBe(severity === null ? 0 : 1);
    expect(of(onData({}, range, { connection: { kind: "simulated" } }), "time")).toEqual([]);
  });

  it("M13 single runs one after the other could not have overlapped", () => {
    const single = { runs: runs([["t1", 50]]) };
    expect(of(onData(single, { ...single, startedAtMs: HOUR_MS + 1, endedAtMs: HOUR_MS + 9 }), "time")).toEqual([]);
  });

  it("M13 an arm that has not run is missing, and nothing else is said of it", () => {
    const none = facts("solo", {
      cells: { done: 0, failed: 0, stopped: 0, waiting: 20 },
      status: { complete: 0, refused: 0, incomplete: 0 },
      served: [],
      prompts: [],
      startedAtMs: null,
      endedAtMs: null,
      runs: [],
    });
    expect(onData({}, none).map((each) => each.id)).toEqual(["incomplete|cells|org|solo"]);
  });
});

describe("M13 M21 laws of every list", () => {
  const counted = fc.array(fc.record({ value: fc.constantFrom("m", "n", "token-limit", "own"), count: fc.nat(30) }), { maxLength: 3 });
  const anyFacts = fc.record({
    cells: fc.record({ done: fc.nat(30), failed: fc.nat(9), stopped: fc.nat(9), waiting: fc.nat(9) }),
    status: fc.record({ complete: fc.nat(30), refused: fc.nat(9), incomplete: fc.nat(9) }),
    incompleteReasons: counted,
    served: counted,
    prompts: counted,
    retries: fc.nat(50),
    startedAtMs: fc.option(fc.nat(10 * HOUR_MS)),
    endedAtMs: fc.option(fc.integer({ min: 10 * HOUR_MS, max: 90 * HOUR_MS })),
    runs: fc.array(
      fc.record({ taskId: fc.constantFrom("t1", "t2"), calls: fc.nat(9), inputTokens: fc.nat(999), outputTokens: fc.nat(999) }),
      { maxLength: 6 },
    ),
  });

  it("M13 M21 sorted by class, fixable by severity, ids unique, no NaN or Infinity in words, the order of the facts without effect", () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, anyFacts, (one, two, three) => {
        const plan = planOf([
          orgArm("a", { solos: ["s"], settings: { effort: "low" } }),
          orgArm("b", { solos: ["s"], settings: { effort: "high" } }),
          soloArm("s", "budget-matched"),
        ]);
        const arms = [facts("a", one), facts("b", two), facts("s", three)];
        const found = dataConfounds({ plan, arms });
        expect(dataConfounds({ plan, arms: [...arms].reverse() })).toEqual(found);
        expect(new Set(found.map((each) => each.id)).size).toBe(found.length);
        const ranks = found.map((each) => CONFOUND_CLASSES.indexOf(each.class) * 3 + SEVERITIES.indexOf(each.severity));
        expect(ranks).toEqual([...ranks].sort((x, y) => x - y));
        for (const each of found) {
          expect(confoundSchema.parse(each)).toEqual(each);
          expect(JSON.stringify(each)).not.toMatch(/NaN|Infinity|undefined|null/);
        }
      }),
    );
  });
});
