import { describe, expect, it } from "vitest";
import { armLeftOut, tasksLeftOut } from "#shared/drift/left-out.ts";
import type { Score } from "#shared/drift/report.ts";
import { report, run } from "#test/support/reports.ts";

describe("what is left out", () => {
  const score = (runs: number, refused: number, complete = 0) => ({ runs, leftOut: { complete, refused, incomplete: 0 } }) as Score;

  it("M11 of an arm's figures, said once where it is the same of both", () => {
    const words = (effectiveness: Score, retention: Score) =>
      armLeftOut({ runs: 9, effectiveness: { ...effectiveness, measure: "asks met" }, retention });
    expect(words(score(9, 0), score(9, 0))).toEqual([]);
    expect(words(score(7, 2), score(7, 2))).toEqual(["left out of asks met and retention 2 of 9 runs: 2 refused"]);
    expect(words(score(0, 2, 7), score(7, 2))).toEqual([
      "left out of asks met 9 of 9 runs: 2 refused, 7 without a probe",
      "left out of retention 2 of 9 runs: 2 refused",
    ]);
  });

  it("M21 of a comparison: how many of the plan's tasks, by reason", () => {
    const both = ["t1", "t2"].flatMap((task) => [run(task, 1), run(task, 1, { armId: "arm_solo" })]);
    const [over] = report({ tasks: ["t1", "t2", "t3"], runs: both }).comparisons;
    expect(over && tasksLeftOut(over, (reason) => reason)).toBe("1 of 3 tasks left out: 1 no-runs");
    const [all] = report({ tasks: ["t1", "t2"], runs: both }).comparisons;
    expect(all && tasksLeftOut(all, (reason) => reason)).toBe("");
  });
});
