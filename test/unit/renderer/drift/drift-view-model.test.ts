import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComparisonReport, EdgeReport } from "#shared/drift/report.ts";
import type { Interval } from "#shared/drift/types.ts";
import {
  BANDS,
  bandOf,
  comparisonWords,
  deadEnd,
  driftEdge,
  firingWords,
  isTooFew,
  pieces,
  rangeWords,
  rankable,
  type SortKey,
  sortEdges,
  toWordEnds,
  worstEdge,
} from "#renderer/drift/drift-view-model.ts";
import { testOrg } from "#test/support/orgs.ts";

const interval = (low: number, high: number, oneSided: Interval["oneSided"] = null) => ({ low, high, level: 0.95, oneSided });
const estimate = (change: Partial<EdgeReport["drift"]> = {}): EdgeReport["drift"] => ({
  mean: 0.25,
  interval: interval(0.1, 0.4),
  reason: null,
  tasks: 8,
  scope: "tasks like these",
  flags: [],
  ...change,
});

function edge(change: Partial<EdgeReport> = {}): EdgeReport {
  return {
    arm: "arm",
    edgeId: "e",
    direction: "A → B",
    source: "a",
    target: "b",
    handoffs: 24,
    runs: 24,
    runsFired: 24,
    measured: 24,
    nothingToLose: 0,
    nothingToCarry: 0,
    introduced: 0,
    drift: estimate(),
    parts: { omitted: 0.2, weakened: 0.05, contradicted: 0 },
    perRun: { ...estimate(), runs: 24 },
    ...change,
  };
}

