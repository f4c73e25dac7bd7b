import { describe, expect, it } from "vitest";
import { forecastWords } from "#renderer/drift/study-view-model.ts";

describe("what a study takes, in words", () => {
  it("counts the handoffs that are really run, and says why there are fewer than asked", () => {
    expect(forecastWords({ asked: 18, drawn: 9, fromRepeats: [2], nothingLost: 5, notRepairable: 0, runs: 36 }, 3)).toEqual([
      "Takes 36 runs of the rest: 4 handoffs, each 3 times repaired, edited without repair (sham), and as it was sent.",
      "18 handoffs would be asked for; 9 can be drawn, for only repeat 2 is run again: the other runs show which edge is bad.",
      "5 of them lost nothing: they count as 0 without a run.",
    ]);
    expect(forecastWords({ asked: 2, drawn: 2, fromRepeats: [2, 4], nothingLost: 0, notRepairable: 1, runs: 3 }, 1)).toEqual([
      "Takes 3 runs of the rest: 1 handoff, each once repaired, edited without repair (sham), and as it was sent.",
      "1 cannot be repaired and is left out.",
    ]);
    expect(forecastWords({ asked: 4, drawn: 3, fromRepeats: [2, 4, 6], nothingLost: 3, notRepairable: 0, runs: 0 }, 3)).toEqual([
      "There is nothing to run.",
      "4 handoffs would be asked for; 3 can be drawn, for only repeats 2, 4 and 6 are run again: the other runs show which edge is bad.",
      "3 of them lost nothing: they count as 0 without a run.",
    ]);
  });
});
