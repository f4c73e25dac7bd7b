/** Proves what the canvas's bench works out: its orgs, the times of frames, what counts as drawn again for nothing. */
import { describe, expect, it } from "vitest";
import { orgProblems } from "#shared/org/problems.ts";
import { frameTimes, quantile, redrawn, summed } from "#test/bench/canvas/figures.ts";
import { madeOrg } from "#test/bench/canvas/made-org.ts";

describe("an org for the bench", () => {
  it.each([2, 50, 200])("of %i agents can run, and has one and a half handoffs an agent where there is room", (size) => {
    const org = madeOrg(size);
    expect(org.agents).toHaveLength(size);
    expect(org.handoffs).toHaveLength(size === 2 ? 1 : size * 1.5);
    expect(orgProblems(org).filter((problem) => problem.severity === "error")).toEqual([]);
    expect(new Set(org.agents.map(({ position }) => `${position.x} ${position.y}`)).size).toBe(size);
  });

  it("is the same every time", () => {
    expect(madeOrg(60)).toEqual(madeOrg(60));
  });
});

describe("frames", () => {
  const recording = {
    frames: [0, 5, 10, 30, 36].map((atMs, index) => ({ atMs, input: [false, true, false, true, true][index] === true })),
    longTasksMs: [80, 61],
  };

  it("are timed from input to input, so that a frame that only waits is not a quick one", () => {
    expect(frameTimes(recording)).toEqual([25, 6]);
  });

  it("of several recordings are one heap, the time between two recordings left out", () => {
    const both = summed([
      { ...recording, processorMs: 30 },
      { frames: [1_000, 1_010].map((atMs) => ({ atMs, input: true })), longTasksMs: [], processorMs: 6 },
    ]);
    expect(both).toEqual({ median: 10, p95: 25, frames: 3, longestTask: 80, processor: 12 });
  });

  it("have the nearest rank for a quantile", () => {
    const times = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([quantile(times, 0.5), quantile(times, 0.95), quantile([7], 0.95)]).toEqual([50, 95, 7]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("what is drawn again", () => {
  const ends = new Map([
    ["ab", ["a", "b"]],
    ["bc", ["b", "c"]],
  ]);

  it("is needless for an agent that is not moved, and for a handoff with no end that is", () => {
    const commits = [
      { nodes: ["a"], edges: ["ab"] },
      { nodes: ["a", "b"], edges: ["ab", "bc"] },
    ];
    expect(redrawn(commits, ["a"], ends)).toEqual({ commits: 2, mostNodes: 2, mostEdges: 2, needlessNodes: 1, needlessEdges: 1 });
    expect(redrawn(commits, ["a", "b"], ends)).toMatchObject({ needlessNodes: 0, needlessEdges: 0 });
  });
});
