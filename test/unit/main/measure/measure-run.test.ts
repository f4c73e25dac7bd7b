import { describe, expect, it } from "vitest";
import type { Org, Relay } from "#shared/org/schema.ts";
import type { Suite } from "#shared/task/schema.ts";
import { measureRun } from "#main/measure/measure-run.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { testOrg } from "#test/support/orgs.ts";
import { type PlayOptions, play, say, type Script, send, submit } from "#test/support/scripted-model.ts";
import { plainSuite } from "#test/support/suites.ts";

const FULL = (rule: number) => `Rule ${rule} holds in full.`;
const WEAK = (rule: number) => `Rule ${rule} holds perhaps.`;
const OFF = (rule: number) => `Rule ${rule} is off.`;

/** What a scripted run measures: the engine makes the events, so that they are such as a run really leaves. */
async function measured(org: Org, suite: Suite, script: Script, options: PlayOptions = {}) {
  const task = suite.tasks[0];
  if (!task) throw new Error("no task");
  const played = await play(org, script, { brief: task.brief, ...options });
  const measure = measureRun(org, new TaskProbes(task), played.events);
  const edge = (from: string, to: string) => {
    const id = (name: string) => org.agents.find((agent) => agent.name === name)?.id;
    const handoff = org.handoffs.find((each) => each.source === id(from) && each.target === id(to));
    return measure.edges.find((each) => each.edgeId === handoff?.id);
  };
  return { measure, edge, ...played };
}

const change =
  (fields: (name: string) => object) =>
  (org: Org): Org => ({ ...org, agents: org.agents.map((agent) => ({ ...agent, ...fields(agent.name) })) });
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
    const org = testOrg(
      "A>B,B>A,A>C",
      change((name) => (name === "B" ? { instructions: FULL(1) } : {})),
    );
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
      testOrg(
        "A>B,B>A,B>C",
        change((name) => (name === "B" ? { memory: false } : {})),
      ),
      two,
      script,
    );
    expect(forgetful.edge("B", "C")).toMatchObject({ loss: null, reason: "nothing-to-lose" });
    const remembering = await measured(testOrg("A>B,B>A,B>C"), two, script);
    expect(remembering.edge("B", "C")).toMatchObject({ loss: 1 });
  });

  it("M1 M2 a contradiction among the texts takes nothing from what is held", async () => {
    const { measure } = await measured(
      testOrg(
        "A>B,C>B,B>D",
        change((name) => ({ receivesBrief: name === "A" || name === "C", delivers: name === "D" })),
      ),
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
    const org = testOrg(
      "A>B,A>C,B>C",
      change((name) => ({ delivers: name === "C" })),
    );
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
    const org = testOrg(
      "A>C,B>C",
      change((name) => ({ receivesBrief: name !== "C", delivers: name === "C" })),
    );
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
    const forgetful = change((name) => (name === "A" ? { memory: false } : {}));
    expect((await measured(testOrg("A>B,B>A", forgetful), two, script)).edge("A", "B")).toMatchObject({ loss: 1 });
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
    const org = testOrg(
      "A",
      change(() => ({ receivesBrief: true, delivers: true })),
    );
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

  it("M2 spans point into the exact text that the receiver was shown", async () => {
    const { measure, state } = await measured(testOrg("A>B"), two, { A: [[send(["B"], `Hi. ${FULL(1)} ${OFF(2)}`)]], B: [[submit("x")]] });
    const shown = state.mail[0]?.shown ?? "";
    const words = measure.handoffs[0]?.codes.map((code) => code.spans.map((span) => shown.slice(span.start, span.end)));
    expect(words).toEqual([["Rule 1 holds in full"], ["Rule 2 is off"]]);
  });
});
