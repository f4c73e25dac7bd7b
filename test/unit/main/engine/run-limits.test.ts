/** Proves refusals, answers that were cut, and the limits of a single run. */
import { describe, expect, it } from "vitest";
import type { Limits } from "#shared/org/schema.ts";
import { PROMPT_TEXTS } from "#main/engine/prompts.ts";
import { idOf, limited, withAgents, testOrg } from "#test/support/orgs.ts";
import { lastUser, ofType, play, say, send, submit } from "#test/support/scripted-model.ts";

describe("engine: refusals and answers that were cut", () => {
  const refusal = { content: [], stopReason: "refusal" };

  it("C a deliverer's refusal makes the run refused", async () => {
    const org = testOrg("A>B");
    const { state, events, result } = await play(org, { A: [[send(["B"], "go")]], B: [refusal] });
    expect(state).toMatchObject({ status: "refused", reason: "deliverer-refused", deliverable: null });
    expect(result).toMatchObject({ outcome: "done", status: "refused" });
    expect(ofType(events, "turn-ended").at(-1)?.how).toBe("refused");
  });

  it("C a deliverer's refusal in the last turn too", async () => {
    const { state } = await play(testOrg("A>B"), { A: [[]], B: [refusal] });
    expect(state).toMatchObject({ status: "refused", reason: "deliverer-refused" });
  });

  it("C another agent's refusal is an empty turn, recorded, and the run goes on", async () => {
    const org = testOrg("A>B,A>C,B>C");
    const { state, events } = await play(org, { A: [[send(["B", "C"], "go")]], B: [refusal], C: [[submit("done")]] });
    expect(state).toMatchObject({ status: "complete", deliverable: "done" });
    expect(ofType(events, "turn-ended").find((each) => each.agent === idOf(org, "B"))?.how).toBe("refused");
  });

  it("C a tool call in an answer cut at max_tokens is rejected and told, though the SDK hands it over as valid", async () => {
    const org = testOrg("A>B");
    const { events, requests, state } = await play(org, {
      A: [{ content: [send(["B"], "The first rule is tha")], stopReason: "max_tokens" }, [send(["B"], "short")]],
      B: [[submit("done")]],
    });
    expect(ofType(events, "tool-refused")).toMatchObject([{ code: "cut-answer" }]);
    expect(ofType(events, "message-sent").map((each) => each.written)).toEqual(["short"]);
    expect(lastUser(requests.A?.[1])).toEqual([PROMPT_TEXTS.cut]);
    expect(state.status).toBe("complete");
  });

  it("C of several calls in a cut answer only the last is rejected", async () => {
    const org = testOrg("A>B");
    const { events } = await play(org, {
      A: [{ content: [send(["B"], "whole"), send(["B"], "cu")], stopReason: "max_tokens" }, []],
      B: [[submit("done")]],
    });
    expect(ofType(events, "message-sent").map((each) => each.written)).toEqual(["whole"]);
    expect(ofType(events, "tool-refused")).toHaveLength(1);
  });

  it.each(["max_tokens", "model_context_window_exceeded"])("C at %s the last call may be a part of what was meant", async (stopReason) => {
    const { events, state } = await play(testOrg("A>B"), {
      A: [{ content: [send(["B"], "Late fees stay capp")], stopReason }, [send(["B"], "whole")]],
      B: [[submit("done")]],
    });
    expect(ofType(events, "tool-refused")).toMatchObject([{ code: "cut-answer" }]);
    expect(state.mail.map((each) => each.written)).toEqual(["whole"]);
  });

  it("C thinking that was cut before its signature is not sent back, nor a message that held nothing else", async () => {
    const thinking = (signature: string) => ({ type: "thinking" as const, thinking: "Let me see", signature });
    const org = testOrg("A>B,B>A");
    const { requests } = await play(org, {
      A: [{ content: [thinking("")], stopReason: "max_tokens" }, [thinking("signed"), send(["B"], "on")], []],
      B: [[send(["A"], "well?")], [submit("z")]],
    });
    const again = { ...org, agents: org.agents.map((agent) => ({ ...agent, receivesBrief: true })) };
    const second = await play(again, {
      A: [{ content: [thinking("")], stopReason: "max_tokens" }, []],
      B: [[send(["A"], "well?")]],
    });
    expect(JSON.stringify(requests.A)).not.toContain('"signature":""');
    // What A was shown in both turns is one message: between them it said nothing.
    expect(second.requests.A?.[1]?.messages.map((message) => message.role)).toEqual(["user"]);
    expect(JSON.stringify(second.requests.A?.[1])).not.toContain("Let me see");
  });

  it("C a refusal after effects in the same turn takes them back, and the agent does not believe that it sent", async () => {
    const org = testOrg("A>B,B>A,A>C", (made) => ({
      ...made,
      agents: made.agents.map((agent) => ({ ...agent, receivesBrief: agent.name !== "C" })),
    }));
    const { events, requests } = await play(org, {
      A: [[send(["C"], "half of it"), send(["Zed"], "refused")], refusal, [send(["C"], "anew")]],
      B: [[send(["A"], "and?")]],
      C: [[submit("done")]],
    });
    expect(ofType(events, "message-sent").map((each) => each.written)).toEqual(["and?", "anew"]);
    expect(ofType(events, "turn-ended").find((each) => each.agent === idOf(org, "A"))?.how).toBe("refused");
    expect(JSON.stringify(requests.A?.[2])).not.toContain("half of it");
  });

  it("C a deliverer's refusal after its submission leaves no deliverable from that turn", async () => {
    const org = testOrg("A>B");
    const { state, result } = await play(org, { A: [[send(["B"], "go")]], B: [[submit("half"), send(["A"], "what?")], refusal] });
    expect(result).toMatchObject({ status: "refused", reason: "deliverer-refused", deliverable: null });
    expect(state.deliverable).toBeNull();
  });

  it("C in the last turn all plain texts are the deliverable where nothing was submitted, those beside refused calls too", async () => {
    const { state, events } = await play(testOrg("A>B"), {
      A: [[]],
      B: [[say("First part."), send(["A"], "may I?")], [say("Second part.")]],
    });
    expect(state).toMatchObject({ status: "complete", reason: "delivered-in-last-turn", deliverable: "First part.\n\nSecond part." });
    expect(ofType(events, "deliverable-submitted")).toMatchObject([{ plain: true }]);
    const submitted = await play(testOrg("A>B"), { A: [[]], B: [[say("First part."), send(["A"], "may I?")], [submit("Whole.")]] });
    expect(submitted.state.deliverable).toBe("Whole.");
    const never = await play(testOrg("A>B"), { A: [[]], B: () => [say("This is it."), send(["A"], "may I?")] });
    expect(never.state.deliverable).toMatch(/^This is it\./);
  });

  it("C a submission cut at max_tokens is no deliverable", async () => {
    const org = testOrg("A>B");
    const { state } = await play(org, {
      A: [[send(["B"], "go")]],
      B: [{ content: [submit("half a rep")], stopReason: "max_tokens" }, [submit("whole")]],
    });
    expect(state.deliverable).toBe("whole");
  });
});

