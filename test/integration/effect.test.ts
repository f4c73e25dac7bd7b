import { describe, expect, it } from "vitest";
import { effectStudySchema } from "#shared/drift/effect.ts";
import { planStudy, runStudy, studyProgress, studyResult } from "#main/lab/effect-study.ts";
import { replayStored } from "#main/lab/replay.ts";
import type { Store } from "#main/store/store.ts";
import type { StudyRow } from "#main/store/studies.ts";
import { memoryStore, population, runExperiment, runnerOn } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

/* M5 and M6 on an org of which everything is known: one edge drops, all else passes on word for word. */

const NO_CAPS = { outputTokens: null, usd: null };
const org = testOrg("Lead>Analyst>Writer");
const [lossy, whole] = org.handoffs.map((each) => each.id) as [string, string];

async function finished(repeats = 4) {
  const store = memoryStore();
  const { id } = await runExperiment({
    store,
    orgs: [org],
    suite: plainSuite(8, 6),
    repeats,
    population: population({ default: { keep: 1 }, edges: { [lossy]: { keep: 0.5 } }, skill: 1 }),
  });
  const arm = store.experiments.get(id)?.plan.arms[0]?.id ?? "";
  return { store, id, arm };
}

function planned(store: Store, id: string, arm: string, edges: string[] | null): StudyRow {
  const result = planStudy(store, { experimentId: id, armId: arm, edges, checkpointsPerTask: 2, drawsPerSide: 2, seed: 7 }, 0);
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.study;
}

