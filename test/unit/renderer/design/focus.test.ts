import { describe, expect, it } from "vitest";
import { standIn } from "#renderer/design/focus-view-model.ts";

const at = (id: string, x: number, y: number, agent = true) => ({ id, x, y, agent });

describe("who has the keys after a deletion", () => {
  it("is the agent nearest to the first that has gone", () => {
    expect(standIn([at("gone", 100, 0)], [at("far", 900, 0), at("near", 300, 20), at("left", -500, 0)])).toBe("near");
  });

  it("is a note only where no agent is left, and nobody where nothing is", () => {
    expect(standIn([at("gone", 0, 0)], [at("note", 10, 0, false), at("agent", 800, 0)])).toBe("agent");
    expect(standIn([at("gone", 0, 0)], [at("note", 10, 0, false)])).toBe("note");
    expect(standIn([at("gone", 0, 0)], [])).toBeUndefined();
    expect(standIn([], [at("agent", 0, 0)])).toBeUndefined();
  });
});
