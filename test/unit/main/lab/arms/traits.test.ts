import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Org, TRAITS } from "#shared/org/schema.ts";
import { type TraitShares, withTraits } from "#main/lab/arms/traits.ts";
import { testOrg } from "#test/support/orgs.ts";

const eight = (
  change: (index: number) => { "red-team"?: string; "goal-pressed"?: string } = () => ({ "red-team": "RED", "goal-pressed": "PRESSED" }),
): Org =>
  testOrg("A>B>C>D>E>F>G>H", (org) => ({
    ...org,
    agents: org.agents.map((agent, index) => ({ ...agent, variants: change(index) })),
  }));

function given(org: Org, shares: TraitShares, seed = 1) {
  const made = withTraits(org, shares, seed);
  if (!made.ok) throw new Error(made.problem.message);
  return made;
}

const refusal = (org: Org, shares: TraitShares) => {
  const made = withTraits(org, shares, 1);
  return made.ok ? null : made.problem;
};

const share = fc.integer({ min: 1, max: 4 }).map((eighths) => eighths / 8);
const seed = fc.nat();

describe("giving a share of agents a trait", () => {
  it("sets the variant of exactly round(share · N) agents and leaves everything else as it was", () => {
    fc.assert(
      fc.property(share, share, seed, (red, pressed, each) => {
        const org = eight();
        const made = given(org, { "red-team": red, "goal-pressed": pressed }, each);
        expect(made.given["red-team"]).toHaveLength(Math.round(red * 8));
        expect(made.given["goal-pressed"]).toHaveLength(Math.round(pressed * 8));
        expect(made.given["red-team"].filter((id) => made.given["goal-pressed"].includes(id))).toEqual([]);
        for (const [index, agent] of made.org.agents.entries()) {
          const trait = TRAITS.find((name) => made.given[name].includes(agent.id));
          const before = org.agents[index] as (typeof org.agents)[number];
          expect(agent).toEqual(trait ? { ...before, instructions: before.variants[trait] } : before);
        }
        expect({ ...made.org, agents: [] }).toEqual({ ...org, agents: [] });
      }),
    );
  });

  it("is the same for the same seed, and a larger share keeps whom a smaller one took", () => {
    fc.assert(
      fc.property(share, share, seed, (one, other, each) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        const few = given(eight(), { "red-team": small }, each).given["red-team"];
        const many = given(eight(), { "red-team": large }, each).given["red-team"];
        expect(given(eight(), { "red-team": small }, each).given["red-team"]).toEqual(few);
        expect(many).toEqual(expect.arrayContaining(few));
      }),
    );
  });

  it("draws everybody in some seed, and not always the same", () => {
    const drawn = Array.from({ length: 60 }, (_, index) => given(eight(), { "red-team": 0.125 }, index).given["red-team"][0]);
    expect(new Set(drawn).size).toBe(8);
  });

  it("takes only agents that have the variant", () => {
    const org = eight((index) => (index % 2 === 0 ? { "red-team": "RED" } : { "red-team": "  " }));
    const names = given(org, { "red-team": 0.5 }).org.agents.filter((agent) => agent.instructions === "RED");
    expect(names.map((agent) => agent.name)).toEqual(["A", "C", "E", "G"]);
  });

  it("of nobody leaves the org as it is, variants or not", () => {
    expect(given(testOrg("A>B"), { "red-team": 0 }).org).toEqual(testOrg("A>B"));
    expect(given(eight(), {}).given).toEqual({ "red-team": [], "goal-pressed": [] });
  });

  it("says why it cannot be given, and gives nothing in part", () => {
    expect(
      refusal(
        eight(() => ({})),
        { "red-team": 0.5 },
      ),
    ).toMatchObject({
      code: "no-variant",
      message: expect.stringMatching(/^No agent of Test org has instructions for red-team/),
    });
    const one = eight((index) => (index === 0 ? { "red-team": "RED", "goal-pressed": "PRESSED" } : {}));
    expect(refusal(one, { "red-team": 0.5 })?.message).toMatch(/50 % of Test org's 8 agents is 4, but only 1 can be red-team/);
    expect(refusal(one, { "red-team": 0.125, "goal-pressed": 0.125 })?.message).toMatch(
      /only 0 can be red-team.*1 of those have another trait/,
    );
    expect(refusal(eight(), { "red-team": 0.05 })?.message).toMatch(/5 % of Test org's 8 agents is nobody/);
    for (const bad of [-0.1, 1.1, Number.NaN]) expect(refusal(eight(), { "red-team": bad })?.code).toBe("bad-share");
  });
});
