import { describe, expect, it } from "vitest";
import { changedView, FIRST_LOOK } from "#renderer/state/drift-view.ts";

describe("how one looks at drift", () => {
  it("is kept for each experiment apart", () => {
    const views = changedView(changedView({}, "one", { as: "table" }), "two", { edge: "e" });
    expect(views).toEqual({ one: { ...FIRST_LOOK, as: "table" }, two: { ...FIRST_LOOK, edge: "e" } });
  });

  it("lets go what belonged to another org or edge", () => {
    const read = changedView({}, "one", { arm: "a", edge: "e", run: 3 });
    expect(changedView(read, "one", { as: "table" }).one).toMatchObject({ edge: "e", run: 3 });
    expect(changedView(read, "one", { edge: "f" }).one).toMatchObject({ arm: "a", edge: "f", run: 0 });
    expect(changedView(read, "one", { arm: "b" }).one).toMatchObject({ edge: null, run: 0 });
  });
});
