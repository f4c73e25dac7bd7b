/** Tests the laws of layouts: everybody has a place of their own, pins hold, groups stay together, the same gives the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Point, STYLES } from "#renderer/canvas/layout/elk-graph.ts";
import { freeSpot, tooClose } from "#renderer/canvas/layout/free-spot.ts";
import { componentsOf, forwardLinks, spanningTree } from "#renderer/canvas/layout/links.ts";
import { GRID } from "#renderer/canvas/layout/place.ts";
import { laidOut, overlaps, strangers, withPlaces } from "#test/unit/renderer/canvas/laid-out.ts";
import { testOrg } from "#test/support/orgs.ts";

const place = fc.record({ x: fc.integer({ min: -600, max: 600 }), y: fc.integer({ min: -600, max: 600 }) });

/** Any design: loops, handoffs to nowhere, several parts, groups, agents of all sizes, some pinned. */
const arbitrary = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc
    .record({
      links: fc.array(fc.tuple(fc.nat({ max: count }), fc.nat({ max: count })), { maxLength: 24 }),
      positions: fc.array(place, { minLength: count, maxLength: count }),
      pinned: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      brief: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      groups: fc.array(fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }), { minLength: count, maxLength: count }),
      sizes: fc.array(
        fc.option(fc.record({ width: fc.integer({ min: 40, max: 400 }), height: fc.integer({ min: 20, max: 300 }) }), { nil: null }),
        {
          minLength: count,
          maxLength: count,
        },
      ),
    })
    .map((made) => {
      const org = testOrg(Array.from({ length: count }, (_, index) => `A${index}`).join(","), (each) => ({
        ...each,
        agents: each.agents.map((agent, index) => ({
          ...agent,
          id: `agent_${index}`,
          receivesBrief: made.brief[index] === true,
          position: made.positions[index] ?? agent.position,
          ...(made.pinned[index] ? { pinned: true } : {}),
        })),
        handoffs: made.links.map(([from, to], index) => ({
          id: `h${index}`,
          source: `agent_${from}`,
          target: `agent_${to}`,
          kind: "message",
          relay: "paraphrase" as const,
          label: "",
        })),
        groups: [0, 1, 2].map((group) => ({
          id: `g${group}`,
          label: "",
          agents: made.groups.flatMap((mine, index) => (mine === group ? [`agent_${index}`] : [])),
        })),
      }));
      const sizes = new Map(made.sizes.flatMap((size, index) => (size ? [[`agent_${index}`, size] as const] : [])));
      return { org, sizes };
    }),
);

describe.each(STYLES)("a %s layout", (style) => {
  it("gives every agent a place on the grid, clear of all others, and leaves pinned ones where they are", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ org, sizes }) => {
        const places = await laidOut(org, style, sizes);
        expect([...places.keys()].sort()).toEqual(org.agents.map((agent) => agent.id).sort());
        expect(overlaps(org, places, sizes)).toEqual([]);
        for (const agent of org.agents) {
          const at = places.get(agent.id) as Point;
          if (agent["pinned"] === true) expect(at).toEqual(agent.position);
          else expect([at.x % GRID, at.y % GRID].map(Math.abs)).toEqual([0, 0]);
        }
      }),
      { numRuns: 120 },
    );
  });

  it("keeps groups apart from everybody else where nothing is pinned", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ org }) => {
        const free = { ...org, agents: org.agents.map((agent) => ({ ...agent, pinned: false })) };
        const groups = free.groups.filter((group) => group.agents.length > 0);
        expect(strangers({ ...free, groups }, await laidOut(free, style))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("says the same of the same design, and of one that it has already laid out", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ org, sizes }) => {
        const places = await laidOut(org, style, sizes);
        expect(await laidOut(org, style, sizes)).toEqual(places);
        expect(await laidOut(withPlaces(org, places), style, sizes)).toEqual(places);
      }),
      { numRuns: 40 },
    );
  });
});

describe("reading handoffs as one direction", () => {
  const keys = fc.integer({ min: 1, max: 10 }).map((count) => Array.from({ length: count }, (_, index) => String(index)));
  const graph = keys.chain((all) =>
    fc.record({
      keys: fc.constant(all),
      links: fc.array(fc.record({ from: fc.constantFrom(...all), to: fc.constantFrom(...all) }), { maxLength: 30 }),
      firsts: fc.subarray(all),
    }),
  );
  const proper = graph.map((made) => ({ ...made, links: made.links.filter((link) => link.from !== link.to) }));

  it("leaves no loop and turns no handoff that is on none", () => {
    fc.assert(
      fc.property(proper, ({ keys: all, links, firsts }) => {
        const forward = forwardLinks(all, links, firsts);
        const left = new Set(all);
        for (let gone = true; gone; ) {
          const free = [...left].filter((key) => !forward.some((link) => left.has(link.from) && link.to === key));
          for (const key of free) left.delete(key);
          gone = free.length > 0;
        }
        expect([...left]).toEqual([]);
        const reaches = (from: string, to: string) => {
          const seen = new Set([from]);
          for (const key of seen) for (const link of links) if (link.from === key) seen.add(link.to);
          return seen.has(to);
        };
        for (const { from, to } of links)
          if (!reaches(to, from)) expect(forward.some((link) => link.from === from && link.to === to)).toBe(true);
      }),
    );
  });

  it("spans each connected part with a tree", () => {
    fc.assert(
      fc.property(proper, ({ keys: all, links, firsts }) => {
        const parts = componentsOf(all, links);
        expect(parts.flat().sort()).toEqual([...all].sort());
        for (const part of parts) {
          const tree = spanningTree(part, links, firsts);
          expect([...tree.order].sort()).toEqual([...part].sort());
          expect(tree.links.map((link) => link.to)).toEqual(tree.order.slice(1));
          for (const link of tree.links) expect(tree.order.indexOf(link.from)).toBeLessThan(tree.order.indexOf(link.to));
        }
      }),
    );
  });
});

describe("the nearest free place", () => {
  it("is free, and the box's own where that is free", () => {
    const box = fc.record({
      x: fc.integer({ min: -300, max: 300 }),
      y: fc.integer({ min: -300, max: 300 }),
      width: fc.integer({ min: 1, max: 300 }),
      height: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(box, fc.array(box, { maxLength: 15 }), (mine, others) => {
        const spot = freeSpot(mine, others, GRID);
        expect(others.filter((other) => tooClose(spot, other, GRID))).toEqual([]);
        if (!others.some((other) => tooClose(mine, other, GRID))) expect(spot).toEqual(mine);
      }),
    );
  });
});
