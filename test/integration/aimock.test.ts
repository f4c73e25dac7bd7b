import { type Fixture, LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent } from "#shared/run/events.ts";
import type { ModelRequest, ToolSpec } from "#shared/run/messages.ts";
import { openConnection } from "#main/models/connection.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { runExperiment, testPorts } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

/* The SDK path against an Anthropic mock server that is not ours (npm: @copilotkit/aimock), over real HTTP on the loopback. */

const SEND: ToolSpec = {
  name: "send",
  description: "Send",
  input_schema: {
    type: "object",
    properties: { to: { type: "array" }, text: { type: "string" } },
    required: ["to", "text"],
    additionalProperties: false,
  },
};
const request = (text: string, tools: ToolSpec[] = []): ModelRequest => ({
  model: "mock-model",
  max_tokens: 500,
  system: [{ type: "text", text: "Be brief." }],
  messages: [{ role: "user", content: [{ type: "text", text }] }],
  tools,
});

describe("the SDK path against an independent mock server", () => {
  let mock: LLMock;
  let baseUrl = "";
  beforeAll(async () => {
    mock = new LLMock({ port: 0, chunkSize: 7 });
    baseUrl = (await mock.start()).replace(/\/$/, "");
  });
  afterAll(async () => {
    await mock.stop();
  });
  beforeEach(() => {
    mock.clearFixtures();
    mock.resetMatchCounts();
  });

  /** The n-th answer goes to the n-th request that holds the words. */
  const answers = (words: string, ...fixtures: Omit<Fixture, "match">[]) => {
    let asked = 0;
    mock.addFixtures(
      fixtures.map((fixture, index) => ({
        ...fixture,
        match: {
          predicate: (asking) => {
            if (!JSON.stringify(asking.messages).includes(words)) return false;
            if (index < Math.min(asked, fixtures.length - 1)) return false;
            asked += 1;
            return true;
          },
        },
      })),
    );
  };

  const call = async (asked: ModelRequest) => {
    const retries: string[] = [];
    const connection = openConnection(
      { kind: "compatible", baseUrl, takesTemperature: true },
      { secrets: { anthropicKey: () => null, serverKey: () => "mock-key" }, simulated: new SimulatedPopulation(), ports: testPorts() },
    );
    const result = await connection.call(asked, {
      identity: { cell: "c", agent: "a", turn: 1, call: 1, draw: 0 },
      signal: new AbortController().signal,
      onRetry: (_attempt, _waitMs, reason) => retries.push(reason),
    });
    return { result, retries };
  };

  it("D streamed text arrives whole", async () => {
    answers("greet", { response: { content: "Hello there, this is a text of several pieces — with ünïcödé." } });
    const { result, retries } = await call(request("greet"));
    expect(result).toMatchObject({
      ok: true,
      answer: {
        content: [{ type: "text", text: "Hello there, this is a text of several pieces — with ünïcödé." }],
        stopReason: "end_turn",
        attempts: 1,
      },
    });
    expect(retries).toEqual([]);
  });

  it("D streamed tool use arrives whole, beside text", async () => {
    answers("tool", {
      response: {
        content: "Let me pass it on.",
        toolCalls: [{ name: "send", arguments: JSON.stringify({ to: ["B", "C"], text: 'Quotes " and \\ and\nlines' }) }],
      },
    });
    const { result } = await call(request("tool", [SEND]));
    expect(result).toMatchObject({
      ok: true,
      answer: {
        stopReason: "tool_use",
        content: [
          { type: "text", text: "Let me pass it on." },
          { type: "tool_use", name: "send", input: { to: ["B", "C"], text: 'Quotes " and \\ and\nlines' } },
        ],
      },
    });
  });

  it.each([
    [429, "rate-limited"],
    [529, "overloaded"],
    [500, "server"],
  ] as const)("D %i, then an answer: one visible retry", async (status, code) => {
    answers("busy", { response: { error: { message: "try later", type: "x" }, status } }, { response: { content: "Now." } });
    const { result, retries } = await call(request("busy"));
    expect(result).toMatchObject({ ok: true, answer: { attempts: 2, content: [{ type: "text", text: "Now." }] } });
    expect(retries).toHaveLength(1);
    expect(retries[0]).toMatch(new RegExp(`^${code}: ${status}`));
  });

  it("D 429 every time: a failure after finite attempts", async () => {
    answers("always", { response: { error: { message: "try later", type: "rate_limit_error" }, status: 429 } });
    const { result } = await call(request("always"));
    expect(result).toMatchObject({ ok: false, attempts: 6, failure: { code: "rate-limited" } });
  });

  it("D a cut stream is no answer: it is retried", async () => {
    answers(
      "cut",
      { response: { content: "This text is long enough to be cut in the middle of it." }, truncateAfterChunks: 4 },
      { response: { content: "Whole." } },
    );
    const { result, retries } = await call(request("cut"));
    expect(result).toMatchObject({ ok: true, answer: { attempts: 2, content: [{ type: "text", text: "Whole." }] } });
    expect(retries[0]).toMatch(/^(network|broken-answer): /);
  });

  it("D malformed JSON is no answer: it is retried", async () => {
    answers("broken", { response: { content: "x" }, chaos: { malformedRate: 1 } }, { response: { content: "Whole." } });
    const { result, retries } = await call(request("broken"));
    expect(result).toMatchObject({ ok: true, answer: { attempts: 2, content: [{ type: "text", text: "Whole." }] } });
    expect(retries[0]).toMatch(/^(network|broken-answer|server): /);
  });

  const eventsOf = (run: Awaited<ReturnType<typeof runExperiment>>): RunEvent[] =>
    run.store.experiments.cells(run.id).flatMap((cell) => run.store.runs.events(cell.runId ?? "").map((each) => each.event));
  const small = (more: object = {}) =>
    runExperiment({
      orgs: [testOrg("A>B")],
      suite: plainSuite(1, 2),
      repeats: 1,
      connection: { kind: "compatible", baseUrl, takesTemperature: false },
      model: "mock-model",
      runnerParts: { secrets: { anthropicKey: () => null, serverKey: () => "mock-key" } },
      ...more,
    });

  it("C D a whole run: brief in, message along the edge, deliverable out, measured and observed", async () => {
    mock.addFixtures([
      {
        match: { predicate: (asked) => JSON.stringify(asked.messages).includes("Message from A") },
        response: {
          toolCalls: [{ name: "submit_deliverable", arguments: JSON.stringify({ text: "Rule 1 holds in full. The boxes were counted." }) }],
        },
      },
      {
        match: { predicate: () => true },
        response: {
          content: "An aside.",
          toolCalls: [{ name: "send", arguments: JSON.stringify({ to: ["B"], text: "Rule 1 holds in full. Rule 2 is off." }) }],
        },
      },
    ]);
    const run = await small();
    expect(run.report).toMatchObject({
      badge: "observed",
      arms: [
        {
          runs: 1,
          status: { complete: 1 },
          effectiveness: { mean: 1 },
          retention: { mean: 0.5 },
          costUsd: null,
          costReason: "unknown-price",
        },
      ],
    });
    // Rule 1 kept, rule 2 contradicted: (0 + 2) / 2.
    expect(run.report.edges[0]).toMatchObject({ handoffs: 1, drift: { mean: 1 }, parts: { omitted: 0, weakened: 0, contradicted: 1 } });
    expect(eventsOf(run).filter((event) => event.type === "aside")).toMatchObject([{ text: "An aside." }]);
  });

  it("C D an answer cut at max_tokens with a truncated tool call: rejected and told, then mended", async () => {
    const toolTurn = (text: string, more: object = {}) => ({ response: { toolCalls: [{ name: "send", arguments: text }], ...more } });
    let firstAsked = false;
    mock.addFixtures([
      {
        match: { predicate: (asked) => JSON.stringify(asked.messages).includes("Message from A") },
        response: { toolCalls: [{ name: "submit_deliverable", arguments: JSON.stringify({ text: "Done." }) }] },
      },
      {
        match: {
          predicate: () => {
            const first = !firstAsked;
            firstAsked = true;
            return first;
          },
        },
        ...toolTurn('{"to": ["B"], "text": "Rule 1 holds in', { finishReason: "length" }),
      },
      { match: { predicate: () => true }, ...toolTurn(JSON.stringify({ to: ["B"], text: "Rule 1 holds in full." })) },
    ]);
    const run = await small();
    const events = eventsOf(run);
    expect(events.filter((event) => event.type === "tool-refused")).toMatchObject([{ code: "cut-answer", tool: "send" }]);
    expect(events.filter((event) => event.type === "message-sent")).toMatchObject([{ written: "Rule 1 holds in full." }]);
    expect(run.report.arms[0]?.status.complete).toBe(1);
    const second = events.filter((event) => event.type === "call-started")[1];
    expect(JSON.stringify(second)).toContain("cut off at the token limit");
  });

  it("C D faults in the middle of a run are visible and do not change it", async () => {
    let asked = 0;
    const nth = (n: number) => ({
      predicate: () => {
        asked += 1;
        return asked === n;
      },
    });
    mock.addFixtures([
      { match: nth(1), response: { error: { message: "slow down", type: "rate_limit_error" }, status: 429 } },
      {
        match: { predicate: (body) => JSON.stringify(body.messages).includes("Message from A") },
        response: { toolCalls: [{ name: "submit_deliverable", arguments: JSON.stringify({ text: "Done." }) }] },
      },
      {
        match: { predicate: () => true },
        response: { toolCalls: [{ name: "send", arguments: JSON.stringify({ to: ["B"], text: "Go." }) }] },
      },
    ]);
    const run = await small();
    expect(eventsOf(run).filter((event) => event.type === "call-retried")).toMatchObject([
      { attempt: 1, reason: expect.stringMatching(/^rate-limited: 429/) },
    ]);
    expect(run.report.arms[0]).toMatchObject({ cells: { done: 1, failed: 0 }, status: { complete: 1 } });
  });

  it("D a model that the server does not know, or a request it refuses, fails the cell with a code", async () => {
    answers("Count the boxes", { response: { error: { message: "no such model", type: "not_found_error" }, status: 404 } });
    mock.addFixtures([
      { match: { predicate: () => true }, response: { error: { message: "no such model", type: "not_found_error" }, status: 404 } },
    ]);
    const run = await small();
    expect(run.store.experiments.cells(run.id)).toMatchObject([{ outcome: "failed", failureCode: "unknown-model" }]);
  });
});
