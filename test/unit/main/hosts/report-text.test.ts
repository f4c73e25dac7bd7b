import { describe, expect, it } from "vitest";
import type { Estimate } from "#shared/drift/types.ts";
import type { ComparisonReport, EdgeReport, Report } from "#shared/drift/report.ts";
import { reportAsText } from "#main/hosts/cli/report-text.ts";

const estimate = (fields: Partial<Estimate> = {}): Estimate => ({
  mean: 0.4,
  interval: { low: 0.3, high: 0.5, level: 0.95, oneSided: false },
  reason: null,
  tasks: 8,
  scope: "tasks like these",
  flags: [],
  ...fields,
});
const comparison = (fields: Partial<ComparisonReport>): ComparisonReport => ({
  org: "arm_org",
  solo: "arm_solo",
  endpoint: "alignment",
  tasks: 6,
  estimate: -0.2,
  interval: null,
  scope: "tasks like these",
  p: null,
  pHolm: null,
  reason: "no-variance",
  pReason: null,
  floor: null,
  perTask: [],
  ...fields,
});
const edge = (direction: string, fields: Partial<EdgeReport>): EdgeReport => ({
  arm: "arm_org",
  edgeId: "handoff_a_b",
  direction,
  source: "agent_a",
  target: "agent_b",
  handoffs: 9,
  runs: 8,
  runsFired: 4,
  measured: 4,
  nothingToLose: 0,
  nothingToCarry: 0,
  introduced: 0,
  drift: estimate(),
  parts: { omitted: 0.4, weakened: 0, contradicted: 0 },
  perRun: estimate({ mean: 0.2, interval: { low: 0.1, high: 0.3, level: 0.95, oneSided: false } }),
  ...fields,
});

/** The cells of the line that starts with some words. */
function cells(report: Partial<Report>, start: string): string[] {
  const text = reportAsText({
    format: "driftlab.report",
    version: 1,
    experiment: { id: "experiment_x", planHash: "h", seed: 1 },
    badge: "observed",
    arms: [],
    comparisons: [],
    edges: [],
    deliverables: [],
    confounds: [],
    ...report,
  });
  const line = text.split("\n").find((each) => each.startsWith(start));
  return (line ?? "").split(/ {2,}/);
}

describe("a report in a terminal", () => {
  it("M15 prints p, Holm's p, the least p there can be, and why there is none or why it is out of reach", () => {
    const comparisons = [
      comparison({ endpoint: "effectiveness", p: 0.004, pHolm: 0.008, floor: 1 / 512 }),
      comparison({ p: 1 / 32, pHolm: 1 / 16, floor: 1 / 32, pReason: ".05 cannot be reached" }),
      comparison({ org: "five", floor: 1 / 16, pReason: "no p: 5 tasks cannot go below .0625" }),
    ];
    expect(cells({ comparisons }, "org − solo").slice(4)).toEqual(["p", "Holm p", "least p", "note"]);
    expect(cells({ comparisons: comparisons.slice(0, 1) }, "arm_org").slice(4)).toEqual(["< .01", ".01", "< .01"]);
    expect(cells({ comparisons: comparisons.slice(1) }, "arm_org").slice(4)).toEqual([".03", ".06", ".03", ".05 cannot be reached"]);
    expect(cells({ comparisons }, "five").slice(4)).toEqual(["–", "–", ".06", "no p: 5 tasks cannot go below .0625"]);
  });

  it("M16 M22 prints for each edge its tasks, its flags and the loss per run", () => {
    const edges = [
      edge("A → B", {}),
      edge("B → C", { drift: estimate({ mean: 2.2, tasks: 4, flags: ["few-tasks", "clipped"] }) }),
      edge("C → D", {
        drift: estimate({ mean: null, interval: null, reason: "not-fired", tasks: 0 }),
        perRun: estimate({ mean: null, interval: null, reason: "not-fired", tasks: 0 }),
      }),
    ];
    expect(cells({ edges }, "edge").slice(2, 5)).toEqual(["drift", "tasks", "per run"]);
    expect(cells({ edges }, "A → B").slice(2, 5)).toEqual([".40 [.30, .50]", "8", ".20 [.10, .30]"]);
    expect(cells({ edges }, "B → C").slice(2, 5)).toEqual(["2.20 [.30, .50]", "4 few clipped", ".20 [.10, .30]"]);
    expect(cells({ edges }, "C → D").slice(2, 5)).toEqual(["not-fired", "0", "not-fired"]);
  });
});
