/** The lines that a batch's results come in, however they are cut and whatever they hold. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesOf, readResultLine } from "#main/models/batch-results.ts";
import { KEY } from "#test/support/batch-bench.ts";

describe("lines of results", () => {
  it("are the same however the bytes are cut, characters of several bytes too; an overlong line alone is lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 3, max: 30 }),
        async (texts, size, most) => {
          const lines = texts.map((text) => text.replaceAll("\n", " "));
          const bytes = new TextEncoder().encode(lines.join("\n"));
          const chunks = async function* () {
            for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
          };
          const read: string[] = [];
          for await (const line of linesOf(chunks(), most)) read.push(line);
          // A decoder takes a byte order mark at the beginning away.
          const whole = new TextDecoder().decode(bytes).split("\n");
          expect(read).toEqual(whole.map((line) => (line.length > most ? "" : line.trim())));
        },
      ),
    );
  });

  it("are read without ever throwing, whatever JSON they hold", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("succeeded", "errored", "expired", "canceled", "other"), (value, type) => {
        const parts = { apiKey: KEY, durationMs: 0 };
        for (const payload of [value, { custom_id: value }, { custom_id: "a", result: value }])
          readResultLine(JSON.stringify(payload), parts);
        const read = readResultLine(JSON.stringify({ custom_id: "a", result: { type, message: value, error: value } }), parts);
        expect(read?.customId).toBe("a");
        if (type === "errored" || type === "other") expect(read?.result.kind).toBe("errored");
      }),
    );
  });
});
