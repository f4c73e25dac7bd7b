import { describe, expect, it } from "vitest";
import { firstWorthALook, LETTERS, nextCell, spokenTally, tallied } from "#renderer/experiment/matrix-view-model.ts";

const SHAPE = { arms: 2, tasks: 3, repeats: 4 };

describe("arrow keys in the matrix", () => {
  const from = (arm: number, task: number, repeat: number) => (key: string) => nextCell({ arm, task, repeat }, key, SHAPE);

  it("lead along the repeats and on into the next arm", () => {
    expect(from(0, 1, 2)("ArrowRight")).toEqual({ arm: 0, task: 1, repeat: 3 });
    expect(from(0, 1, 4)("ArrowRight")).toEqual({ arm: 1, task: 1, repeat: 1 });
    expect(from(1, 1, 1)("ArrowLeft")).toEqual({ arm: 0, task: 1, repeat: 4 });
    expect(from(1, 1, 3)("Home")).toEqual({ arm: 0, task: 1, repeat: 1 });
    expect(from(0, 1, 3)("End")).toEqual({ arm: 1, task: 1, repeat: 4 });
  });

  it("lead from task to task, and nowhere beyond the ends or by other keys", () => {
    expect(from(0, 1, 2)("ArrowUp")).toEqual({ arm: 0, task: 0, repeat: 2 });
    expect(from(0, 1, 2)("ArrowDown")).toEqual({ arm: 0, task: 2, repeat: 2 });
    expect([from(0, 0, 1)("ArrowUp"), from(0, 2, 1)("ArrowDown"), from(0, 0, 1)("ArrowLeft"), from(1, 0, 4)("ArrowRight")]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(from(0, 0, 1)("a")).toBeNull();
  });

  it("take a bar as one stop", () => {
    const many = { ...SHAPE, repeats: 200 };
    expect(nextCell({ arm: 0, task: 0, repeat: 1 }, "ArrowRight", many)).toEqual({ arm: 1, task: 0, repeat: 1 });
    expect(nextCell({ arm: 1, task: 0, repeat: 1 }, "ArrowRight", many)).toBeNull();
  });
});

describe("many repeats", () => {
  it("open at what went wrong, else at what has something in it", () => {
    expect([firstWorthALook("..ddf"), firstWorthALook(".rd"), firstWorthALook("...")]).toEqual([5, 2, 1]);
  });

  it("are counted whole, in words too", () => {
    const letters = "ddd..f";
    expect(tallied(letters).reduce((sum, { n }) => sum + n, 0)).toBe(letters.length);
    expect(spokenTally(letters)).toBe("2 waiting, 3 complete, 1 failed");
    expect(new Set(LETTERS).size).toBe(8);
  });
});
