/** Owns the tests of effect studies: hand-made scores, refusals, families, the smallest effect, checkpoints, the format. */
import { describe, expect, it } from "vitest";
import { effectStudySchema } from "#shared/drift/effect.ts";
import type { Task } from "#shared/task/schema.ts";
import { drawCheckpoints } from "#main/measure/effect/draw-checkpoints.ts";
import { type Checkpoint, type Draw, effectEstimate } from "#main/measure/effect/effect-estimate.ts";
import { effectStudy } from "#main/measure/effect/effect-study.ts";
import { familyOfEffects } from "#main/measure/effect/family.ts";
import { mdeEffect } from "#main/measure/effect/mde.ts";
import { scoreOfOutput, swayEstimate } from "#main/measure/effect/sway.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { plainSuite } from "#test/support/suites.ts";

const never = () => () => {
  throw new Error("The exact test needs no dice.");
};
const options = { clusterOf: new Map<string, string>(), dice: never };

const done = (alignment: number, effectiveness = alignment): Draw => ({ status: "complete", alignment, effectiveness });
const without = (status: Draw["status"]): Draw => ({ status, alignment: null, effectiveness: null });

function checkpoint(taskId: string, repaired: readonly Draw[], sham: readonly Draw[], fields: Partial<Checkpoint> = {}): Checkpoint {
  return { taskId, runId: "r1", handoffId: "h1", lossy: true, scores: { repaired, sham, asSent: sham }, ...fields };
}
const lossless = (taskId: string): Checkpoint => checkpoint(taskId, [], [], { lossy: false, runId: "r2" });