describe("drift on an edge", () => {
  it("has bands that rise in width and end where the next begins, the upper end included", () => {
    expect(BANDS.map((band) => bandOf(band.upTo === Number.POSITIVE_INFINITY ? 3 : band.upTo))).toEqual(BANDS);
    expect([bandOf(0), bandOf(0.11), bandOf(0.36), bandOf(0.71), bandOf(1.41)]).toEqual([BANDS[0], BANDS[1], BANDS[3], BANDS[4], BANDS[5]]);
    // Two that read ".35" look alike.
    expect([bandOf(0.3501), bandOf(0.3549)]).toEqual([BANDS[2], BANDS[2]]);
    expect(BANDS.map((band) => band.width)).toEqual(BANDS.map((band) => band.width).sort((a, b) => a - b));
  });

  it("M22 says how often an edge fired, where it did not always", () => {
    expect(firingWords({ runs: 24, runsFired: 24 })).toBe("");
    expect(firingWords({ runs: 24, runsFired: 10 })).toBe("fired 42 %");
    expect(firingWords({ runs: 24, runsFired: 0 })).toBe("fired 0 %");
    expect(firingWords({ runs: 0, runsFired: 0 })).toBe("");
  });

  it("M16 writes an interval as a range, and none seen as an upper end", () => {
    expect(rangeWords({ drift: estimate() })).toBe(".10–.40");
    expect(rangeWords({ drift: estimate({ mean: 0, interval: interval(0, 0.31, "at-most") }) })).toBe("≤ .31");
    expect(rangeWords({ drift: estimate({ mean: 1, interval: interval(0.69, 1, "at-least") }) })).toBe("≥ .69");
    expect(rangeWords({ drift: estimate({ interval: null, reason: "too-few" }) })).toBe("too few");
  });

  it("draws a measured edge by its band, with number, range and tasks", () => {
    expect(driftEdge(edge())).toMatchObject({
      label: ".25",
      detail: ".10–.40 · 8 tasks",
      color: "var(--d2)",
      width: 4.6,
      dash: "",
      mark: "var(--d2)",
      quiet: false,
      spoken: "A → B: loss .25, .10–.40 · 8 tasks",
    });
    expect(driftEdge(edge({ runsFired: 12, drift: estimate({ tasks: 4, flags: ["few-tasks"] }) })).detail).toBe(
      ".10–.40 · 4 tasks · fired 50 % · few",
    );
    expect(driftEdge(edge({ drift: estimate({ mean: 0, interval: interval(0, 0.31, "at-most") }) }))).toMatchObject({
      label: ".00",
      detail: "≤ .31 · 8 tasks",
      mark: "",
      width: 2,
    });
  });

  it("M21 draws what cannot be computed as such, never as a zero", () => {
    const nothing = driftEdge(edge({ drift: estimate({ mean: null, interval: null, reason: "nothing-to-lose", tasks: 0 }) }));
    expect(nothing).toMatchObject({ label: "nothing to lose", quiet: true, dash: "2 5", spoken: "A → B: nothing to lose" });
    const silent = driftEdge(edge({ runsFired: 0, drift: estimate({ mean: null, interval: null, reason: "not-fired", tasks: 0 }) }));
    expect(silent).toMatchObject({ label: "fired 0 %", detail: "never fired" });
    for (const drawn of [nothing, silent]) expect(drawn.label).not.toMatch(/\.\d/);
    const few = driftEdge(edge({ drift: estimate({ interval: null, reason: "too-few", tasks: 2 }) }));
    expect(few).toMatchObject({ label: ".25", detail: "too few · 2 tasks", quiet: true, dash: "2 5", mark: "" });
  });

  it("M16 ranks only edges of five tasks and more, and calls none the worst where nothing is lost", () => {
    const named = (direction: string, mean: number | null, tasks: number) =>
      edge({ direction, edgeId: direction, drift: estimate({ mean, tasks }) });
    const few = named("few", 0.9, 4);
    const high = named("high", 0.5, 5);
    const low = named("low", 0.1, 8);
    const none = named("none", null, 0);
    expect(rankable([few, high, low, none])).toEqual([high, low]);
    expect(worstEdge([low, few, high, none])).toBe(high);
    expect(worstEdge([few, none])).toBeNull();
    expect(worstEdge([named("zero", 0, 8)])).toBeNull();
    expect(worstEdge([])).toBeNull();
  });

  it("sorts by any column either way, what cannot be computed last, and changes nothing", () => {
    const row = fc.record({
      mean: fc.option(fc.double({ min: 0, max: 3, noNaN: true })),
      introduced: fc.nat(5),
      runs: fc.nat(3),
      handoffs: fc.nat(9),
      name: fc.string(),
      parts: fc.boolean(),
    });
    const keys: SortKey[] = [
      "direction",
      "drift",
      "measured",
      "fired",
      "perRun",
      "omitted",
      "weakened",
      "contradicted",
      "introduced",
      "handoffs",
    ];
    fc.assert(
      fc.property(fc.array(row), fc.constantFrom(...keys), fc.boolean(), (rows, key, descending) => {
        const edges = rows.map(({ mean, introduced, runs, handoffs, name, parts }, index) =>
          edge({
            edgeId: `e${index}`,
            direction: name,
            introduced,
            runs,
            runsFired: Math.floor(runs / 2),
            handoffs,
            drift: estimate({ mean }),
            parts: parts ? { omitted: handoffs / 10, weakened: 0, contradicted: 0 } : null,
          }),
        );
        const before = [...edges];
        const sorted = sortEdges(edges, key, descending);
        expect(edges).toEqual(before);
        expect(new Set(sorted)).toEqual(new Set(edges));
        if (key !== "drift") return;
        const means = sorted.map((each) => each.drift.mean);
        const known = means.filter((mean) => mean !== null);
        expect(means.slice(known.length).every((mean) => mean === null)).toBe(true);
        expect(known).toEqual([...known].sort((a, b) => (descending ? b - a : a - b)));
      }),
    );
  });
});

