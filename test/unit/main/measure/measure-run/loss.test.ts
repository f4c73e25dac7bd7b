/** What is held, and what of it a handoff loses: holdings, scope, relays, several messages on one edge (M1, M2, M2a). */
import { describe, expect, it } from "vitest";
import type { Org, Relay } from "#shared/org/schema.ts";
import { FULL, measured, OFF, WEAK } from "#test/support/measured-run.ts";
import { testOrg, withAgents } from "#test/support/orgs.ts";
import { say, type Script, send, submit } from "#test/support/scripted-model.ts";
import { plainSuite } from "#test/support/suites.ts";

const relayed =
  (relay: Relay) =>
  (org: Org): Org => ({ ...org, handoffs: org.handoffs.map((each) => ({ ...each, relay })) });

describe("measuring a run", () => {
  const two = plainSuite(1, 2);

  it("M1 M2 what each holds is what its request showed, and each edge loses its own", async () => {
    const { edge, measure } = await measured(testOrg("A>B>C"), two, {
      A: [[send(["B"], `${FULL(1)} ${FULL(2)}`)]],
      B: [[send(["C"], FULL(1))]],
      C: [[submit("Nothing.")]],
    });
    expect(edge("A", "B")).toMatchObject({ loss: 0, handoffs: 1, parts: { omitted: 0, weakened: 0, contradicted: 0 } });
    expect(edge("B", "C")).toMatchObject({ loss: 0.5, parts: { omitted: 0.5, weakened: 0, contradicted: 0 } });
    // C held only rule 1 and dropped it: its own loss is 1, and nothing of it is rule 2's, which was lost upstream.
    expect(measure.deliverable).toMatchObject({ loss: 1, retention: 0 });
    expect(measure.deliverable.codes.map((code) => code.verdict)).toEqual(["dropped here", "lost upstream"]);
  });

  it("M1 an agent's own earlier words are left out of what it holds", async () => {
    // B was told nothing, invents the rules, hears small talk back, and then says nothing of them: it never held them.
    const { edge } = await measured(testOrg("A>B,B>C,C>B,B>D"), two, {
      A: [[send(["B"], "Begin.")]],
      B: [[send(["C"], `${FULL(1)} ${FULL(2)}`)], [send(["D"], "No rules here.")]],
      C: [[send(["B"], "Go on.")]],
      D: [[submit("x")]],
    });
    expect(edge("B", "C")).toMatchObject({ loss: null, reason: "nothing-to-lose" });
    expect(edge("B", "D")).toMatchObject({ loss: null, reason: "nothing-to-lose" });
  });

  it("M1 nobody learns a constraint from the engine's own words, whatever a probe reads in them", async () => {
    const suite = structuredClone(two);
    const [first, second] = suite.tasks[0]?.ledger ?? [];
    if (!first || !second) throw new Error("no constraints");
    first.pattern = { preserved: ["rule 1"], weakened: [], contradicted: ["seen by nobody", "sent to"] };
    second.pattern = { preserved: ["rule 2", "new messages", "you can write to"], weakened: [], contradicted: [] };
    const { edge } = await measured(testOrg("A>B,B>C"), suite, {
      A: [[send(["B"], "Begin.")]],
      B: [[send(["nobody"], "Begin."), send(["C"], "Nothing."), send(["C"], "Nothing.")]],
      C: [[submit("x")]],
    });
    // A holds both by the brief and was told neither away; B was told nothing at all.
    expect(edge("A", "B")).toMatchObject({ loss: 1, parts: { omitted: 1, weakened: 0, contradicted: 0 } });
    expect(edge("B", "C")).toMatchObject({ loss: null, reason: "nothing-to-lose", introduced: 0 });
  });

  it("M1 the agent's own words do count once a colleague says them back", async () => {
    const { edge } = await measured(testOrg("A>B,B>C,C>B,B>D"), two, {
      A: [[send(["B"], "Begin.")]],
      B: [[send(["C"], `${FULL(1)} ${FULL(2)}`)], [send(["D"], FULL(1))]],
      C: [[send(["B"], `${FULL(1)} ${FULL(2)}`)]],
      D: [[submit("x")]],
    });
    expect(edge("B", "D")?.loss).toBe(0.5);
  });

  it("M1 the best over texts counts: instructions, brief, inbox and remembered turns", async () => {
    const org = withAgents(testOrg("A>B,B>A,A>C"), (name) => (name === "B" ? { instructions: FULL(1) } : {}));
    const { measure } = await measured(org, two, {
      A: [[send(["B"], WEAK(2))], [send(["C"], "x")]],
      B: [[send(["A"], `${FULL(1)} ${FULL(2)}`)]],
      C: [[submit("x")]],
    });
    const back = measure.handoffs.find((each) => each.source === org.agents[1]?.id);
    // B holds rule 1 from its instructions and rule 2 weakly from its inbox; A has both from the brief.
    expect(back?.codes.map((code) => [code.held, code.receiverHeld])).toEqual([
      [1, 1],
      [0.5, 1],
    ]);
    expect(back).toMatchObject({ loss: null, reason: "nothing-to-carry" });
  });

  it("M1 without memory an agent holds only what the very request shows", async () => {
    const script: Script = {
      A: [[send(["B"], `${FULL(1)} ${FULL(2)}`)], [send(["B"], "More talk.")]],
      B: [[send(["A"], "Yes?")], [send(["C"], "Nothing.")]],
      C: [[submit("x")]],
    };
    const forgetful = await measured(
      withAgents(testOrg("A>B,B>A,B>C"), (name) => (name === "B" ? { memory: false } : {})),
      two,
      script,
    );
    expect(forgetful.edge("B", "C")).toMatchObject({ loss: null, reason: "nothing-to-lose" });
    const remembering = await measured(testOrg("A>B,B>A,B>C"), two, script);
    expect(remembering.edge("B", "C")).toMatchObject({ loss: 1 });
  });

  it("M1 M2 a contradiction among the texts takes nothing from what is held", async () => {
    const { measure } = await measured(
      withAgents(testOrg("A>B,C>B,B>D"), (name) => ({ receivesBrief: name === "A" || name === "C", delivers: name === "D" })),
      two,
      {
        A: [[send(["B"], `${FULL(1)} ${FULL(2)}`)]],
        C: [[send(["B"], OFF(1))]],
        B: [[send(["D"], FULL(2))]],
        D: [[submit("x")]],
      },
    );
    const last = measure.handoffs.at(-1);
    expect(last?.codes[0]).toMatchObject({ held: 1, code: 0, verdict: "dropped here" });
    expect(last?.loss).toBe(0.5);
  });

  it("M2 what the receiver has from elsewhere is owed by nobody", async () => {
    const org = withAgents(testOrg("A>B,A>C,B>C"), (name) => ({ delivers: name === "C" }));
    const { edge } = await measured(org, two, {
      A: [[send(["B"], `${FULL(1)} ${FULL(2)}`), send(["C"], FULL(1))]],
      B: [[send(["C"], "I say nothing.")]],
      C: [[], [submit("x")]],
    });
    // C has rule 1 from A by then: only rule 2 is owed.
    expect(edge("B", "C")).toMatchObject({ loss: 1, parts: { omitted: 1 } });
    expect(edge("A", "C")?.loss).toBe(0.5);
  });

  it("M2 two messages of one inbox do not relieve each other", async () => {
    const org = withAgents(testOrg("A>C,B>C"), (name) => ({ receivesBrief: name !== "C", delivers: name === "C" }));
    const { edge } = await measured(org, two, {
      A: [[send(["C"], `${FULL(1)} ${FULL(2)}`)]],
      B: [[send(["C"], "Nothing.")]],
      C: [[submit("x")]],
    });
    expect(edge("A", "C")?.loss).toBe(0);
    expect(edge("B", "C")?.loss).toBe(1);
  });

  it("M2 a constraint counts only where the receiver's role is in its scope; the deliverable answers for all", async () => {
    const suite = structuredClone(two);
    const second = suite.tasks[0]?.ledger[1];
    if (second) second.scope = ["b"];
    const { edge, measure } = await measured(testOrg("A>B>C"), suite, {
      A: [[send(["B"], FULL(1))]],
      B: [[send(["C"], "Nothing.")]],
      C: [[submit(FULL(1))]],
    });
    expect(edge("A", "B")?.loss).toBe(0.5);
    expect(edge("B", "C")?.loss).toBe(1);
    expect(measure.handoffs[1]?.codes[1]?.verdict).toBe("not in scope");
    expect(measure.deliverable.retention).toBe(0.5);
  });

  it("M2a three messages that carry everything between them have lost nothing, though each alone has", async () => {
    const { edge, measure } = await measured(testOrg("A>B"), plainSuite(1, 6), {
      A: [[1, 3, 5].map((rule) => send(["B"], `${FULL(rule)} ${FULL(rule + 1)}`))],
      B: [[submit("x")]],
    });
    expect(edge("A", "B")).toMatchObject({ handoffs: 3, loss: 0 });
    for (const handoff of measure.handoffs) expect(handoff.loss).toBeCloseTo(4 / 6, 12);
  });

  it("M2a the receiver's holdings are those before the first message on the edge", async () => {
    const { edge } = await measured(testOrg("A>B,B>A"), two, {
      A: [[send(["B"], FULL(1))], [send(["B"], FULL(2))]],
      B: [[send(["A"], "And?")], [submit("x")]],
    });
    expect(edge("A", "B")).toMatchObject({ handoffs: 2, loss: 0 });
  });

  it.each(["paraphrase+brief", "verbatim"] as const)(
    "M2 a %s relay loses nothing, whatever the sender writes short of contradicting",
    async (relay) => {
      const { edge } = await measured(testOrg("A>B>C", relayed(relay)), two, {
        A: [[send(["B"], "See below.")]],
        B: [[send(["C"], "See below.")]],
        C: [[submit("x")]],
      });
      expect(edge("A", "B")?.loss).toBe(0);
      expect(edge("B", "C")?.loss).toBe(0);
    },
  );

  it("M2 a paraphrase relay loses what is not written", async () => {
    const { edge } = await measured(testOrg("A>B>C"), two, {
      A: [[send(["B"], "See below.")]],
      B: [[send(["C"], "See below.")]],
      C: [[submit("x")]],
    });
    expect(edge("A", "B")?.loss).toBe(1);
    expect(edge("B", "C")).toMatchObject({ loss: null, reason: "nothing-to-lose" });
  });

  it("M22 mail that nobody was shown is no handoff and fires no edge", async () => {
    const { measure } = await measured(testOrg("A>B,B>A"), two, { A: [[send(["B"], FULL(1))]], B: [[submit("x"), send(["A"], "thanks")]] });
    expect(measure.edges).toHaveLength(1);
    expect(measure.handoffs).toHaveLength(1);
  });

  it("M2 thinking and asides are never measured and never held", async () => {
    const { edge } = await measured(testOrg("A>B>C"), two, {
      A: [[{ type: "thinking", thinking: FULL(1), signature: "s" }, say(FULL(1)), send(["B"], "Go.")]],
      B: [[say(FULL(2)), send(["Zed"], "x")], [send(["C"], "Go.")]],
      C: [[submit("x")]],
    });
    expect(edge("A", "B")?.loss).toBe(1);
    expect(edge("B", "C")).toMatchObject({ loss: null, reason: "nothing-to-lose" });
  });

  it("M2 weights", async () => {
    const { edge, measure } = await measured(
      testOrg("A>B"),
      plainSuite(1, 2, (rule) => (rule === 1 ? 3 : 1)),
      { A: [[send(["B"], FULL(2))]], B: [[submit(FULL(2))]] },
    );
    expect(edge("A", "B")?.loss).toBe(0.75);
    expect(measure.deliverable.retention).toBe(0.25);
  });

  it("M2 spans point into the exact text that the receiver was shown", async () => {
    const { measure, state } = await measured(testOrg("A>B"), two, { A: [[send(["B"], `Hi. ${FULL(1)} ${OFF(2)}`)]], B: [[submit("x")]] });
    const shown = state.mail[0]?.shown ?? "";
    const words = measure.handoffs[0]?.codes.map((code) => code.spans.map((span) => shown.slice(span.start, span.end)));
    expect(words).toEqual([["Rule 1 holds in full"], ["Rule 2 is off"]]);
  });
});
