import { describe, expect, it } from "vitest";
import { isEnd, selectedOf, standingOf } from "#renderer/canvas/spotlight.ts";

const edge = (source: string, target: string) => ({ id: `${source}${target}`, source, target });
const edges = [edge("a", "b"), edge("b", "a"), edge("b", "c"), edge("c", "d")];
const standings = (agents: string[], handoffs: string[], pointedAt: string | null = null) =>
  edges.map((each) => standingOf(each, { agents: new Set(agents), handoffs: new Set(handoffs) }, pointedAt));

describe("the handoffs that stand out", () => {
  it("are all alike where nothing is selected or pointed at", () => {
    expect(standings([], [])).toEqual([null, null, null, null]);
  });

  it("are an agent's own, outgoing apart from incoming, and the rest steps back", () => {
    expect(standings(["b"], [])).toEqual(["in", "out", "out", "faint"]);
    expect(standings(["d"], [], "b")).toEqual(["in", "out", "out", "faint"]);
  });

  it("are the one that is selected, with its two agents", () => {
    expect(standings([], ["bc"])).toEqual(["faint", "faint", "chosen", "faint"]);
    const selected = { agents: new Set<string>(), handoffs: new Set(["bc"]) };
    expect(["a", "b", "c", "d"].map((id) => isEnd(id, selected, edges))).toEqual([false, true, true, false]);
  });

  it("are worked out once for the same nodes and edges", () => {
    const nodes = [{ id: "a", selected: true, position: { x: 0, y: 0 }, data: {} }];
    const selected = selectedOf({ nodes, edges });
    expect([...selected.agents]).toEqual(["a"]);
    expect(selectedOf({ nodes, edges })).toBe(selected);
    expect(selectedOf({ nodes, edges: [...edges] })).not.toBe(selected);
  });
});
