/** Proves what a call can cost before it is sent and did cost after, and how much of a model's window it fills. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SIMULATED_MODEL } from "#shared/run/connection.ts";
import type { ModelRequest, ToolSpec } from "#shared/run/messages.ts";
import { BUILT_IN_PRICES, costUsd, hasPrice, type PriceTable, worstCaseUsd } from "#main/models/prices.ts";
import { ADDED_TOKENS, CLAUDE_WINDOW, contextWindow, estimateInputTokens, mostInputTokens, UNKNOWN_WINDOW } from "#main/models/windows.ts";

const TABLE: PriceTable = { ...BUILT_IN_PRICES, models: { m: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 } } };

const TOOL: ToolSpec = {
  name: "send",
  description: "Sends a message.",
  input_schema: { type: "object", properties: { text: { type: "string" } }, required: ["text"], additionalProperties: false },
};

function request(text: string, fields: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: "m",
    max_tokens: 1_000,
    system: [],
    messages: [{ role: "user", content: [{ type: "text", text }] }],
    tools: [],
    ...fields,
  };
}

const anyText = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("\ud83d\u0000 ja 日本語 🙂"));

describe("prices before a call is sent", () => {
  it("finds a model by its name or its dated version, and nothing by half a name", () => {
    expect(["claude-sonnet-5-5", "claude-sonnet-5-5-20261001", SIMULATED_MODEL].every((model) => hasPrice(BUILT_IN_PRICES, model))).toBe(
      true,
    );
    for (const model of ["claude-sonnet", "claude-sonnet-5-5-fast", "toString", ""])
      expect(hasPrice(BUILT_IN_PRICES, model), model).toBe(false);
  });

  it("M21 the worst case of a model without a price is null, never 0; of a free one it is 0", () => {
    expect(worstCaseUsd(TABLE, request("Hello", { model: "other" }))).toBeNull();
    expect(worstCaseUsd(BUILT_IN_PRICES, request("Hello", { model: SIMULATED_MODEL }))).toBe(0);
  });

  it("is max_tokens at the output price and every byte at the dearest price of input", () => {
    const asked = request("Hello");
    expect(worstCaseUsd(TABLE, asked)).toBeCloseTo((1_000 * 10 + mostInputTokens(asked) * 2.5) / 1e6, 12);
    const odd: PriceTable = { ...TABLE, models: { m: { input: 2, output: 10, cacheRead: 7, cacheWrite: 0 } } };
    expect(worstCaseUsd(odd, asked)).toBeCloseTo((1_000 * 10 + mostInputTokens(asked) * 7) / 1e6, 12);
  });

  it("is never passed by any split of input tokens, of which no byte makes more than one", () => {
    fc.assert(
      fc.property(fc.array(anyText), anyText, fc.nat(1_000), fc.tuple(fc.nat(), fc.nat(), fc.nat()), (texts, system, out, split) => {
        const asked = request("", {
          system: [{ type: "text", text: system }],
          messages: texts.map((text) => ({ role: "user", content: [{ type: "text", text }] })),
          tools: [TOOL],
        });
        const bytes = [...texts, system, TOOL.name, TOOL.description].reduce((total, text) => total + Buffer.byteLength(text), 0);
        const tokens = bytes + ADDED_TOKENS;
        const parts = split[0] + split[1] + split[2] || 1;
        const cacheReadTokens = Math.floor((tokens * split[0]) / parts);
        const cacheWriteTokens = Math.floor((tokens * split[1]) / parts);
        const usage = { inputTokens: tokens - cacheReadTokens - cacheWriteTokens, cacheReadTokens, cacheWriteTokens, outputTokens: out };
        expect(costUsd(TABLE, "m", usage) as number).toBeLessThanOrEqual(worstCaseUsd(TABLE, asked) as number);
      }),
    );
  });
});

describe("windows", () => {
  it("knows the windows of today's models and their dated versions; a Claude model it does not know has the least of them", () => {
    expect(contextWindow("claude-sonnet-5-5")).toBe(1_000_000);
    expect(contextWindow("claude-haiku-4-5-20251001")).toBe(200_000);
    expect(contextWindow("claude-something-new")).toBe(CLAUDE_WINDOW);
    expect(contextWindow(SIMULATED_MODEL)).toBe(CLAUDE_WINDOW);
    expect(contextWindow("llama3")).toBe(UNKNOWN_WINDOW);
    for (const model of Object.keys(BUILT_IN_PRICES.models)) expect(contextWindow(model), model).toBeGreaterThanOrEqual(CLAUDE_WINDOW);
  });

  it("an estimate grows with what is sent, counts tools, and is not above the bound", () => {
    expect(estimateInputTokens(request("word ".repeat(1_000)))).toBeGreaterThan(1_250);
    expect(estimateInputTokens(request("word ".repeat(1_000)))).toBeLessThan(2_500);
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const short = request(a);
        const long = request(a, { messages: [...short.messages, { role: "assistant", content: [{ type: "text", text: b }] }] });
        expect(estimateInputTokens(long)).toBeGreaterThan(estimateInputTokens(short));
        expect(estimateInputTokens({ ...short, tools: [TOOL] })).toBeGreaterThan(estimateInputTokens(short));
        for (const each of [short, long, { ...long, tools: [TOOL] }])
          expect(estimateInputTokens(each)).toBeLessThanOrEqual(mostInputTokens(each));
      }),
    );
  });
});

describe("prices", () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 1_000_000, cacheReadTokens: 1_000_000, cacheWriteTokens: 1_000_000 };
  it("D M21 all four kinds of token count; an unknown model's cost is null, never 0", () => {
    const table = { ...BUILT_IN_PRICES, models: { m: { input: 1, output: 10, cacheRead: 100, cacheWrite: 1_000 } } };
    expect(costUsd(table, "m", usage)).toBe(1_111);
    expect(costUsd(table, "m-20260101", usage)).toBe(1_111);
    for (const unknown of ["mm", "m-large", "m-2026", "", "__proto__", "constructor", "toString"])
      expect(costUsd(table, unknown, usage), unknown).toBeNull();
  });
});
