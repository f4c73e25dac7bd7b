import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventPacker, type StoredEvent, unpackEvents } from "#main/store/packed-events.ts";
import type { RunEvent, StampedEvent } from "#shared/run/events.ts";
import type { AssistantBlock, ModelAnswer, ModelMessage, ModelRequest, TextBlock, ToolSpec, UserBlock } from "#shared/run/messages.ts";

/** Few texts, some long, so that the same ones come again; some read like references. */
const text = fc.constantFrom(
  "",
  "ok",
  "The figures stay below 40,000. ".repeat(3),
  "All of it, word for word, ".repeat(2),
  '{"in":0,"block":0}',
  "“é\u2028😀” ".repeat(9),
);
const mark = fc.constantFrom<{ cache_control?: { type: "ephemeral" } }>({}, {}, { cache_control: { type: "ephemeral" } });
const textBlock: fc.Arbitrary<TextBlock> = fc.tuple(text, mark).map(([words, more]) => ({ type: "text", text: words, ...more }));
const userBlock: fc.Arbitrary<UserBlock> = fc.oneof(
  textBlock,
  fc.tuple(text, mark).map(([content, more]): UserBlock => ({ type: "tool_result", tool_use_id: "t1", content, ...more })),
);
/** Tool calls hold whatever a model wrote, keys in any order, `as` and `more` among them. */
const input: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ to: fc.constantFrom("A", ["A", "B"]), text }),
  fc.record({ text, to: fc.constant(["A"]) }),
  fc.record({ as: fc.nat(3), more: fc.constant([]), answer: fc.nat(3) }),
  fc.jsonValue({ maxDepth: 2 }),
);
const assistantBlock: fc.Arbitrary<AssistantBlock> = fc.oneof(
  text.map((words): AssistantBlock => ({ type: "text", text: words })),
  input.map((value): AssistantBlock => ({ type: "tool_use", id: "t1", name: "send", input: value })),
  fc.constant<AssistantBlock>({ type: "redacted_thinking", data: "x" }),
);
const tools: fc.Arbitrary<ToolSpec[]> = fc.array(
  text.map(
    (description): ToolSpec => ({
      name: "send",
      description,
      input_schema: { type: "object", properties: {}, required: [], additionalProperties: false },
    }),
  ),
  { maxLength: 2 },
);

/** What one call does to its agent's conversation, and what becomes of what it wrote. */
const step = fc.record({
  run: fc.constantFrom("run_1", "run_2"),
  agent: fc.constantFrom("A", "B"),
  /** How many of the messages so far are forgotten, from the front. */
  forget: fc.constantFrom(0, 0, 0, 0, 1, 99),
  blocks: fc.array(userBlock, { minLength: 1, maxLength: 3 }),
  marked: fc.boolean(),
  content: fc.array(assistantBlock, { maxLength: 3 }),
  ends: fc.constantFrom("answered", "answered", "answered", "failed", "open"),
  system: fc.option(fc.array(textBlock, { maxLength: 2 }), { nil: null }),
  tools: fc.option(tools, { nil: null }),
  loose: text,
  /** Equal, but not the same objects, as after reading a log back; or with the keys of every object the other way round. */
  form: fc.constantFrom("as it is", "copied", "turned"),
  forgotten: fc.constantFrom(false, false, false, true),
});
type Step = (typeof step extends fc.Arbitrary<infer T> ? T : never) & object;

