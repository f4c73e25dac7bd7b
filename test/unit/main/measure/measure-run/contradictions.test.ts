/** Contradictions: where one began, who passes it on, what is put right (M2a, M2b). */
import { describe, expect, it } from "vitest";
import { FULL, measured, OFF, WEAK } from "#test/support/measured-run.ts";
import { testOrg, withAgents } from "#test/support/orgs.ts";
import { type Script, send, submit } from "#test/support/scripted-model.ts";
import { plainSuite } from "#test/support/suites.ts";

describe("measuring a run", () => {
  const two = plainSuite(1, 2);

  it("M2a where the last message that speaks of it contradicts, the edge contradicts", async () => {
    const { edge } = await measured(testOrg("A>B,B>A"), two, {
      A: [[send(["B"], `${FULL(1)} ${FULL(2)}`)], [send(["B"], OFF(1))], [send(["B"], "Bye.")]],
      B: [[send(["A"], "And?")], [send(["A"], "Oh?")], [submit("x")]],
    });
    expect(edge("A", "B")).toMatchObject({ loss: 1, parts: { omitted: 0, weakened: 0, contradicted: 1 } });
  });

  it("M2a what was put right by a later message is not lost", async () => {
    const { edge } = await measured(testOrg("A>B,B>A"), two, {
      A: [[send(["B"], `${OFF(1)} ${FULL(2)}`)], [send(["B"], FULL(1))]],
      B: [[send(["A"], "Really?")], [submit("x")]],
    });
    expect(edge("A", "B")?.loss).toBe(0);
  });

  it("M2b a contradiction belongs to the edge where it began; passing it on is inherited", async () => {
    const { edge, measure } = await measured(testOrg("A>B>C"), two, {
      A: [[send(["B"], `${OFF(1)} ${FULL(2)}`)]],
      B: [[send(["C"], `${OFF(1)} ${FULL(2)}`)]],
      C: [[submit(`${OFF(1)} ${FULL(2)}`)]],
    });
    expect(edge("A", "B")).toMatchObject({ loss: 1, parts: { contradicted: 1 }, introduced: 0 });
    expect(edge("B", "C")).toMatchObject({ loss: 0, introduced: 0 });
    expect(measure.handoffs[1]?.codes[0]?.verdict).toBe("inherited");
    expect(measure.deliverable).toMatchObject({ loss: 0, introduced: 0, retention: 0 });
  });

  it("M2a M2b what is told back to the one who began it stays the loss of the edge where it began", async () => {
    const script: Script = {
      A: [[send(["B"], `${OFF(1)} ${FULL(2)}`)], [send(["B"], `As you say: ${OFF(1)}`)]],
      B: [[send(["A"], OFF(1))], [submit("x")]],
    };
    const { edge, measure } = await measured(testOrg("A>B,B>A"), two, script);
    expect(edge("A", "B")).toMatchObject({ handoffs: 2, loss: 1, parts: { omitted: 0, weakened: 0, contradicted: 1 }, introduced: 0 });
    expect(edge("B", "A")).toMatchObject({ loss: null, reason: "nothing-to-carry", introduced: 0 });
    expect(measure.handoffs.map((each) => each.codes[0]?.verdict)).toEqual(["contradicted", "inherited", "inherited"]);
    // The most that A ever held counts, also where it has forgotten by the time it is told.
    const forgetful = withAgents(testOrg("A>B,B>A"), (name) => (name === "A" ? { memory: false } : {}));
    expect((await measured(forgetful, two, script)).edge("A", "B")).toMatchObject({ loss: 1 });
  });

  it("M2a M2b what began on an edge without being held there stays introduced when it is told back", async () => {
    const { edge } = await measured(testOrg("Z>A>B,B>A"), two, {
      Z: [[send(["A"], FULL(2))]],
      A: [[send(["B"], `${OFF(1)} ${FULL(2)}`)], [send(["B"], OFF(1))]],
      B: [[send(["A"], OFF(1))], [submit("x")]],
    });
    expect(edge("A", "B")).toMatchObject({ handoffs: 2, loss: 0, introduced: 1 });
  });

  it("M2a M2b kept at first and contradicted once told is inherited", async () => {
    const { edge } = await measured(testOrg("A>B,B>A"), two, {
      A: [[send(["B"], `${FULL(1)} ${FULL(2)}`)], [send(["B"], OFF(1))]],
      B: [[send(["A"], OFF(1))], [submit("x")]],
    });
    expect(edge("A", "B")).toMatchObject({ loss: 0, introduced: 0 });
    expect(edge("B", "A")).toMatchObject({ loss: null, reason: "nothing-to-carry", introduced: 1 });
  });

  it("M2a M2b what an edge did before it was told stands: carried, or dropped, it stays in the loss", async () => {
    const loss = async (first: string, second: string) => {
      const { edge } = await measured(testOrg("A>B,B>A"), two, {
        A: [[send(["B"], first)], [send(["B"], second)]],
        B: [[send(["A"], OFF(1))], [submit("x")]],
      });
      return edge("A", "B")?.loss;
    };
    // Rule 1 was carried and rule 2 dropped: half is lost, not all of what the contradiction left.
    expect(await loss(FULL(1), OFF(1))).toBe(0.5);
    expect(await loss(FULL(2), OFF(1))).toBe(0.5);
    expect(await loss(WEAK(1), `${OFF(1)} ${FULL(2)}`)).toBe(0.25);
    // Silence after it has been passed on drops nothing.
    expect(await loss(`${FULL(1)} ${FULL(2)}`, OFF(1))).toBe(0);
  });

  it("M2b contradicting what nobody told it is introduced, beside the loss and never inside", async () => {
    const { edge } = await measured(testOrg("A>B>C"), two, {
      A: [[send(["B"], FULL(2))]],
      B: [[send(["C"], `${OFF(1)} ${FULL(2)}`)]],
      C: [[submit("x")]],
    });
    expect(edge("B", "C")).toMatchObject({ loss: 0, introduced: 1 });
  });

  it("M2b contradicting what the receiver already holds is introduced", async () => {
    const { edge } = await measured(testOrg("A>B,B>A,B>C"), two, {
      A: [[send(["B"], `${FULL(1)} ${FULL(2)}`)]],
      B: [[send(["A"], OFF(1))], []],
      C: [[submit("x")]],
    });
    expect(edge("B", "A")).toMatchObject({ loss: null, reason: "nothing-to-carry", introduced: 1 });
  });
});
