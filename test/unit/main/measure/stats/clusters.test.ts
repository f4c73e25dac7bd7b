/** Owns the tests of M14's averaging from judge draws to clusters. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { armClusterMeans, clusterMeans, type DrawValue, pairedClusterMeans, runMeans } from "#main/measure/stats/clusters.ts";

const draw = (cluster: string, task: string, arm: string, run: string, value: number): DrawValue => ({ cluster, task, arm, run, value });

describe("clusters", () => {
  it("M14 a task and its twin are one cluster, with one vote each inside it", () => {
    const values = [
      { cluster: "b", task: "b", value: 3 },
      { cluster: "a", task: "a", value: 0 },
      { cluster: "a", task: "a", value: 1 },
      { cluster: "a", task: "a", value: 2 },
      { cluster: "a", task: "a-twin", value: 2 },
    ];
    expect(clusterMeans(values)).toEqual([
      { cluster: "a", mean: 1.5 },
      { cluster: "b", mean: 3 },
    ]);
    expect(clusterMeans([])).toEqual([]);
  });

  it("M14 sorts by code units, and does not depend on the order of the values", () => {
    const entry = fc.record({ task: fc.constantFrom("t1", "t10", "t2", "Z", "ä"), value: fc.integer({ min: 0, max: 8 }) });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const values = entries.map(({ task, value }) => ({ cluster: task, task, value: value / 4 }));
        const means = clusterMeans(values);
        expect(clusterMeans(values.toReversed())).toEqual(means);
        expect(means.map(({ cluster }) => cluster)).toEqual([...new Set(values.map(({ cluster }) => cluster))].sort());
      }),
    );
  });

  it("M14 judge draws average to a run first, so a run judged twice weighs as one judged once", () => {
    const draws = [
      draw("a", "a", "org", "r1", 0),
      draw("a", "a", "org", "r1", 1),
      draw("a", "a", "org", "r2", 2),
      draw("a", "a", "solo", "r1", 7),
    ];
    expect(runMeans(draws)).toEqual([draw("a", "a", "org", "r1", 0.5), draw("a", "a", "org", "r2", 2), draw("a", "a", "solo", "r1", 7)]);
    expect(armClusterMeans(draws, "org")).toEqual([{ cluster: "a", mean: 1.25 }]);
    expect(armClusterMeans(draws, "none")).toEqual([]);
    expect(runMeans([])).toEqual([]);
  });

  it("M14 pairs arms task by task before it averages a cluster", () => {
    const draws = [
      draw("a", "a", "org", "1", 1),
      draw("a", "a-twin", "org", "2", 9),
      draw("a", "a", "solo", "3", 2),
      draw("b", "b", "org", "4", 3),
      draw("c", "c", "org", "5", 4),
      draw("c", "c-twin", "solo", "6", 5),
    ];
    expect(pairedClusterMeans(draws, "org", "solo")).toEqual([{ cluster: "a", a: 1, b: 2 }]);
    expect(pairedClusterMeans(draws, "solo", "org")).toEqual([{ cluster: "a", a: 2, b: 1 }]);
  });

  it("M14, M21 throws on a task in two clusters and on a value that is not a number", () => {
    const twice = [draw("a", "t", "org", "1", 1), draw("b", "t", "org", "2", 1)];
    expect(() => clusterMeans(twice)).toThrow('Task "t" is in two clusters.');
    expect(() => runMeans(twice)).toThrow(RangeError);
    expect(() => clusterMeans([{ cluster: "a", task: "a", value: Number.NaN }])).toThrow(RangeError);
  });
});
