/** Proves that a file that is no UTF-8 text does not come into the app garbled (B, E). */
import { describe, expect, it } from "vitest";
import { textOf } from "#renderer/ui/files.ts";

const bytes = (...values: number[]) => new Uint8Array(values).buffer;

describe("files that a person chooses", () => {
  it("B UTF-8 comes in as it is, with or without a byte order mark", () => {
    expect(textOf(new TextEncoder().encode("Grüße").buffer as ArrayBuffer, "a.json")).toBe("Grüße");
    expect(textOf(bytes(0xef, 0xbb, 0xbf, 0x7b, 0x7d), "a.json")).toBe("{}");
  });

  it.each([
    ["Latin-1", bytes(0x22, 0xfc, 0x22)],
    ["UTF-16", bytes(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00)],
  ])("B %s is refused with a sentence that says what to do", (_name, content) => {
    expect(() => textOf(content, "a.json")).toThrow("a.json is not UTF-8 text: save it as UTF-8 and load it again.");
  });
});
