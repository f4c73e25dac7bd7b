/** Proves a run from its brief to its end: turns and rounds, delivering, stopping and failing, settings. */
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import { PROMPT_TEXTS } from "#main/engine/prompts.ts";
import { idOf, limited, withAgents, testOrg } from "#test/support/orgs.ts";
import { lastUser, ofType, play, say, send, submit } from "#test/support/scripted-model.ts";

describe("engine: the brief and turns", () => {
  it("C entry agents see the brief in the stable prefix of each of their turns, others never, and it is no handoff", async () => {
    const org = testOrg("Lead>Writer,Writer>Lead");
    const { requests, events } = await play(
      org,
      { Lead: [[send(["Writer"], "One")], [send(["Writer"], "Two")]], Writer: [[send(["Lead"], "What?")], [submit("Done")]] },
      { brief: "THE BRIEF" },
    );
    for (const request of requests.Lead ?? []) expect(request.system.map((block) => block.text).join("\n")).toContain("THE BRIEF");
    expect(requests.Lead?.[0]?.system).toEqual(requests.Lead?.[1]?.system);
    for (const request of requests.Writer ?? []) expect(JSON.stringify(request)).not.toContain("THE BRIEF");
    expect(ofType(events, "message-sent").map((each) => each.written)).toEqual(["One", "What?", "Two"]);
  });

  it("C a turn whose tool calls are all sends or submissions ends without another call", async () => {
    const org = testOrg("Lead>Writer");
    const { requests, state } = await play(org, {
      Lead: [[send(["Writer"], "Go"), send(["Writer"], "And this")]],
      Writer: [[submit("Done")]],
    });
    expect(requests.Lead).toHaveLength(1);
    expect(requests.Writer).toHaveLength(1);
    expect(state.status).toBe("complete");
  });

  it("C only agents with the brief or with mail act in a round", async () => {
    const org = testOrg("A>B>C");
    const { events } = await play(org, { A: [[send(["B"], "1")]], B: [[send(["C"], "2")]], C: [[submit("3")]] });
    expect(ofType(events, "round-started").map((each) => each.agents)).toEqual([[idOf(org, "A")], [idOf(org, "B")], [idOf(org, "C")]]);
  });

  it("C turns of a round see the state at its start: a message reaches its receiver in the next round only", async () => {
    const org = withAgents(testOrg("A>B,B>A,A>C,B>C"), (name) => ({ receivesBrief: name !== "C" }));
    const { requests, events } = await play(org, {
      A: [[send(["B"], "from A")], []],
      B: [[send(["A"], "from B")], [send(["C"], "end")]],
      C: [[submit("ok")]],
    });
    expect(JSON.stringify(requests.B?.[0])).not.toContain("from A");
    expect(JSON.stringify(requests.A?.[0])).not.toContain("from B");
    expect(JSON.stringify(requests.B?.[1])).toContain("from A");
    expect(ofType(events, "handoff-shown").map((each) => each.round)).toEqual([2, 2, 3]);
  });

  it("C turns of a round run concurrently", async () => {
    const org = withAgents(testOrg("A>C,B>C"), (name) => ({ receivesBrief: name !== "C", delivers: name === "C" }));
    let open = () => {};
    const bothThere = new Promise<void>((resolve) => {
      open = resolve;
    });
    let waiting = 0;
    const meet = async () => {
      waiting += 1;
      if (waiting === 2) open();
      await bothThere;
      return [send(["C"], "hello")];
    };
    const { state } = await play(org, { A: meet, B: meet, C: [[submit("ok")]] });
    expect(state.status).toBe("complete");
  });

  it("C effects apply after all turns have ended, ordered by agent in the design and then by call, and inboxes are in that order", async () => {
    const org = withAgents(testOrg("A>D,B>D,C>D"), (name) => ({ receivesBrief: name !== "D", delivers: name === "D" }));
    const gates: (() => void)[] = [];
    const gate = (text: string[]) => async () => {
      await new Promise<void>((resolve) => {
        gates.push(resolve);
        // The last to arrive is answered first.
        if (gates.length === 3) for (const each of [...gates].reverse()) each();
      });
      return text.map((each) => send(["D"], each));
    };
    const { events, requests } = await play(org, { A: gate(["a1", "a2"]), B: gate(["b1"]), C: gate(["c1", "c2"]), D: [[submit("ok")]] });
    expect(ofType(events, "message-sent").map((each) => each.written)).toEqual(["a1", "a2", "b1", "c1", "c2"]);
    const turnEnds = events.flatMap((event, index) => (event.type === "turn-ended" && event.round === 1 ? [index] : []));
    const firstSent = events.findIndex((event) => event.type === "message-sent");
    expect(Math.max(...turnEnds)).toBeLessThan(firstSent);
    const inbox = lastUser(requests.D?.[0]).slice(1);
    expect(inbox.map((block) => /(a1|a2|b1|c1|c2)/.exec(block)?.[1])).toEqual(["a1", "a2", "b1", "c1", "c2"]);
  });
});