describe("effectEstimate", () => {
  it("M6 averages repaired − sham within a task, counts what lost nothing as 0, and shows it per lossy handoff beside", () => {
    const { alignment, effectiveness, checkpoints, draws } = effectEstimate({
      checkpoints: [
        checkpoint("t1", [done(0.9, 0.5), done(0.7, 0.5)], [done(0.2, 0.5), done(0.4, 0.5)]), // 0.5
        lossless("t1"),
        checkpoint("t2", [done(0.6)], [done(0.2)]), // 0.4
        checkpoint("t3", [done(0.5, 1)], [done(0.4, 0)]), // 0.1
      ],
      ...options,
    });
    expect(alignment.perTask).toEqual([
      { task: "t1", repaired: 0.4, sham: expect.closeTo(0.15, 12), effect: expect.closeTo(0.25, 12) },
      { task: "t2", repaired: 0.6, sham: 0.2, effect: expect.closeTo(0.4, 12) },
      { task: "t3", repaired: 0.5, sham: 0.4, effect: expect.closeTo(0.1, 12) },
    ]);
    expect(alignment.effect).toMatchObject({ mean: expect.closeTo(0.25, 12), tasks: 3, p: null, floor: 0.25, reason: null });
    // t_{.975,2} = 4.302653, s = .15.
    expect(alignment.effect.interval?.high).toBeCloseTo(0.25 + (4.302653 * 0.15) / Math.sqrt(3), 6);
    expect(alignment.effect.pReason).toBe("no p: 3 tasks cannot go below .25");
    expect(alignment.perLossy.mean).toBeCloseTo(1 / 3, 12);
    expect(alignment.shamMinusAsSent).toMatchObject({ mean: 0, reason: "no-variance" });
    expect(effectiveness.effect.mean).toBeCloseTo((0 + 0.4 + 1) / 3, 12);
    expect(checkpoints).toEqual({ drawn: 4, lossy: 3, measured: 4 });
    expect(draws.repaired).toEqual({ total: 4, complete: 4, refused: 0, incomplete: 0, failed: 0, leftOut: 0 });
  });

  it("M6 shows what editing alone changes, sham − as sent", () => {
    const rows = [0.1, 0.2, 0.3].map((shift, index) =>
      checkpoint(`t${index}`, [done(0)], [done(0.5)], { scores: { repaired: [done(0)], sham: [done(0.5)], asSent: [done(0.5 - shift)] } }),
    );
    const { alignment } = effectEstimate({ checkpoints: [...rows, lossless("t1")], ...options });
    expect(alignment.shamMinusAsSent.mean).toBeCloseTo(0.2, 12);
  });

  it("M6 gives the exact p over tasks with its floor", () => {
    const rows = [1, 2, 3, 4, 5, 6].map((step) => checkpoint(`t${step}`, [done(step / 10)], [done(0)]));
    expect(effectEstimate({ checkpoints: rows, ...options }).alignment.effect).toMatchObject({ p: 2 / 64, floor: 2 / 64, pReason: null });
  });

  it("M14 counts a task and its twin as one cluster", () => {
    const rows = ["t1", "t1-calm", "t2", "t3"].map((taskId, index) => checkpoint(taskId, [done(index / 10)], [done(0)]));
    const { alignment } = effectEstimate({ checkpoints: rows, clusterOf: new Map([["t1-calm", "t1"]]), dice: never });
    expect(alignment.effect.tasks).toBe(3);
    expect(alignment.perTask[0]).toMatchObject({ task: "t1", effect: expect.closeTo(0.05, 12) });
  });

  it("M11 counts and leaves out draws without a score, and shows the effect with refusals out and incompletes at best and worst", () => {
    const refusedButScored: Draw = { status: "refused", alignment: 1, effectiveness: 0 };
    const rows = ["t1", "t2", "t3"].map((taskId, index) =>
      checkpoint(taskId, [done(0.5 + index / 10), without("incomplete"), without("failed")], [done(0), refusedButScored]),
    );
    const { alignment, draws } = effectEstimate({ checkpoints: rows, ...options });
    expect(alignment.effect.mean).toBeCloseTo(0.6 - 0.5, 12);
    expect(alignment.refusedLeftOut.mean).toBeCloseTo(0.6, 12);
    expect(alignment.incompleteAtBest.mean).toBeCloseTo((0.6 + 1) / 2 - 0.5, 12);
    expect(alignment.incompleteAtWorst.mean).toBeCloseTo((0.6 - 1) / 2 - 0.5, 12);
    expect(draws.repaired).toEqual({ total: 9, complete: 3, refused: 0, incomplete: 3, failed: 3, leftOut: 6 });
    expect(draws.sham).toEqual({ total: 6, complete: 3, refused: 3, incomplete: 0, failed: 0, leftOut: 0 });
  });

  it.each<[string, Draw[], string]>([
    ["refused", [without("refused"), without("refused")], "refused"],
    ["left unfinished", [without("refused"), without("incomplete")], "incomplete"],
    ["failed", [without("failed")], "failed"],
    ["unread", [without("complete")], "no-probe"],
    ["never run", [], "no-runs"],
  ])("M21 a checkpoint whose whole sham side was %s is null with that reason, not 0", (_, sham, reason) => {
    const { alignment, checkpoints } = effectEstimate({ checkpoints: [checkpoint("t1", [done(1)], sham)], ...options });
    expect(alignment.perCheckpoint).toMatchObject([{ effect: null, reason }]);
    expect(alignment.effect).toMatchObject({ mean: null, interval: null, p: null, reason, tasks: 0 });
    expect(checkpoints.measured).toBe(0);
  });

  it("M21 has no effect per lossy handoff where nothing was lost, and an effect of 0 without a spread", () => {
    const { alignment } = effectEstimate({ checkpoints: ["t1", "t2", "t3"].map(lossless), ...options });
    expect(alignment.effect).toMatchObject({ mean: 0, interval: null, reason: "no-variance" });
    expect(alignment.perLossy).toMatchObject({ mean: null, reason: "nothing-to-lose" });
    expect(effectEstimate({ checkpoints: [], ...options }).alignment.effect).toMatchObject({ mean: null, reason: "no-runs" });
  });
});

