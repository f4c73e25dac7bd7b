/** Owns the tests of a report's edges. */
import { describe, expect, it } from "vitest";
import { bc, edge, report, run } from "#test/support/reports.ts";

describe("the edges of a report", () => {
  it("M14 tasks count equally, however many runs each has", () => {
    const made = report({
      runs: [run("t1", 1), run("t1", 2), run("t1", 3), run("t2", 1), run("t3", 1)],
      edges: [edge("t1", 1, 0), edge("t1", 2, 0), edge("t1", 3, 0), edge("t2", 1, 0.6), edge("t3", 1, 0.9)],
    });
    expect(made.edges[0]?.drift).toMatchObject({ mean: 0.5, tasks: 3 });
  });

  it("M16 M21 two tasks: a mean, no interval, too-few", () => {
    const made = report({ tasks: ["t1", "t2"], runs: [run("t1", 1), run("t2", 1)], edges: [edge("t1", 1, 0.2), edge("t2", 1, 0.4)] });
    expect(made.edges[0]?.drift).toMatchObject({ interval: null, reason: "too-few", tasks: 2 });
    expect(made.edges[0]?.drift.mean).toBeCloseTo(0.3, 12);
  });

  it("M22 firing: the share of runs in which the edge fired, and loss per run with not-fired as 0", () => {
    const tasks = ["t1", "t2", "t3"];
    const made = report({
      tasks,
      repeats: 2,
      runs: tasks.flatMap((task) => [run(task, 1), run(task, 2)]),
      edges: tasks.map((task) => edge(task, 1, 0.8, { handoffs: 3 })),
    });
    expect(made.edges[0]).toMatchObject({ runs: 6, runsFired: 3, handoffs: 9, measured: 3 });
    expect(made.edges[0]?.drift.mean).toBeCloseTo(0.8, 12);
    expect(made.edges[0]?.perRun.mean).toBeCloseTo(0.4, 12);
  });

  it("M21 M22 an edge that never fired: null and not-fired, not 0", () => {
    const made = report({ runs: ["t1", "t2", "t3"].map((task) => run(task, 1)) });
    expect(made.edges[1]).toMatchObject({
      edgeId: bc,
      runsFired: 0,
      handoffs: 0,
      drift: { mean: null, interval: null, reason: "not-fired" },
      parts: null,
    });
  });

  it.each(["nothing-to-lose", "nothing-to-carry", "no-probe"] as const)(
    "M21 an edge with %s in every run: null with that reason, counted apart",
    (reason) => {
      const tasks = ["t1", "t2", "t3"];
      const made = report({ runs: tasks.map((task) => run(task, 1)), edges: tasks.map((task) => edge(task, 1, null, { reason })) });
      expect(made.edges[0]).toMatchObject({ runsFired: 3, measured: 0, drift: { mean: null, reason }, parts: null });
      expect(made.edges[0]?.nothingToLose).toBe(reason === "nothing-to-lose" ? 3 : 0);
      expect(made.edges[0]?.nothingToCarry).toBe(reason === "nothing-to-carry" ? 3 : 0);
    },
  );

  it("M21 loss per run is null too where no firing run could be measured: an edge that fired is not an edge without loss", () => {
    const made = report({
      repeats: 2,
      runs: ["t1", "t2", "t3"].flatMap((task) => [run(task, 1), run(task, 2)]),
      edges: ["t1", "t2", "t3"].map((task) => edge(task, 1, null, { reason: "no-probe" })),
    });
    expect(made.edges[0]?.perRun.mean).toBeNull();
    expect(made.edges[0]?.perRun.reason).toBe("no-probe");
  });

  it("M21 M22 loss per run is null with the reason where less than half of the firing runs could be measured", () => {
    const tasks = ["t1", "t2", "t3"];
    const runs = tasks.flatMap((task) => [1, 2, 3, 4].map((repeat) => run(task, repeat)));
    const made = (measuredOfThree: number) =>
      report({
        repeats: 4,
        runs,
        edges: tasks.flatMap((task) =>
          [1, 2, 3].map((repeat) =>
            repeat <= measuredOfThree ? edge(task, repeat, 0.6) : edge(task, repeat, null, { reason: "nothing-to-carry" }),
          ),
        ),
      }).edges[0];
    expect(made(1)).toMatchObject({
      drift: { mean: expect.closeTo(0.6, 12) },
      perRun: { mean: null, interval: null, reason: "nothing-to-carry", tasks: 0, runs: 0 },
    });
    // Two losses of .6 and a silent run in each task; the run that could not be measured is left out.
    expect(made(2)?.perRun).toMatchObject({ mean: expect.closeTo(0.4, 12), tasks: 3, runs: 9, flags: ["few-tasks"] });
  });

  it("M21 M22 a task in which the edge fired and could hardly be measured does not enter loss per run by its silent runs", () => {
    const tasks = ["t1", "t2", "t3"];
    const made = report({
      repeats: 2,
      runs: tasks.flatMap((task) => [run(task, 1), run(task, 2)]),
      edges: [
        edge("t1", 1, 0.8),
        edge("t1", 2, 0.8),
        edge("t2", 1, 0.8),
        edge("t2", 2, 0.8),
        edge("t3", 1, null, { reason: "nothing-to-lose" }),
      ],
    });
    expect(made.edges[0]?.perRun).toMatchObject({ mean: expect.closeTo(0.8, 12), tasks: 2, runs: 4, interval: null, reason: "too-few" });
  });

  it("M21 where runs could not be measured for several reasons, most of them decide", () => {
    const why = ["nothing-to-lose", "no-probe", "nothing-to-lose"] as const;
    const made = report({
      runs: ["t1", "t2", "t3"].map((task) => run(task, 1)),
      edges: why.map((reason, at) => edge(`t${at + 1}`, 1, null, { reason })),
    });
    expect(made.edges[0]?.drift).toMatchObject({ mean: null, reason: "nothing-to-lose" });
  });

  it("M21 runs with nothing to lose are left out of the mean, never entered as 0", () => {
    const tasks = ["t1", "t2", "t3"];
    const made = report({
      repeats: 2,
      runs: tasks.flatMap((task) => [run(task, 1), run(task, 2)]),
      edges: tasks.flatMap((task) => [edge(task, 1, 0.6), edge(task, 2, null, { reason: "nothing-to-lose" })]),
    });
    expect(made.edges[0]?.drift.mean).toBeCloseTo(0.6, 12);
  });

  it("M3 the mean parts add up to the mean loss", () => {
    const made = report({
      runs: ["t1", "t2", "t3"].map((task) => run(task, 1)),
      edges: [
        edge("t1", 1, 0.6, { omitted: 0.1, weakened: 0.2, contradicted: 0.3 }),
        edge("t2", 1, 0.2, { omitted: 0.2 }),
        edge("t2", 2, 0.4, { omitted: 0, weakened: 0.4 }),
        edge("t3", 1, 1, { omitted: 0, contradicted: 1 }),
      ],
    });
    const parts = made.edges[0]?.parts;
    expect((parts?.omitted ?? 0) + (parts?.weakened ?? 0) + (parts?.contradicted ?? 0)).toBeCloseTo(made.edges[0]?.drift.mean ?? -1, 12);
  });

  it("M16 a perfect arm's retention is bounded from below, a faultless edge's loss from above, each by the share of runs that may lose", () => {
    const tasks = ["t1", "t2", "t3"];
    const made = report({ runs: tasks.map((task) => run(task, 1, { retention: 1 })), edges: tasks.map((task) => edge(task, 1, 0)) });
    const unseen = 1 - 0.05 ** (1 / 3);
    expect(made.edges[0]?.drift).toMatchObject({ mean: 0, interval: { low: 0, high: expect.closeTo(unseen, 12), oneSided: "at-most" } });
    expect(made.arms[0]?.retention).toMatchObject({
      mean: 1,
      interval: { low: expect.closeTo(1 - unseen, 12), high: 1, oneSided: "at-least" },
    });
  });
});
