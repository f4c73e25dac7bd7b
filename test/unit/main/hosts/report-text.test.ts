import { describe, expect, it } from "vitest";
import type { Confound } from "#shared/drift/confounds.ts";
import type { Estimate } from "#shared/drift/types.ts";
import type { ArmReport, ComparisonReport, EdgeReport, Report } from "#shared/drift/report.ts";
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

const BUDGET = { "budget-basis": "output tokens", "budget-runs": "3" };
const arm = (id: string, name: string, settings: Record<string, string> = {}): ArmReport => ({
  id,
  kind: id === "arm_org" ? "org" : "solo",
  name,
  orgHash: "h",
  baseline: null,
  settings,
  runs: 8,
  cells: { done: 8, failed: 0, stopped: 0 },
  status: { complete: 8, refused: 0, incomplete: 0 },
  effectiveness: { ...estimate(), measure: "asks met" },
  retention: estimate(),
  inputTokens: 1,
  cacheReadTokens: 2,
  cacheWriteTokens: 3,
  outputTokens: 4,
  tokensReason: null,
  costUsd: 0,
  costReason: null,
});
const confound = (of: Confound["class"], severity: Confound["severity"], sentence: string): Confound => ({
  id: sentence,
  what: "model",
  arms: ["arm_org", "arm_solo"],
  class: of,
  severity,
  sentence,
  details: { a: "x", b: "y" },
});

function text(report: Partial<Report>): string {
  return reportAsText({
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
}

/** The cells of the line that starts with some words. */
function cells(report: Partial<Report>, start: string): string[] {
  const line = text(report)
    .split("\n")
    .find((each) => each.startsWith(start));
  return (line ?? "").split(/ {2,}/);
}

describe("small sums", () => {
  it("J a cost above nothing and below a cent does not read as nothing", () => {
    const made = (costUsd: number) => text({ arms: [{ ...arm("a", "Org"), costUsd }] });
    expect(made(0.004)).toContain("<$0.01");
    expect(made(0)).toContain("$0.00");
  });
});

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

  it("M12 tells several solo arms apart, and says what a budget rests on", () => {
    const arms = [arm("arm_org", "Org"), arm("arm_shot", "Solo, one shot"), arm("arm_best", "Solo, best of n", BUDGET)];
    const comparisons = [comparison({ solo: "arm_shot" }), comparison({ solo: "arm_best" })];
    expect(text({ arms, comparisons: comparisons.slice(0, 1) })).toMatch(/^Org {2,}alignment/m);
    expect(cells({ arms, comparisons }, "Org − Solo, one shot")[1]).toBe("alignment");
    expect(cells({ arms, comparisons }, "Org − Solo, best of n")[1]).toBe("alignment");
    expect(text({ arms })).toContain("\nSolo, best of n: budget from output tokens of earlier runs, at least 3 a task.\n");
  });

  it("M13 lists what could be mended and matters, and says where the rest is", () => {
    const confounds = [
      confound("fixable", "high", "The model differs."),
      confound("fixable", "low", "The time differs."),
      confound("treatment", "high", "The relay differs."),
    ];
    expect(text({ confounds })).toMatch(/this can be mended:\n {2}high {4}The model differs\.\nAll 3 differences, more: --json\n$/);
    expect(text({ confounds: confounds.slice(1) })).not.toContain("mended");
  });
});