describe("engine: delivering", () => {
  it("C resubmitting replaces, and all submissions are kept", async () => {
    const org = testOrg("A>B");
    const { events, state } = await play(org, { A: [[send(["B"], "go")]], B: [[submit("first"), submit("second")]] });
    expect(ofType(events, "deliverable-submitted").map((each) => [each.version, each.text])).toEqual([
      [1, "first"],
      [2, "second"],
    ]);
    expect(state.deliverable).toBe("second");
  });

  it("C the run ends after the round in which every deliverer has delivered; texts are joined in design order", async () => {
    const org = withAgents(testOrg("A>B,A>C,C>B"), (name) => ({ delivers: name !== "A" }));
    const { state, events } = await play(org, {
      A: [[send(["C"], "go"), send(["B"], "go")]],
      B: [[], [submit("from B")]],
      C: [[submit("from C"), send(["B"], "your turn")]],
    });
    expect(state).toMatchObject({ status: "complete", reason: "delivered", deliverable: "from B\n\nfrom C" });
    expect(ofType(events, "round-started")).toHaveLength(3);
  });

  it("C where one of two deliverers never delivers, the other's text stands when mail runs out", async () => {
    const org = withAgents(testOrg("A>B,A>C"), (name) => ({ delivers: name !== "A" }));
    const { state } = await play(org, { A: [[send(["B", "C"], "go")]], B: [[submit("from B")]], C: [[say("no")]] });
    expect(state).toMatchObject({ status: "complete", reason: "out-of-mail", deliverable: "from B" });
  });

  it("C mail that nobody was shown is undelivered, not a handoff", async () => {
    const org = testOrg("A>B,B>A");
    const { events, state } = await play(org, { A: [[send(["B"], "go")]], B: [[submit("done"), send(["A"], "thanks")]] });
    expect(state.mail.map((mail) => mail.state)).toEqual(["shown", "undelivered"]);
    expect(ofType(events, "handoff-shown")).toHaveLength(1);
  });

  it("C when mail runs out with no deliverable, a deliverer gets one last turn in which plain text counts", async () => {
    const org = testOrg("A>B");
    const { state, events, requests } = await play(org, { A: [[send(["B"], "go")]], B: [[say("musing")], [say("the result")]] });
    expect(state).toMatchObject({ status: "complete", reason: "delivered-in-last-turn", deliverable: "the result" });
    expect(ofType(events, "turn-started").map((each) => each.last)).toEqual([false, false, true]);
    expect(lastUser(requests.B?.[1])).toContain(PROMPT_TEXTS.lastTurn);
    expect(requests.B?.[1]?.tools.map((each) => each.name)).toEqual(["submit_deliverable"]);
    expect(ofType(events, "deliverable-submitted")[0]?.plain).toBe(true);
  });

  it("C when rounds run out with no deliverable, the last turn comes too, with the mail that waits", async () => {
    const org = testOrg("A>B", limited({ rounds: 1 }));
    const { state } = await play(org, { A: [[send(["B"], "late news")]], B: [[submit("done")]] });
    expect(state).toMatchObject({ status: "complete", reason: "delivered-in-last-turn", deliverable: "done" });
    expect(state.mail[0]?.state).toBe("shown");
  });

  it("C in an ordinary turn plain text is no deliverable", async () => {
    const org = testOrg("A>B");
    const { state } = await play(org, { A: [[send(["B"], "go")]], B: [[say("the result?")], []] });
    expect(state).toMatchObject({ status: "incomplete", reason: "no-deliverable", deliverable: null });
  });

  it("C there is one last turn, not two", async () => {
    const org = withAgents(testOrg("A>B,A>C"), (name) => ({ delivers: name !== "A" }));
    const { events, state } = await play(org, { A: [[send(["B", "C"], "go")]] });
    expect(ofType(events, "turn-started").filter((each) => each.last)).toHaveLength(1);
    expect(state.status).toBe("incomplete");
  });

  it("C a solo arm: the brief, no tools, and plain text is the deliverable", async () => {
    const org = withAgents(testOrg("A"), () => ({ receivesBrief: true, delivers: true }));
    const { state, requests, events } = await play(org, { A: [[say("the result")]] }, { mode: { kind: "one-shot" }, brief: "THE BRIEF" });
    expect(state).toMatchObject({ status: "complete", reason: "delivered", deliverable: "the result" });
    expect(requests.A).toHaveLength(1);
    expect(requests.A?.[0]?.tools).toEqual([]);
    expect(JSON.stringify(requests.A?.[0]?.system)).toContain("THE BRIEF");
    expect(ofType(events, "deliverable-submitted")[0]?.plain).toBe(true);
  });

  it("C an agent that both starts and delivers can do so alone", async () => {
    const org = withAgents(testOrg("A"), () => ({ receivesBrief: true, delivers: true }));
    const { state } = await play(org, { A: [[submit("mine")]] });
    expect(state).toMatchObject({ status: "complete", reason: "delivered", round: 1 });
  });
});