describe("what a table and a ranking say beside a figure", () => {
  const named = (direction: string, drift: Partial<EdgeReport["drift"]>) => edge({ direction, edgeId: direction, drift: estimate(drift) });

  it("M16 keeps edges with too little behind them last in every order by a figure, and among the others elsewhere", () => {
    const edges = [
      named("three tasks", { mean: 0.9, tasks: 3 }),
      named("no interval", { mean: 0.8, interval: null, reason: "too-few" }),
      named("low", { mean: 0.1 }),
      named("high", { mean: 0.5 }),
      named("none", { mean: null, interval: null, reason: "nothing-to-lose" }),
    ];
    const order = (key: SortKey, descending: boolean) => sortEdges(edges, key, descending).map((each) => each.direction);
    expect(order("drift", true)).toEqual(["high", "low", "three tasks", "no interval", "none"]);
    expect(order("drift", false)).toEqual(["low", "high", "no interval", "three tasks", "none"]);
    expect(order("direction", false)).toEqual(["high", "low", "no interval", "none", "three tasks"]);
    expect(edges.map((each) => isTooFew(each, "drift"))).toEqual([true, true, false, false, true]);
    expect(edges.map((each) => isTooFew(each, "handoffs"))).toEqual([false, false, false, false, false]);
  });

  it("knows an edge whose loss cannot reach the result", () => {
    const org = testOrg("Lead>Writer, Lead>Checker, Checker>Reviewer");
    const to = (name: string) => ({ target: org.agents.find((agent) => agent.name === name)?.id ?? "" });
    const delivers = { ...org, agents: org.agents.map((agent) => ({ ...agent, delivers: agent.name === "Writer" })) };
    expect([deadEnd(delivers, to("Writer")), deadEnd(delivers, to("Checker")), deadEnd(delivers, to("Reviewer"))]).toEqual([
      null,
      "Checker",
      "Reviewer",
    ]);
  });
});

describe("a text cut at its highlights", () => {
  it("shows the gravest reading where spans overlap, and whose words they are", () => {
    const codes = [
      { constraintId: "k1", spans: [{ start: 0, end: 5, verdict: "preserved" as const }] },
      { constraintId: "k2", spans: [{ start: 3, end: 8, verdict: "contradicted" as const }] },
    ];
    expect(pieces("a, b, c, d", codes)).toEqual([
      { text: "a, ", verdict: "preserved", constraints: ["k1"] },
      { text: "b,", verdict: "contradicted", constraints: ["k1", "k2"] },
      { text: " c,", verdict: "contradicted", constraints: ["k2"] },
      { text: " d", verdict: null, constraints: [] },
    ]);
  });

  it.each([
    ["It should ideally be so.", 3, 14, "should ideally"],
    ["It should ideally be so.", 5, 9, "should"],
    ["Das wäre schön.", 9, 12, "schön"],
    ["It isn't so.", 3, 6, "isn't"],
    ["One, two.", 0, 4, "One,"],
    ["One, two.", 4, 4, ""],
  ])("ends a highlight where its words end: %s", (text, start, end, marked) => {
    const found = toWordEnds({ start, end, verdict: "preserved" }, text);
    expect(text.slice(found.start, found.end)).toBe(marked);
  });

  it("gives the text back, whatever the spans", () => {
    const span = fc.record({
      start: fc.integer({ min: -5, max: 40 }),
      end: fc.integer({ min: -5, max: 40 }),
      verdict: fc.constantFrom("preserved" as const, "weakened" as const, "contradicted" as const),
    });
    const code = fc.record({ constraintId: fc.constantFrom("k1", "k2"), spans: fc.array(span, { maxLength: 4 }) });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(code, { maxLength: 4 }), (text, codes) => {
        expect(
          pieces(text, codes)
            .map((each) => each.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});

describe("org against solo in a sentence", () => {
  const comparison = (change: Partial<ComparisonReport>) =>
    ({ endpoint: "alignment", estimate: 0.2, interval: null, reason: "too-few", ...change }) as ComparisonReport;
  it.each([
    [comparison({ interval: interval(0.1, 0.3) }), "the org does better"],
    [comparison({ estimate: -0.2, interval: interval(-0.3, -0.1) }), "the org does worse"],
    [comparison({ endpoint: "effectiveness", interval: interval(0.1, 0.3) }), "the org does better"],
    [comparison({ interval: interval(-0.1, 0.3) }), "no clear difference"],
    [comparison({ interval: interval(0, 0.3) }), "no clear difference"],
    [comparison({}), "+.20; too few tasks or runs to say how sure"],
    [comparison({ reason: "no-variance" }), "+.20; all alike, so nothing says how sure"],
    [comparison({ estimate: null, reason: "no-runs" }), "cannot be compared yet"],
    [comparison({ estimate: null, reason: "refused" }), "cannot be compared: refused"],
  ])("reads as one would say it", (given, words) => expect(comparisonWords(given)).toBe(words));
});
