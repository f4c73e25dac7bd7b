/** Tests what layouts look like: chains, loops, hubs, trees, what gathers round a pinned agent, and how long it takes. */
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import { type Point, STYLES } from "#renderer/canvas/layout/elk-graph.ts";
import { type Engine, layoutWith } from "#renderer/canvas/layout/layout.ts";
import { GRID } from "#renderer/canvas/layout/place.ts";
import { elk, engine, laidOut, NO_SIZES, overlaps, pinnedAt, strangers } from "#test/unit/renderer/canvas/laid-out.ts";
import { testOrg } from "#test/support/orgs.ts";

const chain = testOrg("Lead>Analyst>Writer>Reviewer");
const xOf = (org: Org, places: ReadonlyMap<string, Point>, name: string) => {
  const agent = org.agents.find((each) => each.name === name);
  return (places.get(agent?.id ?? "") as Point).x;
};
const yOf = (org: Org, places: ReadonlyMap<string, Point>, name: string) => {
  const agent = org.agents.find((each) => each.name === name);
  return (places.get(agent?.id ?? "") as Point).y;
};

describe("what a layout looks like", () => {
  it("runs a chain from left to right on one line, with room for labels between", async () => {
    const places = await laidOut(chain, "layered");
    const xs = chain.agents.map((agent) => xOf(chain, places, agent.name));
    for (let at = 1; at < xs.length; at += 1) expect((xs[at] as number) - (xs[at - 1] as number)).toBeGreaterThanOrEqual(300);
    expect(new Set(chain.agents.map((agent) => yOf(chain, places, agent.name))).size).toBe(1);
  });

  it("is not turned round by handoffs that go back, and keeps agents off a long one's way", async () => {
    const loop = testOrg("Lead>Analyst>Writer>Reviewer,Reviewer>Writer,Reviewer>Lead");
    const places = await laidOut(loop, "layered");
    const xs = ["Lead", "Analyst", "Writer", "Reviewer"].map((name) => xOf(loop, places, name));
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(new Set(xs).size).toBe(4);
    // The curve from Reviewer to Lead runs between the middles of their sides.
    const [from, to] = [yOf(loop, places, "Reviewer") + 40, yOf(loop, places, "Lead") + 40];
    for (const name of ["Analyst", "Writer"]) {
      const [top, bottom] = [yOf(loop, places, name), yOf(loop, places, name) + 80];
      expect(bottom < Math.min(from, to) || top > Math.max(from, to)).toBe(true);
    }
  });

  it("puts colleagues who only talk to each other in one column", async () => {
    const org = testOrg("Lead>A,Lead>B,Lead>C,A>B,B>A,B>C,C>B,A>C,C>A,A>Lead");
    const places = await laidOut(org, "layered");
    expect(new Set(["A", "B", "C"].map((name) => xOf(org, places, name))).size).toBe(1);
    expect(xOf(org, places, "A")).toBeGreaterThan(xOf(org, places, "Lead"));
  });

  it("grows a tree downwards from where the brief goes in, even against the arrows", async () => {
    const org = testOrg("Lead>A,Lead>B,A>A1,A>A2,Helper>B,A2>Lead");
    const places = await laidOut(org, "tree");
    const y = (name: string) => yOf(org, places, name);
    expect(y("A")).toBe(y("B"));
    expect(y("A")).toBeGreaterThan(y("Lead"));
    expect(y("A1")).toBeGreaterThan(y("A"));
    expect(y("Helper")).toBeGreaterThan(y("B"));
  });

  it("sets a hub amid its spokes", async () => {
    const org = testOrg("Hub>A>Hub,Hub>B,Hub>C,Hub>D,Hub>E,Hub>F");
    const places = await laidOut(org, "radial");
    const spokes = ["A", "B", "C", "D", "E", "F"];
    for (const of of [xOf, yOf]) {
      const hub = of(org, places, "Hub");
      expect(spokes.some((name) => of(org, places, name) < hub)).toBe(true);
      expect(spokes.some((name) => of(org, places, name) > hub)).toBe(true);
    }
  });

  it("lays the rest out around a pinned agent, as far from it as it would have stood", async () => {
    const free = await laidOut(chain, "layered");
    const org = pinnedAt(chain, { Writer: { x: 1003, y: -497 } });
    const places = await laidOut(org, "layered");
    expect(places.get("agent_writer")).toEqual({ x: 1003, y: -497 });
    for (const name of ["Lead", "Analyst", "Reviewer"]) {
      const before = xOf(chain, free, name) - xOf(chain, free, "Writer");
      expect(Math.abs(xOf(org, places, name) - 1003 - before)).toBeLessThanOrEqual(GRID / 2);
    }
  });

  it("follows most of the pinned agents, not one that stands far off", async () => {
    const org = pinnedAt(chain, { Lead: { x: 0, y: 0 }, Analyst: { x: 320, y: 0 }, Writer: { x: 9000, y: 9000 } });
    const places = await laidOut(org, "layered");
    expect(yOf(org, places, "Reviewer")).toBe(0);
    expect(xOf(org, places, "Reviewer")).toBeLessThan(1200);
  });

  it("gathers a group round its pinned agent", async () => {
    const org = pinnedAt(
      testOrg("Lead>A>B>Out", (each) => ({ ...each, groups: [{ id: "g", label: "Team", agents: ["agent_a", "agent_b"] }] })),
      { Lead: { x: 0, y: 0 }, A: { x: 2000, y: 700 } },
    );
    const places = await laidOut(org, "layered");
    expect(Math.hypot(xOf(org, places, "B") - 2000, yOf(org, places, "B") - 700)).toBeLessThan(500);
    expect(strangers(org, places)).toEqual([]);
  });

  it("leaves the upper left corner where it was when nothing is pinned", async () => {
    const org = { ...chain, agents: chain.agents.map((agent, index) => ({ ...agent, position: { x: 400 + index, y: -233 } })) };
    const places = [...(await laidOut(org, "layered")).values()];
    expect([Math.min(...places.map((at) => at.x)), Math.min(...places.map((at) => at.y))]).toEqual([400, -240]);
  });

  it("manages a design that names an id twice and a group that names nobody", async () => {
    const twice = {
      ...chain,
      agents: [...chain.agents, ...chain.agents],
      groups: [{ id: "agent_lead", label: "", agents: ["nobody", "agent_writer"] }],
    };
    for (const style of STYLES) expect((await laidOut(twice, style)).size).toBe(4);
  });

  it("stops when it is called off", async () => {
    const gone = AbortSignal.abort(new Error("another layout was asked for"));
    await expect(layoutWith(engine, chain, { style: "tree", sizes: NO_SIZES }, gone)).rejects.toThrow("another layout was asked for");
    const later = new AbortController();
    const slow: Engine = async (graph) => {
      later.abort(new Error("called off meanwhile"));
      return elk.layout(graph);
    };
    await expect(layoutWith(slow, chain, { style: "tree", sizes: NO_SIZES }, later.signal)).rejects.toThrow("called off meanwhile");
  });

  it.each(STYLES)("lays out 200 agents without an overlap: %s", async (style) => {
    const names = Array.from({ length: 200 }, (_, index) => `A${index}`);
    const arrows = names.slice(1).map((name, index) => `A${Math.floor(index / 4)}>${name}`);
    const across = names.slice(0, 100).map((name, index) => `${name}>A${(index * 7 + 13) % 200}`);
    const org = pinnedAt(testOrg([...arrows, ...across].join(",")), {
      A50: { x: 100, y: 100 },
      A51: { x: 500, y: 100 },
      A120: { x: 0, y: 900 },
    });
    const places = await laidOut(org, style);
    expect(places.size).toBe(200);
    expect(overlaps(org, places)).toEqual([]);
  });
});