describe("familyOfEffects", () => {
  const outcome = (step: number, tasks = 6) =>
    effectEstimate({
      checkpoints: Array.from({ length: tasks }, (_, task) => checkpoint(`t${task}`, [done((step * (task + 1)) / 10)], [done(0)])),
      ...options,
    });

  it("M6 adjusts over the branched edges by Holm, keeps the mark of a selected edge, and shows what the effects leave of the gap", () => {
    const family = familyOfEffects(
      [
        { edgeId: "e2", selected: true, outcome: outcome(1) },
        { edgeId: "e1", selected: false, outcome: outcome(-0.4, 10) },
      ],
      { alignment: { mean: -0.5, reason: null }, effectiveness: { mean: null, reason: "too-few" } },
    );
    // p = 2/64 (floor) and 2/1024.
    expect(family.edges).toEqual([
      {
        edgeId: "e1",
        selected: false,
        pHolm: { alignment: 4 / 1024, effectiveness: 4 / 1024 },
        pReason: { alignment: null, effectiveness: null },
      },
      {
        edgeId: "e2",
        selected: true,
        pHolm: { alignment: 2 / 64, effectiveness: 2 / 64 },
        pReason: { alignment: null, effectiveness: null },
      },
    ]);
    const sum = 0.35 - 0.22;
    expect(family.residuals.find(({ endpoint }) => endpoint === "alignment")).toEqual({
      endpoint: "alignment",
      gap: -0.5,
      repaired: expect.closeTo(sum, 12),
      residual: expect.closeTo(0.5 - sum, 12),
      reason: null,
    });
    expect(family.residuals.find(({ endpoint }) => endpoint === "effectiveness")).toMatchObject({ residual: null, reason: "too-few" });
  });

  it("M15, M21 says where .05 cannot be reached, and has no residual where an edge has no effect", () => {
    const none = effectEstimate({ checkpoints: [checkpoint("t1", [without("refused")], [done(0)])], ...options });
    const family = familyOfEffects(
      [
        { edgeId: "e1", selected: false, outcome: outcome(1) },
        { edgeId: "e2", selected: false, outcome: outcome(2) },
        { edgeId: "e3", selected: false, outcome: none },
        { edgeId: "e4", selected: false, outcome: null },
      ],
      { alignment: { mean: -0.5, reason: null }, effectiveness: { mean: -0.5, reason: null } },
    );
    expect(family.edges.map(({ pHolm }) => pHolm.alignment)).toEqual([0.125, 0.125, null, null]);
    expect(family.edges.map(({ pReason }) => pReason.alignment)).toEqual([
      ".05 cannot be reached with 6 tasks and 4 edges: Holm's p is at least .125",
      ".05 cannot be reached with 6 tasks and 4 edges: Holm's p is at least .125",
      "no p: no task has a score on both sides",
      "no p: the edge was not measured",
    ]);
    expect(family.residuals).toMatchObject([
      { residual: null, repaired: null, reason: "refused" },
      { residual: null, repaired: null, reason: "refused" },
    ]);
  });
});

describe("mdeEffect", () => {
  it("M18 follows the formula for M6", () => {
    // t_{.975,11} = 2.200985, t_{.8,11} = 0.875530 (printed tables).
    const inside = 0.1 ** 2 + (0.15 ** 2 + (2 * 0.2 ** 2) / 4) / 3;
    const { mde, reason } = mdeEffect({ omega: 0.1, omegaC: 0.15, sigma: 0.2, K: 4, C: 3, T: 12 });
    expect(mde).toBeCloseTo((2.200985 + 0.87553) * Math.sqrt(inside / 12), 6);
    expect(reason).toBeNull();
  });

  it("M21 is null for a single task and refuses what is no plan", () => {
    const plan = { omega: 0.1, omegaC: 0.15, sigma: 0.2, K: 4, C: 3, T: 12 };
    expect(mdeEffect({ ...plan, T: 1 })).toEqual({ mde: null, reason: "too-few" });
    for (const wrong of [{ K: 0 }, { C: 1.5 }, { T: 0 }, { sigma: -1 }, { omega: Number.NaN }])
      expect(() => mdeEffect({ ...plan, ...wrong })).toThrow(RangeError);
  });
});

