import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps, invertOps } from "#shared/org/edit.ts";
import { replaceOps } from "#shared/org/replace.ts";
import type { Org } from "#shared/org/schema.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";

/** A design by chance, with agents left out, turned around and written over, so that two of them share some parts. */
function arbitraryVariant(): fc.Arbitrary<Org> {
  return fc
    .record({
      org: arbitraryOrg({ agents: 6 }),
      out: fc.nat(5),
      turned: fc.boolean(),
      words: fc.string(),
      notes: fc.uniqueArray(fc.nat(4)),
    })
    .map(({ org, out, turned, words, notes }) => {
      const agents = org.agents
        .filter((_, index) => index !== out)
        .map((agent, index) => (index === 1 ? { ...agent, role: words } : agent));
      return {
        ...org,
        description: words,
        agents: turned ? agents.toReversed() : agents,
        notes: notes.map((nth) => ({ id: `note_${nth}`, text: words, position: { x: nth, y: 0 } })),
      };
    });
}

describe("replacing a design", () => {
  it("makes any design out of any other, and undoing it gives the first one back byte for byte", () => {
    fc.assert(
      fc.property(arbitraryVariant(), arbitraryVariant(), (before, after) => {
        const ops = replaceOps(before, after);
        const made = applyOps(before, ops);
        expect(made).toEqual(after);
        expect(JSON.stringify(applyOps(made, invertOps(before, ops)))).toBe(JSON.stringify(before));
      }),
      { numRuns: 200 },
    );
  });

  it("is nothing between a design and itself, and one operation for one changed word", () => {
    const org = testOrg("Lead>Analyst>Writer");
    expect(replaceOps(org, structuredClone(org))).toEqual([]);
    const changed = { ...org, agents: org.agents.map((agent, index) => (index === 1 ? { ...agent, role: "sums" } : agent)) };
    expect(replaceOps(org, changed)).toEqual([{ op: "set", in: "agents", id: org.agents[1]?.id, field: "role", value: "sums" }]);
  });

  it("takes away fields that the other design has not, and brings its unknown ones", () => {
    const org = testOrg("Lead>Writer");
    const before = { ...org, colour: "red" } as unknown as Org;
    const after = { ...org, mood: { calm: true } } as unknown as Org;
    expect(applyOps(before, replaceOps(before, after))).toEqual(after);
    expect("colour" in applyOps(before, replaceOps(before, after))).toBe(false);
  });

  it("mends and makes lists that hold an id twice", () => {
    const org = testOrg("Lead>Analyst>Writer");
    const [lead, analyst] = org.agents;
    if (!lead || !analyst) throw new Error("no agents");
    const twice = { ...org, agents: [lead, analyst, { ...lead, name: "Lead again" }] };
    expect(applyOps(org, replaceOps(org, twice))).toEqual(twice);
    expect(applyOps(twice, replaceOps(twice, org))).toEqual(org);
  });
});
