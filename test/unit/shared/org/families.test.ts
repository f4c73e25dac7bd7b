import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { depth, reachableFrom } from "#shared/org/graph.ts";
import { checkFamily, FAMILIES, generateOrg, LARGEST_FAMILY, readFamily, SMALLEST_FAMILY } from "#shared/org/families.ts";
import { familyStats } from "#shared/org/family-stats.ts";
import { loadOrg, orgFileText } from "#shared/org/load.ts";
import { orgProblems } from "#shared/org/problems.ts";
import { seededNumbers } from "#shared/org/seeded.ts";
import { testOrg } from "#test/support/orgs.ts";

const spec = fc.record({
  family: fc.constantFrom(...FAMILIES),
  size: fc.integer({ min: SMALLEST_FAMILY, max: LARGEST_FAMILY }),
  seed: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.maxSafeNat()),
});

describe("families of orgs", () => {
  it("can always run, with nothing to warn of, and have the size that was asked for", () => {
    fc.assert(
      fc.property(spec, (each) => {
        const org = generateOrg(each);
        expect(org.agents).toHaveLength(each.size);
        expect(orgProblems(org)).toEqual([]);
        expect(org.limits.rounds).toBe(10);
      }),
    );
  });

  it("are the same for the same seed, and survive a file", () => {
    fc.assert(
      fc.property(spec, (each) => {
        const org = generateOrg(each);
        expect(generateOrg(each)).toEqual(org);
        const loaded = loadOrg(orgFileText(org), "made.org.json");
        expect(loaded.ok && loaded.value).toEqual(org);
      }),
    );
  });

  it("reach everybody from the brief, and from everybody whoever delivers", () => {
    fc.assert(
      fc.property(spec, (each) => {
        const org = generateOrg(each);
        const entries = org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id);
        const deliverers = org.agents.filter((agent) => agent.delivers).map((agent) => agent.id);
        expect([entries.length, deliverers.length]).toEqual([1, 1]);
        expect(reachableFrom(org, entries).size).toBe(each.size);
        for (const agent of org.agents) expect(reachableFrom(org, [agent.id]).has(deliverers[0] as string)).toBe(true);
      }),
    );
  });

  it("lie in layers without one agent over another", () => {
    fc.assert(
      fc.property(spec, (each) => {
        const { agents } = generateOrg(each);
        for (const [index, one] of agents.entries())
          for (const other of agents.slice(index + 1))
            expect(Math.abs(one.position.x - other.position.x) >= 220 || Math.abs(one.position.y - other.position.y) >= 120).toBe(true);
      }),
    );
  });

  it("have figures that agree with the graph", () => {
    fc.assert(
      fc.property(spec, (each) => {
        const org = generateOrg(each);
        const stats = familyStats(org);
        expect(stats.levels.reduce((sum, level) => sum + level, 0)).toBe(each.size);
        expect(stats.levels).toHaveLength(stats.depth + 1);
        expect(stats.depth).toBe(depth(org));
        expect(stats.density * each.size * (each.size - 1)).toBeCloseTo(org.handoffs.length, 9);
      }),
    );
  });

  it("a hierarchy has a way down and up between each two that work together, and no other", () => {
    fc.assert(
      fc.property(spec, (each) => {
        const org = generateOrg({ ...each, family: "hierarchy" });
        expect(org.handoffs).toHaveLength(2 * (each.size - 1));
        for (const { source, target } of org.handoffs)
          expect(org.handoffs.some((other) => other.source === target && other.target === source)).toBe(true);
        // Down and up again, and a last turn to deliver, within the limit of rounds.
        expect(2 * familyStats(org).depth + 1).toBeLessThanOrEqual(10);
      }),
    );
  });

  it("a flat team is a full graph and a hub a star", () => {
    for (let size = SMALLEST_FAMILY; size <= LARGEST_FAMILY; size += 1) {
      expect(familyStats(generateOrg({ family: "flat", size, seed: 1 }))).toEqual({ depth: 1, density: 1, levels: [1, size - 1] });
      const hub = familyStats(generateOrg({ family: "hub", size, seed: 1 }));
      expect(hub).toEqual({ depth: 1, density: 2 / size, levels: [1, size - 1] });
    }
  });

  it("differ by seed where there is something to draw", () => {
    for (const family of ["hierarchy", "random"] as const) {
      const shapes = Array.from({ length: 20 }, (_, seed) =>
        JSON.stringify(generateOrg({ family, size: 9, seed }).handoffs.map(({ source, target }) => [source, target])),
      );
      expect(new Set(shapes).size).toBeGreaterThan(family === "random" ? 15 : 3);
    }
  });

  it("say nothing of right, wrong or what counts as success", () => {
    for (const family of FAMILIES)
      for (const { instructions, role } of generateOrg({ family, size: 12, seed: 4 }).agents)
        expect(`${instructions} ${role}`).not.toMatch(
          /\b(ethic|moral|honest|harm|fair|safe|legal|complian|rule|goal|target|profit|maximi|win|success|align|responsib)/i,
        );
  });
});