/** The events of such steps, by run, in the order in which they were emitted. */
function eventsOf(steps: readonly Step[]): { run: string; event: RunEvent; forget: boolean }[] {
  const state = new Map<string, { history: ModelMessage[]; system: TextBlock[]; tools: ToolSpec[]; calls: number }>();
  return steps.flatMap((each) => {
    const key = `${each.run} ${each.agent}`;
    const agent = state.get(key) ?? { history: [], system: [], tools: [], calls: 0 };
    state.set(key, agent);
    agent.history = agent.history.slice(each.forget);
    agent.history.push({ role: "user", content: each.blocks });
    agent.system = each.system ?? agent.system;
    agent.tools = each.tools ?? agent.tools;
    agent.calls += 1;
    const callId = `${each.agent}.c${agent.calls}`;
    const messages = [...agent.history];
    const last = messages.at(-1);
    const block = last?.content.at(-1);
    if (each.marked && last?.role === "user" && block)
      messages[messages.length - 1] = {
        role: "user",
        content: [...last.content.slice(0, -1), { ...(block as UserBlock), cache_control: { type: "ephemeral" } }],
      };
    const plain: ModelRequest = { model: "m", max_tokens: 10, system: agent.system, messages, tools: agent.tools, effort: "low" };
    const request = each.form === "as it is" ? plain : each.form === "copied" ? structuredClone(plain) : (turned(plain) as ModelRequest);
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const answer: ModelAnswer = {
      content: each.content,
      stopReason: "x",
      usage,
      servedModel: "m",
      requestId: null,
      durationMs: 0.5,
      attempts: 1,
    };
    const events: RunEvent[] = [{ type: "call-started", id: callId, agent: each.agent, turn: 1, call: 1, request, shows: ["h1"] }];
    for (const [index, shown] of each.blocks.entries())
      events.push({ type: "handoff-shown", id: `h${index}`, callId, shown: shown.type === "text" ? shown.text : each.loose, round: 1 });
    if (each.ends === "answered") {
      events.push({ type: "call-ended", id: callId, agent: each.agent, answer });
      agent.history.push({ role: "assistant", content: each.content });
    } else if (each.ends === "failed")
      events.push({ type: "call-failed", id: callId, agent: each.agent, failure: { code: "server", message: "x" }, attempts: 1 });
    const words = each.content.flatMap((part) =>
      part.type === "text" ? [part.text] : part.type === "tool_use" ? [writtenIn(part.input)] : [],
    );
    for (const written of [...words, each.loose]) {
      const sent = { id: "h", messageId: "m", callId, edgeId: "e", source: each.agent, target: "B", written, round: 1 };
      events.push({ type: "message-sent", ...sent });
      events.push({ type: "deliverable-submitted", agent: each.agent, callId, version: 1, text: written, plain: false });
    }
    return events.map((event, index) => ({ run: each.run, event, forget: each.forgotten && index === events.length - 1 }));
  });
}

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, turned(each)] as const)
      .reverse(),
  );
}

function writtenIn(value: unknown): string {
  const words = typeof value === "object" && value !== null ? (value as Record<string, unknown>).text : null;
  return typeof words === "string" ? words : "none";
}

describe("events as they are stored", () => {
  it("what is read is, character for character, what was stored, whoever forgot what in between; so are the calls read alone", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const packer = new EventPacker();
        const stored = new Map<string, StoredEvent[]>();
        const emitted = new Map<string, StampedEvent[]>();
        for (const { run, event, forget } of eventsOf(steps)) {
          const rows = stored.get(run) ?? [];
          const stamped = { seq: rows.length * 2, atMs: rows.length, event };
          rows.push({ seq: stamped.seq, atMs: stamped.atMs, body: packer.pack(run, event) });
          stored.set(run, rows);
          // As it was when it was emitted: nothing that comes later may change it.
          emitted.set(run, [...(emitted.get(run) ?? []), JSON.parse(JSON.stringify(stamped)) as StampedEvent]);
          packer.remember(run, stamped);
          if (forget) packer.forget(run);
        }
        for (const [run, rows] of stored) {
          expect(JSON.stringify(unpackEvents(rows))).toBe(JSON.stringify(emitted.get(run)));
          const isCall = (row: { event: RunEvent }) => row.event.type === "call-started" || row.event.type === "call-ended";
          const calls = rows.filter((row) => isCall({ event: JSON.parse(row.body) as RunEvent }));
          expect(JSON.stringify(unpackEvents(calls))).toBe(JSON.stringify(emitted.get(run)?.filter(isCall)));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("a conversation that grows is stored in proportion to its length, not to its square", () => {
    const bytes = (calls: number): number => {
      const packer = new EventPacker();
      let sum = 0;
      let seq = 0;
      const history: ModelMessage[] = [];
      const store = (event: RunEvent) => {
        sum += packer.pack("run", event).length;
        packer.remember("run", { seq: seq++, atMs: 0, event });
      };
      for (let call = 1; call <= calls; call += 1) {
        history.push({ role: "user", content: [{ type: "text", text: `${call} ${"asked ".repeat(100)}` }] });
        const marked: ModelMessage = {
          role: "user",
          content: [{ type: "text", text: `${call} ${"asked ".repeat(100)}`, cache_control: { type: "ephemeral" } }],
        };
        const request: ModelRequest = { model: "m", max_tokens: 1, system: [], messages: [...history.slice(0, -1), marked], tools: [] };
        store({ type: "call-started", id: `c${call}`, agent: "A", turn: call, call: 1, request, shows: [] });
        const content: AssistantBlock[] = [{ type: "text", text: `${call} ${"said ".repeat(100)}` }];
        const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
        const answer: ModelAnswer = { content, stopReason: "x", usage, servedModel: "m", requestId: null, durationMs: 1, attempts: 1 };
        store({ type: "call-ended", id: `c${call}`, agent: "A", answer });
        history.push({ role: "assistant", content });
      }
      return sum;
    };
    expect(bytes(64) / bytes(32)).toBeLessThan(2.1);
    expect(bytes(64)).toBeLessThan(64 * 1_700);
  });
});
