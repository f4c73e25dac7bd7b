/** Proves what happens when an agent's memory outgrows its model's window: a summary in the place of its oldest turns, or an end. */
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import type { ModelAnswer, ModelRequest } from "#shared/run/messages.ts";
import { requestProblems } from "#test/support/api-validity.ts";
import { testOrg } from "#test/support/orgs.ts";
import { blockText, ofType, type Played, play, type Reply, say, type Script, send, submit } from "#test/support/scripted-model.ts";

const WINDOW = 3_000;
const LONG = "A sentence of forty characters, all told. ".repeat(20);

/** What the engine takes a request for, at three characters to a token and 800 for tools. */
function tokensOf({ system, messages }: ModelRequest): number {
  const texts = messages.flatMap((message) => message.content.map((block) => ("text" in block ? block.text : JSON.stringify(block))));
  return 800 + [...system.map((block) => block.text), ...texts].reduce((sum, text) => sum + Math.ceil(text.length / 3), 0);
}

function counted(request: ModelRequest, content: Exclude<Reply, { failure: unknown }>): Reply {
  const usage: ModelAnswer["usage"] = { inputTokens: tokensOf(request), outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return Array.isArray(content) ? { content, usage } : { ...content, usage };
}

function small(overflow: Org["memoryOverflow"]): Org {
  return testOrg("A>B>A, B>C", (org) => ({
    ...org,
    memoryOverflow: overflow,
    defaults: { ...org.defaults, settings: { maxOutputTokens: 200 } },
    limits: { ...org.limits, contextTokens: WINDOW, rounds: 14 },
    agents: org.agents.map((agent) => ({ ...agent, memory: agent.name === "B" })),
  }));
}

const talk = (summary: Reply = [say("What I know so far.")]): Script => ({
  A: ({ nth, request }) => counted(request, [send(["B"], `${LONG} Message ${nth + 1}.`)]),
  B: ({ identity, request }) =>
    identity.call === 0
      ? "failure" in summary
        ? summary
        : counted(request, summary)
      : counted(request, identity.turn === 6 ? [send(["C"], "All in all.")] : [say("My own words."), send(["A"], "More?")]),
  C: ({ request }) => counted(request, [submit("done")]),
});

function callsOf(run: Played): { id: string; request: ModelRequest }[] {
  return ofType(run.events, "call-started").filter((each) => each.agent === "agent_b");
}

describe("a memory that outgrows the window", () => {
  it("C is summarised by the agent itself, in a call 0 without tools to call, and the run goes on to its end", async () => {
    const run = await play(small("summarise"), talk());
    expect(run.result).toMatchObject({ status: "complete", deliverable: "done" });
    const summaries = ofType(run.events, "memory-summarised");
    expect(summaries.length).toBeGreaterThan(0);
    for (const each of summaries) {
      const call = callsOf(run).find((other) => other.id === each.callId);
      expect(each.callId).toMatch(/^agent_b\.t\d+\.c0$/);
      expect(call?.request.tool_choice).toEqual({ type: "none" });
      // The conversation holds calls of tools: they have to stay declared.
      expect(call?.request.tools.map((tool) => tool.name)).toEqual(["send"]);
      expect(
        call?.request.messages
          .at(-1)
          ?.content.map((block) => ("text" in block ? block.text : ""))
          .at(-1),
      ).toMatch(/^Your memory is nearly full/);
    }
    expect(callsOf(run).filter((each) => each.request.tool_choice).length).toBe(summaries.length);
  });

  it("C the oldest turns make room for the summary, the latest stay word for word, with the mail that has just come", async () => {
    const run = await play(small("summarise"), talk());
    const summary = ofType(run.events, "memory-summarised")[0];
    const before = callsOf(run).find((each) => each.id === summary?.callId)?.request;
    const after = callsOf(run).find((each) => each.id === summary?.callId.replace(".c0", ".c1"))?.request;
    const texts = (after?.messages ?? []).flatMap((message) => (message.role === "user" ? message.content.map(blockText) : []));
    expect(texts[0]).toBe("Your memory was full. This is your own summary of what came before:\nWhat I know so far.");
    expect(JSON.stringify(before)).toContain("Message 1.");
    expect(JSON.stringify(after)).not.toContain("Message 1.");
    const turn = Number(/t(\d+)/.exec(summary?.callId ?? "")?.[1]);
    expect(texts.at(-1)).toContain(`Message ${turn}.`);
    // What was summarised and what stayed are all there was.
    for (let nth = 1; nth <= turn; nth += 1) expect(JSON.stringify([before, after])).toContain(`Message ${nth}.`);
  });

  it("C no request takes more than the window, by the engine's own count, and the API would take each", async () => {
    const run = await play(small("summarise"), talk());
    for (const { request, id } of ofType(run.events, "call-started")) {
      expect(tokensOf(request) + request.max_tokens, id).toBeLessThanOrEqual(WINDOW);
      expect(requestProblems(request), id).toEqual([]);
    }
  });

  it("C results of tools that were called in what was summarised go with it", async () => {
    const run = await play(small("summarise"), talk());
    const first = callsOf(run).find((each) => each.id === ofType(run.events, "memory-summarised")[0]?.callId.replace(".c0", ".c1"));
    const calls = first?.request.messages.flatMap((message) =>
      message.content.flatMap((block) =>
        block.type === "tool_use" ? [block.id] : block.type === "tool_result" ? [block.tool_use_id] : [],
      ),
    );
    // Each call stands with its result, or neither does.
    for (const id of calls ?? []) expect(calls?.filter((other) => other === id)).toHaveLength(2);
  });

  it("C where the design says end, the run ends as memory-full; what had not been shown is undelivered", async () => {
    const run = await play(small("end"), talk());
    expect(run.result).toEqual({ outcome: "done", status: "incomplete", reason: "memory-full", deliverable: null });
    expect(ofType(run.events, "memory-summarised")).toEqual([]);
    expect(callsOf(run).every((each) => tokensOf(each.request) + each.request.max_tokens <= WINDOW)).toBe(true);
    expect(ofType(run.events, "message-undelivered")).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ["says nothing", []],
    ["is refused", { content: [say("No.")], stopReason: "refusal" }],
  ])("C a summary that %s leaves the memory as it is, and the run ends as memory-full", async (_what, reply) => {
    const run = await play(small("summarise"), talk(reply));
    expect(run.result).toMatchObject({ status: "incomplete", reason: "memory-full" });
    expect(ofType(run.events, "memory-summarised")).toEqual([]);
  });

  it("C a summary that fails for good fails the run", async () => {
    const failure = { code: "server" as const, message: "gone" };
    expect((await play(small("summarise"), talk({ failure }))).result).toEqual({ outcome: "failed", failure });
  });

  it("C a summary as long as what it takes the place of does not go on for ever", async () => {
    const run = await play(small("summarise"), talk([say(LONG.repeat(10))]));
    expect(run.result).toMatchObject({ reason: "memory-full" });
    expect(callsOf(run).filter((each) => each.request.tool_choice)).toHaveLength(1);
  });

  it("C mail that is too long by itself ends the run at once: there is no earlier turn to summarise", async () => {
    const org = small("summarise");
    const run = await play(org, { A: [[send(["B"], LONG.repeat(15))]] });
    expect(run.result).toMatchObject({ reason: "memory-full" });
    expect(callsOf(run)).toEqual([]);
    expect(ofType(run.events, "message-undelivered").map((each) => each.id)).toEqual(["h1"]);
  });

  it("C without a limit in the design the model's own window counts", async () => {
    const org = { ...small("end"), limits: { ...small("end").limits, contextTokens: null } };
    const asked: string[] = [];
    const contextTokens = (model: string) => {
      asked.push(model);
      return WINDOW;
    };
    expect((await play(org, talk(), { contextTokens })).result).toMatchObject({ reason: "memory-full" });
    expect(new Set(asked)).toEqual(new Set([org.defaults.model]));
    expect((await play(org, talk(), { contextTokens: () => 1_000_000 })).result).toMatchObject({ status: "complete" });
  });

  it("C an agent without memory is never asked for a summary", async () => {
    const org = { ...small("summarise"), agents: small("summarise").agents.map((agent) => ({ ...agent, memory: false })) };
    const run = await play(org, talk());
    expect(run.result).toMatchObject({ status: "complete" });
    expect(callsOf(run).filter((each) => each.request.tool_choice)).toEqual([]);
  });
});
