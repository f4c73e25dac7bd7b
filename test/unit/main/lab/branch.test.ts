/** Proves branches on a plain chain (M5, M6): what can be branched, what each change does, that an order is carried out once. */
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import { branchPoint } from "#main/lab/branch.ts";
import { stepsOf, TestCell } from "#test/support/cells.ts";
import { testOrg } from "#test/support/orgs.ts";
import { ofType } from "#test/support/scripted-model.ts";
import { plainSuite } from "#test/support/suites.ts";

async function finished(org: Org = testOrg("A>B>C")): Promise<TestCell> {
  const cell = new TestCell(org, plainSuite(1, 3));
  expect(await cell.run()).toMatchObject({ end: "finished" });
  return cell;
}

describe("where a branch can begin", () => {
  it("C at a handoff that was shown, just before its round", async () => {
    const cell = await finished();
    const point = branchPoint(cell.store, cell.row.id, "h2");
    expect(point.ok && point.log[point.seq]?.event).toMatchObject({ type: "round-started", round: 3 });
  });

  it("C says what is wrong with a run that is not there, a handoff that is not there, and one that nobody was shown", async () => {
    const cell = await finished(testOrg("A>B>C", (org) => ({ ...org, limits: { ...org.limits, rounds: 1, handoffs: 1 } })));
    expect(branchPoint(cell.store, "run_x", "h1")).toEqual({ ok: false, why: "There is no run run_x." });
    expect(branchPoint(cell.store, cell.row.id, "h9")).toMatchObject({
      why: expect.stringMatching(/has no handoff h9; choose one that was delivered/),
    });
    expect(branchPoint(cell.store, cell.row.id, "h1")).toMatchObject({ why: expect.stringMatching(/h1 was never shown to anybody/) });
    expect(await cell.branch({ handoffId: "h9", change: { kind: "dropped", written: null } })).toMatchObject({ outcome: "failed" });
  });

  it("C refuses a run that has not ended", async () => {
    const whole = await finished();
    const cut = new TestCell(testOrg("A>B>C"), plainSuite(1, 3), { log: whole.log.slice(0, -1) });
    expect(branchPoint(cut.store, "run_before", "h1")).toMatchObject({ ok: false, why: expect.stringContaining("has not ended") });
  });
});

describe("a branch (M5, M6)", () => {
  it("M5 C an edited message is what the receiver is shown, and the rest of the org hears of it", async () => {
    const cell = await finished();
    const { runId } = await cell.branch({
      handoffId: "h1",
      change: { kind: "edited", written: "Rule 1 is off. Rule 2 is off. Rule 3 is off." },
    });
    const steps = stepsOf(cell.store.runs.events(runId));
    expect(ofType(steps, "handoff-shown")[0]?.shown).toContain("Message from A =====\nRule 1 is off.");
    expect(ofType(steps, "message-sent")[0]?.written).toBe(ofType(stepsOf(cell.log), "message-sent")[0]?.written);
    expect(cell.store.runs.get(runId)?.deliverable).toContain("Rule 1 is off.");
    expect(cell.row.deliverable).not.toContain("Rule 1 is off.");
  });

  it("M5 C a dropped message reaches nobody, and its receiver has no turn by it", async () => {
    const cell = await finished();
    const { runId } = await cell.branch({ handoffId: "h1", change: { kind: "dropped", written: null } });
    const steps = stepsOf(cell.store.runs.events(runId));
    expect(ofType(steps, "handoff-shown")).toEqual([]);
    expect(ofType(steps, "turn-started").map((each) => [each.agent, each.last])).toEqual([
      ["agent_a", false],
      ["agent_c", true],
    ]);
  });

  it("M5 C in an eager run with one turn at a time, dropping one's mail lets the next one act", async () => {
    const org = testOrg("A>B, A>C, B>D, C>D", (made) => ({ ...made, schedule: "eager", limits: { ...made.limits, turnsAtOnce: 1 } }));
    const cell = await finished(org);
    const { runId, outcome } = await cell.branch({ handoffId: "h1", change: { kind: "dropped", written: null } });
    expect(outcome).toBe("done");
    const steps = stepsOf(cell.store.runs.events(runId));
    expect(ofType(steps, "turn-started").map((each) => each.agent)).toEqual(["agent_a", "agent_c", "agent_d"]);
    expect(cell.store.runs.get(runId)).toMatchObject({ status: "complete", reason: "delivered" });
  });

  it("M5 C of two who begin in the same moment, the mail of either can be dropped or edited", async () => {
    const org = testOrg("A>B, A>C, B>D, C>D", (made) => ({ ...made, schedule: "eager" }));
    const cell = await finished(org);
    for (const handoffId of ["h1", "h2"])
      for (const change of [
        { kind: "dropped" as const, written: null },
        { kind: "edited" as const, written: "Rule 2 is off." },
      ]) {
        const end = await cell.branch({ handoffId, change });
        expect(end).toMatchObject({ outcome: "done", message: null });
      }
  });

  it("M6 C the same order is the same branch and is carried out once; another draw is another branch", async () => {
    const cell = await finished();
    const order = {
      handoffId: "h1",
      change: { kind: "as-sent" as const, written: ofType(stepsOf(cell.log), "message-sent")[0]?.written ?? "" },
    };
    const first = await cell.branch(order);
    const asked = cell.asked.length;
    expect(await cell.branch(order)).toEqual(first);
    expect(cell.asked).toHaveLength(asked);
    const second = await cell.branch({ ...order, draw: 2 });
    expect(second.runId).not.toBe(first.runId);
    expect(cell.store.runs.branchesOf(cell.row.id).map((each) => each.branch?.draw)).toEqual([1, 2]);
  });

  it("M5 C a branch at a later message keeps what its parent branch changed earlier", async () => {
    const cell = await finished();
    const first = await cell.branch({ handoffId: "h1", change: { kind: "edited", written: "Rule 1 is off." } });
    const second = await cell.branch({ parentRunId: first.runId, handoffId: "h2", change: { kind: "edited", written: "Rule 2 is off." } });
    expect(second).toMatchObject({ outcome: "done", message: null });
    const steps = stepsOf(cell.store.runs.events(second.runId));
    expect(ofType(steps, "message-changed").map((each) => [each.id, each.written])).toEqual([
      ["h1", "Rule 1 is off."],
      ["h2", "Rule 2 is off."],
    ]);
  });
});