describe("engine: stopping and failing", () => {
  it("C an abort stops the run: no further call, no end of its own", async () => {
    const controller = new AbortController();
    const org = testOrg("A>B>C");
    const { result, events, requests } = await play(
      org,
      {
        A: [[send(["B"], "go")]],
        B: () => {
          controller.abort();
          return [send(["C"], "x")];
        },
        C: [[submit("z")]],
      },
      { signal: controller.signal },
    );
    expect(result).toEqual({ outcome: "stopped" });
    expect(requests.C).toBeUndefined();
    expect(ofType(events, "run-ended")).toHaveLength(0);
  });

  it("C an abort before the start sends nothing", async () => {
    const { result, requests } = await play(testOrg("A>B"), { A: [[send(["B"], "go")]] }, { signal: AbortSignal.abort() });
    expect(result).toEqual({ outcome: "stopped" });
    expect(requests).toEqual({});
  });

  it("C a call that fails for good fails the cell, apart from any status, and calls the round's others off", async () => {
    const org = withAgents(testOrg("A>C,B>C"), (name) => ({ receivesBrief: name !== "C" }));
    const failure = { code: "auth" as const, message: "401: bad key" };
    let otherAborted = false;
    const { result, events } = await play(org, {
      A: [{ failure }],
      B: ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            otherAborted = true;
            reject(new DOMException("aborted", "AbortError"));
          });
        }),
    });
    expect(result).toEqual({ outcome: "failed", failure });
    expect(otherAborted).toBe(true);
    expect(ofType(events, "call-failed")).toMatchObject([{ failure }, { failure: { code: "aborted" } }]);
    expect(ofType(events, "run-ended")).toHaveLength(0);
  });
});

describe("engine: model and settings", () => {
  it("B an agent's settings win over the org's, which win over the built-in ones; temperature only where it is taken", async () => {
    const org: Org = {
      ...withAgents(testOrg("A>B"), (name) =>
        name === "A" ? { model: "own-model", settings: { maxOutputTokens: 77, effort: "high", temperature: 0.3 } } : {},
      ),
      defaults: { model: "org-model", settings: { maxOutputTokens: 500, thinking: "adaptive" } },
    };
    const script = { A: [[send(["B"], "x")]], B: [[submit("z")]] };
    const { requests } = await play(org, script);
    expect(requests.A?.[0]).toMatchObject({ model: "own-model", max_tokens: 77, effort: "high", thinking: "adaptive" });
    expect(requests.A?.[0]).not.toHaveProperty("temperature");
    expect(requests.B?.[0]).toMatchObject({ model: "org-model", max_tokens: 500, thinking: "adaptive" });
    const taking = await play(org, script, { takesTemperature: true });
    expect(taking.requests.A?.[0]?.temperature).toBe(0.3);
    expect(taking.requests.B?.[0]).not.toHaveProperty("temperature");
  });
});
