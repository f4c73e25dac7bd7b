import { describe, expect, it } from "vitest";
import { LivePicture } from "#main/lab/live.ts";

describe("words as they are written", () => {
  const shown = (pieces: readonly string[]) => {
    const live = new LivePicture();
    for (const piece of pieces) live.words("arm", "call", "agent", piece);
    return live.arm("arm").words[0]?.text ?? "";
  };

  it("begin with a whole word once their beginning is gone", () => {
    const words = Array.from({ length: 200 }, (_, index) => `word${index}`);
    for (const size of [1, 3, 7, 50]) {
      const text = words.join(" ");
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
      const end = shown(pieces);
      expect(text.endsWith(end)).toBe(true);
      expect(words).toContain(end.split(" ")[0]);
    }
  });

  it("are all there while they are few, and never nothing where there is no gap", () => {
    expect(shown(["Short ", "text."])).toBe("Short text.");
    expect(shown(["x".repeat(2_000)]).length).toBeGreaterThan(100);
  });
});
