/** What is measured of a deliverable, and the reasons where nothing is (M4, G, M21). */
import { describe, expect, it } from "vitest";
import { FULL, measured, OFF, WEAK } from "#test/support/measured-run.ts";
import { testOrg, withAgents } from "#test/support/orgs.ts";
import { say, send, submit } from "#test/support/scripted-model.ts";
import { plainSuite } from "#test/support/suites.ts";

describe("measuring a run", () => {
  const two = plainSuite(1, 2);

  it.each<[string, string, number]>([
    ["everything kept", `${FULL(1)} ${FULL(2)}`, 1],
    ["nothing said", "Well.", 0],
    ["weakened", `${WEAK(1)} ${WEAK(2)}`, 0.5],
    ["contradicted", `${OFF(1)} ${OFF(2)}`, -1],
    ["one kept, one contradicted", `${FULL(1)} ${OFF(2)}`, 0],
  ])("M4 retention of a deliverable: %s", async (_name, text, retention) => {
    const { measure } = await measured(testOrg("A>B"), two, { A: [[send(["B"], `${FULL(1)} ${FULL(2)}`)]], B: [[submit(text)]] });
    expect(measure.deliverable.retention).toBe(retention);
    expect(measure.deliverable.loss).toBeCloseTo(1 - retention, 12);
  });

  it("M4 a solo arm's deliverable is measured against the brief it had", async () => {
    const org = withAgents(testOrg("A"), () => ({ receivesBrief: true, delivers: true }));
    const { measure } = await measured(org, two, { A: [[say(`${FULL(1)} ${WEAK(2)}`)]] }, { mode: { kind: "one-shot" } });
    expect(measure.deliverable).toMatchObject({ retention: 0.75, loss: 0.25, parts: { omitted: 0, weakened: 0.25, contradicted: 0 } });
    expect(measure.edges).toEqual([]);
  });

  it("G effectiveness is the weighted share of asks met, 0 to 1", async () => {
    const suite = structuredClone(two);
    const task = suite.tasks[0];
    const ask = task?.asks[0];
    if (!task || !ask) throw new Error("no ask");
    task.asks.push({
      ...structuredClone(ask),
      id: "a2",
      weight: 3,
      pattern: { preserved: ["the lids were counted"], weakened: [], contradicted: ["no lids"] },
    });
    task.asks.push({ ...structuredClone(ask), id: "a3", weight: 100, pattern: undefined });
    const { measure } = await measured(testOrg("A>B"), suite, { A: [[send(["B"], "Go.")]], B: [[submit("The boxes were counted.")]] });
    expect(measure.deliverable).toMatchObject({ asksMet: 0.25, asksReason: null });
    expect(measure.deliverable.asks.map((each) => each.met)).toEqual([true, false, null]);
  });

  it("M21 no deliverable: every figure of it null with the reason", async () => {
    const nothing = await measured(testOrg("A>B"), two, { A: [[send(["B"], FULL(1))]] });
    expect(nothing.measure.deliverable).toMatchObject({
      retention: null,
      retentionReason: "incomplete",
      loss: null,
      lossReason: "incomplete",
      asksMet: null,
      asksReason: "incomplete",
      parts: null,
    });
    const refused = await measured(testOrg("A>B"), two, { A: [[send(["B"], FULL(1))]], B: [{ content: [], stopReason: "refusal" }] });
    expect(refused.measure.deliverable).toMatchObject({
      retention: null,
      retentionReason: "refused",
      asksMet: null,
      asksReason: "refused",
    });
  });

  it("M21 without patterns: no-probe everywhere, and no number", async () => {
    const suite = structuredClone(two);
    for (const item of [...(suite.tasks[0]?.ledger ?? []), ...(suite.tasks[0]?.asks ?? [])]) delete item.pattern;
    const { edge, measure } = await measured(testOrg("A>B"), suite, { A: [[send(["B"], FULL(1))]], B: [[submit("x")]] });
    expect(edge("A", "B")).toMatchObject({ loss: null, reason: "no-probe", parts: null });
    expect(measure.deliverable).toMatchObject({
      retention: null,
      retentionReason: "no-probe",
      loss: null,
      lossReason: "no-probe",
      asksMet: null,
      asksReason: "no-probe",
    });
    for (const text of [measure.handoffs[0], measure.deliverable])
      expect(text?.codes[0]).toMatchObject({ verdict: "no probe", code: null, held: null, receiverHeld: null });
  });
});