describe("naming a family", () => {
  it("is by kind, size and seed; the seed may be left out", () => {
    expect(readFamily("family:hierarchy:7:3")).toMatchObject({ ok: true, value: { family: "hierarchy", size: 7, seed: 3 } });
    expect(readFamily("family:hub:16")).toMatchObject({ ok: true, value: { family: "hub", size: 16, seed: 1 } });
  });

  it.each([
    ["family:pyramid:7:1", /no family of orgs called "pyramid".*hierarchy, flat, hub, random/],
    ["family:flat:2:1", /3 to 16; got "2"/],
    ["family:flat:17", /3 to 16; got "17"/],
    ["family:flat:4.5", /3 to 16; got "4\.5"/],
    ["family:flat:4:x", /seed.*got "x"/],
    ["family:flat:4:99999999999999999999", /seed/],
    ["family:flat", /family:KIND:SIZE:SEED/],
    ["family:flat:4:1:1", /family:KIND:SIZE:SEED/],
  ])("%s is refused in a sentence", (name, words) => {
    const read = readFamily(name);
    expect(read.ok).toBe(false);
    expect(read.problems[0]?.message).toMatch(words);
  });

  it("a size that nobody checked is a bug, not an org", () => {
    expect(() => generateOrg({ family: "flat", size: 2, seed: 1 })).toThrow(RangeError);
    expect(() => generateOrg({ family: "flat", size: 4, seed: -1 })).toThrow(RangeError);
    expect(checkFamily({ family: "flat", size: "4", seed: "0" }).ok).toBe(true);
  });
});

describe("figures of a structure", () => {
  it("count hops from the nearest entry, and leave out whom nobody reaches", () => {
    const org = testOrg("A>B>C,D>C");
    expect(familyStats(org)).toEqual({ depth: 2, density: 3 / 12, levels: [1, 1, 1] });
    const two = testOrg("A>B>C>D", (each) => ({
      ...each,
      agents: each.agents.map((agent) => ({ ...agent, receivesBrief: agent.name === "A" || agent.name === "C" })),
    }));
    expect(familyStats(two).levels).toEqual([2, 2]);
    expect(familyStats({ ...org, agents: org.agents.slice(0, 1), handoffs: [] })).toEqual({ depth: 0, density: 0, levels: [1] });
  });
});

describe("seeded numbers", () => {
  it("pinned: mulberry32 of 1, and large seeds differ", () => {
    const roll = seededNumbers(1);
    expect([roll(), roll()].map((each) => each.toFixed(6))).toEqual(["0.627074", "0.002736"]);
    expect(seededNumbers(2 ** 40)()).not.toBe(seededNumbers(2 ** 41)());
    expect(seededNumbers(2 ** 40)()).not.toBe(seededNumbers(0)());
  });

  it("fall evenly in [0, 1)", () => {
    const roll = seededNumbers(7);
    const drawn = Array.from({ length: 10_000 }, roll);
    expect(drawn.every((each) => each >= 0 && each < 1)).toBe(true);
    expect(Math.abs(drawn.reduce((sum, each) => sum + each, 0) / drawn.length - 0.5)).toBeLessThan(0.02);
  });
});
