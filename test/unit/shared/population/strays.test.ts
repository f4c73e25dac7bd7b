/** Proves that odds which rule nothing in a plan are said (D). */
import { describe, expect, it } from "vitest";
import { strayEntries } from "#shared/population/strays.ts";
import { population } from "#test/support/lab.ts";
import { testOrg, withAgents } from "#test/support/orgs.ts";

const org = withAgents(testOrg("A>B>C"), (name) => ({ role: name.toLowerCase() }));

describe("entries of a population that no org has", () => {
  it("D a profile that fits, and one with defaults only, has none", () => {
    expect(strayEntries(population({}), [org])).toEqual([]);
    expect(strayEntries(population({ edges: { handoff_a_b: {} }, roles: { a: {} } }), [testOrg("X>Y"), org])).toEqual([]);
  });

  it("D handoffs and roles are a sentence each, with an example of what there is", () => {
    const [edges, roles, ...more] = strayEntries(population({ edges: { nope: {}, nor_this: {} }, roles: { ghost: {} } }), [org]);
    expect(more).toEqual([]);
    expect(edges).toBe(
      'The population names the handoffs "nope", "nor_this", which no org of this plan has, so their odds rule nothing; the designs have an id such as "handoff_a_b".',
    );
    expect(roles).toContain('the role "ghost", which no org of this plan has, so its odds rule nothing');
  });
});