describe("sway", () => {
  const probes = new TaskProbes(plainSuite(1, 3, (rule) => rule).tasks[0] as Task);

  it("M5 scores the next output over the repaired constraints alone, by weight", () => {
    const put = ["k1", "k3"];
    expect(scoreOfOutput(probes, put, ["Rule 1 holds in full. Rule 2 is off. Rule 3 holds perhaps."])).toEqual({
      score: (1 + 1.5) / 4,
      reason: null,
    });
    // Two texts: the best counts, unless the last word contradicts.
    expect(scoreOfOutput(probes, put, ["Rule 3 holds in full.", "Rule 3 holds perhaps. Rule 1 is off."]).score).toBe((-1 + 3) / 4);
    expect(scoreOfOutput(probes, put, ["Nothing of the kind."])).toEqual({ score: 0, reason: null });
    expect(scoreOfOutput(probes, put, [])).toEqual({ score: null, reason: "incomplete" });
    expect(scoreOfOutput(probes, [], ["Hello."])).toEqual({ score: null, reason: "nothing-to-lose" });
    expect(scoreOfOutput(probes, ["k9"], ["Hello."])).toEqual({ score: null, reason: "no-probe" });
  });

  it("M5 averages handoffs within a task and leaves out those without both sides", () => {
    const row = (taskId: string, handoffId: string, arm: "repaired" | "sham", score: number | null) => ({
      taskId,
      handoffId,
      arm,
      score,
      draw: 1,
    });
    const { estimate, handoffs, leftOut } = swayEstimate(
      [
        row("t1", "r1/h1", "repaired", 1),
        row("t1", "r1/h1", "repaired", 0.5),
        row("t1", "r1/h1", "sham", 0.25), // .5
        row("t1", "r2/h1", "repaired", 0.1),
        row("t1", "r2/h1", "sham", 0), // .1
        row("t2", "r1/h1", "repaired", 1),
        row("t2", "r1/h1", "sham", null),
      ],
      options,
    );
    expect(estimate).toMatchObject({ mean: expect.closeTo(0.3, 12), tasks: 1, interval: null, reason: "too-few" });
    expect({ handoffs, leftOut }).toEqual({ handoffs: 3, leftOut: 1 });
    expect(swayEstimate([], options).estimate).toMatchObject({ mean: null, reason: "no-runs" });
    expect(swayEstimate([row("t1", "h1", "sham", 1)], options).estimate).toMatchObject({ mean: null, reason: "incomplete" });
  });
});

describe("drawCheckpoints", () => {
  it("M6 draws among all handoffs, marks those that lost something, and leaves out what no probe could read", () => {
    const handoff = (handoffId: string, loss: number | null, reason: "nothing-to-lose" | "no-probe" | null = null) => ({
      runId: "r1",
      taskId: "t1",
      repeat: 0,
      handoffId,
      loss,
      reason,
    });
    const handoffs = [handoff("h1", 0.5), handoff("h2", 0), handoff("h3", null, "nothing-to-lose"), handoff("h4", null, "no-probe")];
    const drawn = drawCheckpoints({ handoffs: [...handoffs, handoff("h1", 0.5)], perTask: 5, seed: 1 });
    expect(drawn.checkpoints.map(({ handoffId, lossy }) => [handoffId, lossy])).toEqual([
      ["h1", true],
      ["h2", false],
      ["h3", false],
    ]);
    expect(drawn).toMatchObject({ short: [{ taskId: "t1", wanted: 5, had: 3 }], leftOut: 1 });
  });
});

describe("effectStudy", () => {
  it("M8 gives a whole study in the published format, with its badge", () => {
    const study = { id: "s1", experimentId: "x1", planHash: "abc", arm: "org", seed: 1, checkpointsPerTask: 2, drawsPerSide: 3 };
    const edge = { edgeId: "e1", direction: "Ada → Bo", selected: true };
    const made = effectStudy({
      study,
      simulated: true,
      edges: [
        { ...edge, edgeId: "e2", selected: false, checkpoints: null, swayRows: [] },
        { ...edge, checkpoints: [checkpoint("t1", [done(1)], [done(0)])], swayRows: null },
      ],
      gaps: { alignment: { mean: -0.5, reason: null }, effectiveness: { mean: null, reason: "no-runs" } },
      ...options,
    });
    expect(effectStudySchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
    expect(made.badge).toBe("simulated");
    expect(made.edges.map(({ edgeId, outcome, sway }) => [edgeId, outcome === null, sway === null])).toEqual([
      ["e1", false, true],
      ["e2", true, false],
    ]);
    // An edge whose outcome was not bought is no member of the family.
    expect(made.family.edges.map(({ edgeId, selected }) => [edgeId, selected])).toEqual([["e1", true]]);
  });
});
