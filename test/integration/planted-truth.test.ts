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
});
