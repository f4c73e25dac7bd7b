import { describe, expect, it } from "vitest";
import type { Confound } from "#shared/drift/confounds.ts";
import type { Estimate } from "#shared/drift/types.ts";
import type { ArmReport, ComparisonReport, EdgeReport, Report, Score } from "#shared/drift/report.ts";
import { reportAsText } from "#main/hosts/cli/report-text.ts";
import { figure } from "#main/hosts/cli/table.ts";

const estimate = (fields: Partial<Estimate> = {}): Estimate => ({
  mean: 0.4,
  interval: { low: 0.3, high: 0.5, level: 0.95, oneSided: null },
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
  perRun: { ...estimate({ mean: 0.2, interval: { low: 0.1, high: 0.3, level: 0.95, oneSided: null } }), runs: 7 },
  ...fields,
});

const score = (fields: Partial<Score> = {}): Score => ({
  ...estimate(),
  runs: 8,
  leftOut: { complete: 0, refused: 0, incomplete: 0 },
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
  effectiveness: { ...score(), measure: "asks met" },
  retention: score(),
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
    expect(cells({ comparisons: comparisons.slice(0, 1) }, "arm_org").slice(4)).toEqual([".004", ".008", ".00195"]);
    expect(cells({ comparisons: comparisons.slice(1) }, "arm_org").slice(4)).toEqual([".0313", ".0625", ".0313", ".05 cannot be reached"]);
    expect(cells({ comparisons }, "five").slice(4)).toEqual(["–", "–", ".0625", "no p: 5 tasks cannot go below .0625"]);
  });

  it("M16 M22 prints for each edge its tasks, its flags, the runs that could be measured and the loss per run with its own n", () => {
    const silent = estimate({ mean: null, interval: null, reason: "not-fired", tasks: 0 });
    const edges = [
      edge("A → B", { measured: 3 }),
      edge("B → C", { drift: estimate({ mean: 2.2, tasks: 4, flags: ["few-tasks", "clipped"] }) }),
      edge("C → D", { measured: 0, runsFired: 0, handoffs: 0, drift: silent, perRun: { ...silent, runs: 0 } }),
    ];
    expect(cells({ edges }, "edge").slice(2)).toEqual(["drift", "tasks", "measured", "fired", "handoffs", "per run", "tasks/runs"]);
    expect(cells({ edges }, "A → B").slice(2)).toEqual([".40 [.30, .50]", "8", "3/4", "4/8", "9", ".20 [.10, .30]", "8/7"]);
    expect(cells({ edges }, "B → C").slice(2, 4)).toEqual(["2.20 [.30, .50]", "4 few clipped"]);
    expect(cells({ edges }, "C → D").slice(2)).toEqual(["not-fired", "0", "0/0", "0/8", "0", "not-fired", "0/0"]);
  });

  it("M2 M3 prints the parts of a loss, and counts nothing to lose and nothing to carry apart", () => {
    const edges = [edge("A → B", { nothingToLose: 2, nothingToCarry: 1, introduced: 5 })];
    const counted = text({ edges }).slice(text({ edges }).indexOf("of these"));
    expect(counted).toMatch(/^of these +arm +omitted +weakened +contradicted +introduced +nothing to lose +nothing to carry\n/);
    expect(counted).toMatch(/\nA → B +arm_org +\.40 +\.00 +\.00 +5 +2 +1\n/);
    expect(counted).toContain("per firing run in which something could be lost");
  });

  it("M11 an arm's figures say how many runs count, and which are left out", () => {
    const leftOut = { complete: 0, refused: 2, incomplete: 1 };
    const some = { ...arm("arm_org", "Org"), retention: score({ runs: 5, leftOut }) };
    expect(cells({ arms: [some] }, "Org").slice(6, 10)).toEqual([".40 [.30, .50]", "8/8", ".40 [.30, .50]", "8/5"]);
    expect(text({ arms: [some] })).toContain("\nOrg: left out of retention 3 of 8 runs: 2 refused, 1 incomplete.\n");
    const both = { ...some, effectiveness: { ...some.effectiveness, runs: 5, leftOut } };
    expect(text({ arms: [both] })).toContain("\nOrg: left out of asks met and retention 3 of 8 runs: 2 refused, 1 incomplete.\n");
    expect(text({ arms: [arm("arm_org", "Org")] })).not.toContain("left out");
  });

  it("M14 M21 a comparison says which tasks it is over: these only, and fewer than the plan's with the reason", () => {
    const perTask = ([null, "refused", "no-runs", "refused"] as const).map((reason) => ({
      task: "t",
      org: null,
      solo: null,
      difference: reason === null ? 0.1 : null,
      reason,
    }));
    const interval = { low: -0.3, high: -0.1, level: 0.95, oneSided: null };
    const row = cells(
      { comparisons: [comparison({ perTask, interval, reason: null, scope: "these tasks only", pReason: "no p" })] },
      "arm_org",
    );
    expect(row[3]).toBe("-.20 [-.30, -.10] these tasks only");
    expect(row.at(-1)).toBe("no p; 3 of 4 tasks left out: 2 refused, 1 no-runs");
  });

  it("M16 none seen is printed with the end that was estimated: a loss at most, a retention at least", () => {
    const seen = (low: number, high: number, oneSided: "at-most" | "at-least") => ({ low, high, level: 0.95, oneSided });
    const perfect = { ...arm("arm_org", "Org"), retention: score({ mean: 1, interval: seen(0.72, 1, "at-least") }) };
    const edges = [edge("A → B", { drift: estimate({ mean: 0, interval: seen(0, 0.28, "at-most") }) })];
    expect(cells({ arms: [perfect] }, "Org")).toContain("1.00 [at least .72]");
    expect(cells({ edges }, "A → B")).toContain(".00 [at most .28]");
    expect(text({ edges })).toContain(
      "bound the share of runs that lose anything (at least .72: at most .28 of them), not how much; a single loss may exceed 1.",
    );
    expect(text({ edges: [edge("A → B", {})] })).not.toContain("no loss seen");
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

describe("figures in a terminal", () => {
  it.each([
    [0, ".00"],
    [-0.001, ".00"],
    [-0.4, "-.40"],
    [1.005, "1.00"],
    [null, "–"],
  ])("J %s is %s", (value, words) => expect(figure(value)).toBe(words));
});
