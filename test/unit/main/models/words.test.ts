import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelRequest } from "#shared/run/messages.ts";
import { attemptCall } from "#main/models/call.ts";
import { makeClient } from "#main/models/client.ts";
import { streamResponse, type WireAnswer } from "#main/models/simulated/wire.ts";
import { FieldReader } from "#main/models/words.ts";

/** A text in pieces at the given places. */
function inPieces(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((to, index) => text.slice(places[index], to));
}

const read = (pieces: readonly string[]) => {
  const reader = new FieldReader("text");
  return pieces.map((piece) => reader.push(piece));
};

/** JSON with every character that may be escaped written as \u, or none. */
const escapedJson = (value: unknown, escape: boolean) =>
  escape
    ? JSON.stringify(value).replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : JSON.stringify(value, null, 1);

describe("words of a tool call as they come", () => {
  it("add up to the field as JSON.parse gives it, however the JSON is cut and whatever stands around it", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((key) => key !== "text" && key !== "__proto__"),
          fc.jsonValue(),
          { maxKeys: 4 },
        ),
        fc.string({ unit: "binary" }),
        fc.dictionary(
          fc.string().filter((key) => key !== "text" && key !== "__proto__"),
          fc.jsonValue(),
          { maxKeys: 4 },
        ),
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.boolean(),
        (before, text, after, cuts, escape) => {
          const json = escapedJson({ ...before, text, ...after }, escape);
          expect(read(inPieces(json, cuts)).join("")).toBe((JSON.parse(json) as { text: string }).text);
        },
      ),
    );
  });

  it("hands out nothing but a beginning of the field while the JSON is unfinished, and never half a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(), fc.boolean(), (text, cut, escape) => {
        const json = escapedJson({ to: ["B"], text }, escape);
        const words = read([json.slice(0, cut % json.length)]).join("");
        expect(text.startsWith(words)).toBe(true);
        expect(words).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it("never throws on hostile pieces, and takes no text from further down or from another kind of value", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'{}[]",:\\utex0ad8 -.') })), (pieces) => {
        expect(typeof read(pieces).join("")).toBe("string");
      }),
    );
    expect(read(['{"a":{"text":"no"},"b":["text","no",{"text":"no"}],"text":"yes"}'])).toEqual(["yes"]);
    expect(read(['[{"text":"no"}]'])).toEqual([""]);
    expect(read(['{"text":{"text":"no"}}'])).toEqual([""]);
    expect(read(['{"a":"}{","text":"yes","text":"again"}'])).toEqual(["yes"]);
    expect(read(['{"a":1 "b","text":"no"}'])).toEqual([""]);
    expect(read(['{"text":"as far as \\q this"}'])).toEqual(["as far as "]);
    expect(read(["{".repeat(100_000), "[".repeat(100_000)]).join("")).toBe("");
  });

  it("takes time in proportion to the length: a megabyte in single characters is read at once", () => {
    const reader = new FieldReader("text");
    let length = 0;
    const startedMs = performance.now();
    for (const char of JSON.stringify({ text: "a\n".repeat(500_000) })) length += reader.push(char).length;
    expect(length).toBe(1_000_000);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe("a call's words while it is under way", () => {
  const REQUEST: ModelRequest = { model: "m", max_tokens: 1_000, system: [], messages: [], tools: [] };
  const ANSWER: WireAnswer = {
    id: "msg_1",
    model: "m",
    blocks: [
      { type: "text", text: "Let me write to B. " },
      { type: "tool_use", id: "t1", name: "send", input: { to: ["B"], text: "Hi “B”,\nall is well." } },
      { type: "tool_use", id: "t2", name: "submit_deliverable", input: { text: " Done. 😀" } },
    ],
    stopReason: "tool_use",
    inputTokens: 3,
    maxTokens: 1_000,
  };
  const attempt = (onWords?: (delta: string) => void) =>
    attemptCall(makeClient({ baseUrl: "http://test.invalid", apiKey: null, fetch: async () => streamResponse(ANSWER, null) }), REQUEST, {
      signal: new AbortController().signal,
      apiKey: null,
      ...(onWords ? { onWords } : {}),
    });

  it("are the text outside tool calls and the text field within them, in several pieces", async () => {
    const words: string[] = [];
    await attempt((delta) => words.push(delta));
    expect(words.length).toBeGreaterThan(3);
    expect(words.join("")).toBe("Let me write to B. \n\nHi “B”,\nall is well.\n\n Done. 😀");
  });

  it("do not change the answer, even where the listener throws", async () => {
    let told = 0;
    const watched = await attempt(() => {
      told += 1;
      throw new Error("the screen is gone");
    });
    expect(told).toBe(1);
    expect(watched.ok).toBe(true);
    expect(watched).toEqual(await attempt());
  });
});
