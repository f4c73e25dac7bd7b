import { describe, expect, it } from "vitest";
import { population, runExperiment } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

describe("planted truth", () => {
  it("M2a M3 M16 finds the planted drift on the one lossy edge of a chain, and none elsewhere", async () => {
    const org = testOrg("Lead>Analyst>Writer");
    const [, lossy] = org.handoffs;
    const { report } = await runExperiment({
      orgs: [org],
      suite: plainSuite(8, 6),
      repeats: 25,
      population: population({ default: { keep: 1 }, edges: { [lossy?.id ?? ""]: { keep: 0.6, weaken: 0.1, contradict: 0.05 } } }),
    });
    const arm = report.arms[0];
    expect(arm?.runs).toBe(200);
    expect(arm?.status.complete).toBe(200);
    const [first, second] = report.edges;
    expect(first?.drift.mean).toBe(0);
    expect(second?.drift.mean).not.toBeNull();
    // omitted .25 + weakened .1 × .5 + contradicted .05 × 2
    const truth = 0.25 + 0.1 * 0.5 + 0.05 * 2;
    // One constraint's loss has variance .25·1 + .1·.25 + .05·4 − .16 = .315; six a run, 200 runs.
    const standardError = Math.sqrt(0.315 / 6 / 200);
    expect(Math.abs((second?.drift.mean ?? 9) - truth)).toBeLessThan(4 * standardError);
    expect(second?.parts?.omitted).toBeCloseTo(0.25, 1);
  });

  it("M2a M2b M16 on a two-way edge, a contradiction that is told back still belongs to the edge where it began", async () => {
    const org = testOrg("A>B,B>A,B>C,C>D,D>E");
    const lossy = org.handoffs[0]?.id ?? "";
    const { report } = await runExperiment({
      orgs: [org],
      suite: plainSuite(8, 6),
      repeats: 25,
      population: population({ default: { keep: 1 }, edges: { [lossy]: { keep: 0.7, contradict: 0.3 } } }),
    });
    expect(report.arms[0]?.status.complete).toBe(200);
    const [first, ...others] = report.edges;
    // A writes to B once more after it was told back: the case that matters.
    expect(first?.handoffs).toBeGreaterThan(200);
    // One constraint's loss is 2 with chance .3: variance 4·.3·.7; six a run, 200 runs.
    const standardError = Math.sqrt((4 * 0.3 * 0.7) / 6 / 200);
    expect(Math.abs((first?.drift.mean ?? 9) - 0.6)).toBeLessThan(4 * standardError);
    expect(first?.parts).toMatchObject({ omitted: 0, weakened: 0 });
    for (const edge of others)
      if (edge.drift.mean === null) expect(edge.drift.reason).not.toBeNull();
      else expect(edge.drift.mean).toBe(0);
  });
});