describe("effect studies", () => {
  it("M21 says nothing of the outcome before a handoff has run on both sides, however many lost nothing", async () => {
    const { store, id, arm } = await finished();
    const study = planned(store, id, arm, [lossy, whole]);
    const waiting = studyResult(store, study);
    expect(effectStudySchema.parse(waiting)).toEqual(waiting);
    const outcomes = Object.fromEntries(waiting.edges.map((each) => [each.edgeId, each.outcome]));
    expect(outcomes[lossy]).toBeNull();
    // Where no drawn handoff lost anything there is nothing to wait for: the effect is known to be 0.
    expect(outcomes[whole]?.alignment.effect.mean).toBe(0);
  });

  it("M6 finds exactly what the edge lost, since nothing else loses anything, and sham changes nothing", async () => {
    const { store, id, arm } = await finished();
    const study = planned(store, id, arm, null);
    expect(study.plan.edges).toEqual([{ edgeId: lossy, selected: true }]);
    // Odd repeats chose the edge, so none of theirs is branched.
    const repeatOf = new Map(store.results.runs(id).map((run) => [run.runId, run.repeat]));
    expect(study.plan.checkpoints.map((each) => (repeatOf.get(each.runId) ?? 1) % 2)).not.toContain(1);
    expect(study.plan.checkpoints).toHaveLength(16);
    const end = await runStudy(runnerOn(store), store, study, { caps: NO_CAPS });
    expect(end.end).toBe("finished");
    const result = studyResult(store, study);
    expect(effectStudySchema.parse(result)).toEqual(result);
    expect(result.badge).toBe("simulated");
    const losses = new Map(
      store.results.handoffs(id, { armId: arm, edgeId: lossy }).map((each) => [`${each.runId}/${each.id}`, each.loss]),
    );
    const tasks = [...new Set(study.plan.checkpoints.map((each) => each.taskId))];
    const perTask = tasks.map((task) => {
      const own = study.plan.checkpoints.filter((each) => each.taskId === task);
      return own.reduce((sum, each) => sum + (losses.get(`${each.runId}/${each.handoffId}`) ?? 0), 0) / own.length;
    });
    const truth = perTask.reduce((sum, each) => sum + each, 0) / tasks.length;
    const [edge] = result.edges;
    expect(truth).toBeGreaterThan(0.3);
    expect(edge?.outcome?.alignment.effect.mean).toBeCloseTo(truth, 9);
    expect(edge?.outcome?.alignment.shamMinusAsSent.mean).toBeCloseTo(0, 9);
    expect(edge?.outcome?.effectiveness.effect.mean).toBeCloseTo(0, 9);
    expect(edge?.sway?.estimate.mean).toBeGreaterThan(0.5);
    expect(result.family.edges).toMatchObject([{ edgeId: lossy, selected: true }]);
  });

  it("M6 a lossless edge is 0 without a single branch, and nothing that was measured before has changed", async () => {
    const { store, id, arm } = await finished();
    const before = JSON.stringify([store.results.runs(id), store.results.edges(id)]);
    const study = planned(store, id, arm, [whole]);
    expect(studyProgress(store, study)).toEqual({ done: 0, failed: 0, total: 0 });
    await runStudy(runnerOn(store), store, study, { caps: NO_CAPS });
    expect(studyResult(store, study).edges[0]?.outcome?.alignment.effect.mean).toBe(0);
    const other = planned(store, id, arm, [lossy]);
    await runStudy(runnerOn(store), store, other, { caps: NO_CAPS });
    expect(JSON.stringify([store.results.runs(id), store.results.edges(id)])).toBe(before);
  });

  it("M6 stopped and gone on with, a study ends as an undisturbed one", async () => {
    const undisturbed = await finished();
    const steady = planned(undisturbed.store, undisturbed.id, undisturbed.arm, [lossy]);
    await runStudy(runnerOn(undisturbed.store), undisturbed.store, steady, { caps: NO_CAPS });
    const { store, id, arm } = await finished();
    const study = planned(store, id, arm, [lossy]);
    for (const stopAt of [5, 23, 60, Infinity]) {
      const runner = runnerOn(store);
      const end = await runStudy(runner, store, study, {
        caps: NO_CAPS,
        onChange: () => {
          if (studyProgress(store, study).done >= stopAt) void runner.stop(study.id);
        },
      });
      expect(end.end).toBe(stopAt === Infinity ? "finished" : "stopped");
    }
    expect(studyProgress(store, study)).toMatchObject({ done: 96, total: 96, failed: 0 });
    expect(JSON.stringify(studyResult(store, study))).toBe(JSON.stringify(studyResult(undisturbed.store, steady)));
  });

  it("M6 a cap on a study is its own, is never passed, and a higher one goes on", async () => {
    const { store, id, arm } = await finished();
    const study = planned(store, id, arm, [lossy]);
    // An answer's worst case is 2,000 tokens: room for one at a time, and for few in all.
    const end = await runStudy(runnerOn(store), store, study, { caps: { outputTokens: 2_600, usd: null } });
    expect(end).toMatchObject({ end: "cap-reached" });
    expect(end.message).toContain("2600 output tokens");
    const { done, total, failed } = studyProgress(store, study);
    expect(done).toBeLessThan(total);
    expect(failed).toBe(0);
    expect(store.spending.outputTokensSpent({ study: study.id })).toBeLessThanOrEqual(2_600);
    await runStudy(runnerOn(store), store, study, { caps: NO_CAPS });
    expect(studyProgress(store, study)).toMatchObject({ done: total, failed: 0 });
  });

  it("M6 every branch plays again from its record and its parent's", async () => {
    const { store, id, arm } = await finished(2);
    const study = planned(store, id, arm, [lossy]);
    await runStudy(runnerOn(store), store, study, { caps: NO_CAPS });
    const runs = store.runs.ofStudy(study.id);
    expect(runs.length).toBeGreaterThan(10);
    for (const run of runs.slice(0, 12)) expect(await replayStored(store, run.id)).toMatchObject({ ok: true });
  });

  it.each([
    ["an org that is not in it", { armId: "arm_none" }, "no-such-arm"],
    ["an edge that is not in it", { edges: ["none"] }, "no-such-edge"],
  ])("refuses %s with a sentence", async (_name, wrong, code) => {
    const { store, id, arm } = await finished(2);
    const choice = { experimentId: id, armId: arm, edges: null, checkpointsPerTask: 1, drawsPerSide: 1, seed: 1, ...wrong };
    const result = planStudy(store, choice, 0);
    expect(result.ok ? [] : result.problems.map((each) => each.code)).toEqual([code]);
  });

  it("M6 refuses an experiment with one repeat: the runs that choose an edge must not be those that are branched", async () => {
    const { store, id, arm } = await finished(1);
    const result = planStudy(store, { experimentId: id, armId: arm, edges: null, checkpointsPerTask: 1, drawsPerSide: 1, seed: 1 }, 0);
    expect(result.ok ? [] : result.problems.map((each) => each.code)).toEqual(["one-repeat"]);
  });
});