describe("engine: limits", () => {
  const chatter = { A: () => [send(["B"], "again")], B: () => [send(["A"], "and again")] };
  const pair = (limits: Partial<Limits>) => testOrg("A>B,B>A", limited({ rounds: null, ...limits }));

  it("C rounds", async () => {
    const { events, state } = await play(pair({ rounds: 4 }), chatter);
    expect(ofType(events, "turn-started").filter((each) => !each.last)).toHaveLength(4);
    expect(state.status).toBe("incomplete");
  });

  it("C turns per agent: mail for an agent without turns left is undelivered", async () => {
    const { state } = await play(pair({ turnsPerAgent: 2 }), {
      ...chatter,
      B: ({ nth }) => (nth < 2 ? [send(["A"], "and again")] : [submit("z")]),
    });
    expect(state.agents[state.mail[0]?.source ?? ""]?.turns).toBe(2);
    expect(state.mail.at(-1)?.state).toBe("undelivered");
    expect(state.reason).toBe("delivered-in-last-turn");
  });

  it("C handoffs: no more are shown than the limit, not even in the last turn", async () => {
    const org = testOrg("A>B", limited({ rounds: null, handoffs: 3 }));
    const { state } = await play(org, { A: [["1", "2", "3", "4", "5"].map((each) => send(["B"], each))], B: [[], [say("done")]] });
    expect(state.mail.map((mail) => mail.state)).toEqual(["shown", "shown", "shown", "undelivered", "undelivered"]);
    expect(state).toMatchObject({ status: "complete", reason: "delivered-in-last-turn" });
  });

  it("C output tokens are never passed, and after that limit there is no last turn", async () => {
    const org = pair({ outputTokens: 5_000, rounds: 50 });
    const usage = { inputTokens: 1, outputTokens: 1_900, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const { state, events } = await play(org, {
      A: () => ({ content: [send(["B"], "again")], usage }),
      B: () => ({ content: [send(["A"], "and again")], usage }),
    });
    expect(state.usage.outputTokens).toBeLessThanOrEqual(5_000);
    expect(state).toMatchObject({ status: "incomplete", reason: "token-limit" });
    expect(ofType(events, "turn-started").some((each) => each.last)).toBe(false);
  });

  it("C a token limit keeps what was delivered before", async () => {
    const org = withAgents(testOrg("A>B,A>C,C>A", limited({ outputTokens: 6_000 })), (name) => ({ delivers: name !== "A" }));
    const usage = { inputTokens: 1, outputTokens: 1_999, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const { state } = await play(org, {
      A: () => ({ content: [send(["B", "C"], "go")], usage }),
      B: () => ({ content: [submit("mine")], usage }),
      C: () => ({ content: [send(["A"], "what?")], usage }),
    });
    expect(state).toMatchObject({ status: "complete", reason: "token-limit", deliverable: "mine" });
  });

  it("C wall clock: no call is sent after it, and there is no last turn", async () => {
    let nowMs = 0;
    const org = pair({ wallClockMs: 1_000, rounds: 50 });
    const { state, events } = await play(
      org,
      {
        A: () => {
          nowMs += 400;
          return [send(["B"], "x")];
        },
        B: () => {
          nowMs += 400;
          return [send(["A"], "y")];
        },
      },
      { nowMs: () => nowMs },
    );
    expect(state).toMatchObject({ status: "incomplete", reason: "time-limit" });
    expect(ofType(events, "call-started")).toHaveLength(3);
    expect(ofType(events, "turn-started").some((each) => each.last)).toBe(false);
  });

  it("C the wall clock ends a run in the middle of a call: the call is called off, the run is incomplete, and nothing is a bug", async () => {
    const org = testOrg("A>B", limited({ wallClockMs: 1_000 }));
    let timeUp = () => {};
    let slept = 0;
    const { result, events, state } = await play(
      org,
      {
        A: async ({ signal }) => {
          setImmediate(timeUp);
          await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
          return [];
        },
      },
      {
        sleep: (ms) => {
          slept = ms;
          return new Promise<void>((resolve) => {
            timeUp = resolve;
          });
        },
      },
    );
    expect(slept).toBe(1_000);
    expect(result).toEqual({ outcome: "done", status: "incomplete", reason: "time-limit", deliverable: null });
    expect(ofType(events, "call-failed")).toMatchObject([{ failure: { code: "limit" } }]);
    expect(ofType(events, "turn-ended")).toHaveLength(1);
    expect(state.agents[idOf(org, "A")]?.busy).toBe(false);
  });

  it("C a run that ends in time stops the clock it was given", async () => {
    let stopped = false;
    await play(
      testOrg("A>B", limited({ wallClockMs: 1_000 })),
      { A: [[send(["B"], "Go")]], B: [[submit("Done")]] },
      {
        sleep: (_ms, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              stopped = true;
              reject(signal.reason);
            });
          }),
      },
    );
    expect(stopped).toBe(true);
  });

  it("C a limit met within a turn ends the turn with what it had done", async () => {
    let nowMs = 0;
    const org = testOrg("A>B", limited({ wallClockMs: 1_000 }));
    const { state } = await play(
      org,
      {
        A: () => {
          nowMs = 2_000;
          return [send(["B"], "kept"), send(["Zed"], "refused")];
        },
      },
      { nowMs: () => nowMs },
    );
    expect(state.reason).toBe("time-limit");
    expect(state.mail).toMatchObject([{ written: "kept", state: "undelivered" }]);
  });

  it("C mail taken for a turn that a limit forbids is undelivered, neither shown nor lost", async () => {
    const org = testOrg("A>B", limited({ outputTokens: 3_000 }));
    const usage = { inputTokens: 1, outputTokens: 1_500, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const { state } = await play(org, { A: [{ content: [send(["B"], "go")], usage }], B: [[submit("z")]] });
    expect(state.reason).toBe("token-limit");
    expect(state.mail.map((mail) => mail.state)).toEqual(["undelivered"]);
  });
});
