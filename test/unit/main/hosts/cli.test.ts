import { describe, expect, it } from "vitest";
import { fitTo } from "#main/hosts/cli/commands/look.ts";
import { ProgressLine } from "#main/hosts/cli/progress.ts";

describe("what a terminal is shown", () => {
  it("J a table fits the terminal's width, and is whole where there is none", () => {
    const text = `name  what it is\n────  ${"─".repeat(40)}\nhub   ${"a long description ".repeat(3)}`;
    const lines = fitTo(30, text).split("\n");
    expect(lines.map((line) => line.length <= 30)).toEqual([true, true, true]);
    expect(lines[0]).toBe("name  what it is");
    expect(lines[2]).toMatch(/^hub {3}a long .*…$/);
    expect(fitTo(undefined, text)).toBe(text);
  });

  it("J retries are told at most once a second, and how many were not", () => {
    const said: string[] = [];
    let nowMs = 0;
    const line = new ProgressLine({ isTTY: false, write: (text: unknown) => said.push(String(text)) > 0 }, 3, () => nowMs);
    for (const atMs of [0, 10, 999, 1_000, 1_500]) {
      nowMs = atMs;
      line.retry(`retry at ${atMs}`);
    }
    expect(said).toEqual(["retry at 0\n", "retry at 1000, and 2 more since the last line\n"]);
  });
});
