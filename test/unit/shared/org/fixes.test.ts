/** Owns the tests of mending a design: each fix does what its button says, and none brings an error. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps, invertOps } from "#shared/org/edit.ts";
import { fixFor } from "#shared/org/fixes.ts";
import { orgProblems } from "#shared/org/problems.ts";
import { type Agent, type Handoff, type Org, orgSchema } from "#shared/org/schema.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";

const agents = (org: Org, change: (agent: Agent, index: number) => Partial<Agent>): Org => ({
  ...org,
  agents: org.agents.map((agent, index) => ({ ...agent, ...change(agent, index) })),
});
const more = (org: Org, ...handoffs: Partial<Handoff>[]): Org => ({
  ...org,
  handoffs: [...org.handoffs, ...handoffs.map((each) => ({ ...(org.handoffs[0] as Handoff), ...each }))],
});

/** The fix of the first problem with that code, and the design after it. */
function mended(org: Org, code: string) {
  const problem = orgProblems(org).find((each) => each.code === code);
  if (!problem) throw new Error(`no ${code}`);
  const fix = fixFor(org, problem);
  return { name: fix?.name ?? null, org: fix ? applyOps(org, fix.ops) : org };
}

describe("fixes", () => {
  it("makes the last agent that the brief reaches the deliverer", () => {
    const org = agents(testOrg("Planner>Analyst>Writer, Planner>Critic"), () => ({ delivers: false }));
    const { name, org: after } = mended(org, "no-deliverer");
    expect(name).toBe("make Writer the deliverer");
    expect(after.agents.filter((agent) => agent.delivers).map((agent) => agent.name)).toEqual(["Writer"]);
    expect(orgProblems(after)).toEqual([]);
  });

  it("makes nobody the deliverer whom the brief never reaches", () => {
    const org = agents(testOrg("Planner>Writer, Loner>Ghost"), () => ({ delivers: false }));
    expect(mended(org, "no-deliverer").name).toBe("make Writer the deliverer");
  });

  it("gives the brief to the one from whom everybody is reached", () => {
    const org = agents(testOrg("Planner>Analyst>Writer"), () => ({ receivesBrief: false }));
    const { name, org: after } = mended(org, "no-entry");
    expect(name).toBe("give Planner the brief");
    expect(orgProblems(after)).toEqual([]);
  });

  it("gives the brief to one from whom a deliverer is reached, though another reaches more", () => {
    const org = agents(testOrg("Big>One>Two>Three, Lead>Writer"), () => ({ receivesBrief: false }));
    expect(mended(org, "no-entry").name).toBe("give Lead the brief");
  });

  it("sets rounds where a loop has no end, and keeps the other limits", () => {
    const loop = testOrg("A>B>A, B>C", (org) => ({ ...org, limits: { ...org.limits, rounds: null, turnsAtOnce: 2 } }));
    const { name, org } = mended(loop, "no-limit-on-cycle");
    expect(name).toBe("set 10 rounds");
    expect(org.limits).toMatchObject({ rounds: 10, turnsAtOnce: 2 });
  });

  it("B gives all but one of several with the same id ids of their own", () => {
    const org = more(more(testOrg("A>B,B>C,A>C"), { id: "h", source: "agent_b", target: "agent_a" }), {
      id: "h",
      source: "agent_c",
      target: "agent_a",
    });
    const thrice = { ...org, handoffs: org.handoffs.map((each) => (each.id === "handoff_a_c" ? { ...each, id: "h" } : each)) };
    const after = mended(thrice, "duplicate-id");
    expect(orgProblems(after.org).map((each) => each.code)).not.toContain("duplicate-id");
    expect(after.org.handoffs).toHaveLength(thrice.handoffs.length);
  });

  it("removes the second of two handoffs, and the first stays as it was", () => {
    const org = more(testOrg("A>B"), { id: "handoff_again", relay: "verbatim" });
    const after = mended(org, "double-handoff");
    expect(after.name).toBe("remove the second handoff");
    expect(after.org.handoffs).toEqual(testOrg("A>B").handoffs);
  });

  it("removes nothing where two handoffs have the same id: it would not be clear which goes", () => {
    const org = more(testOrg("A>B"), { relay: "verbatim" });
    expect(mended(org, "double-handoff").name).toBeNull();
  });

  it("deletes handoffs that lead nowhere or to their own sender", () => {
    const org = more(testOrg("A>B"), { id: "h_lost", target: "agent_gone" }, { id: "h_self", target: "agent_a" });
    expect(mended(org, "missing-agent").org.handoffs.map((each) => each.id)).not.toContain("h_lost");
    expect(mended(org, "self-loop").org.handoffs.map((each) => each.id)).not.toContain("h_self");
  });

  it("makes a handoff of an unknown kind a message, but not where there is one already", () => {
    const odd = more(testOrg("A>B"), { id: "h_vote", source: "agent_b", target: "agent_a", kind: "vote" });
    expect(mended(odd, "unknown-kind").org.handoffs.at(-1)).toMatchObject({ id: "h_vote", kind: "message" });
    expect(mended(more(testOrg("A>B"), { id: "h_vote", kind: "vote" }), "unknown-kind").name).toBeNull();
  });

  it("lets words of an unknown relay travel as a paraphrase", () => {
    const org = more(testOrg("A>B"), { id: "h_back", source: "agent_b", target: "agent_a", relay: "whisper" as never });
    expect(mended(org, "unknown-relay").org.handoffs.at(-1)?.relay).toBe("paraphrase");
  });

  it("renames the second of two agents to a name that nobody has, however it is written", () => {
    const org = agents(testOrg("A>B>C"), (_, index) => ({ name: ["Writer", " writer ", "WRITER 2"][index] as string }));
    const { name, org: after } = mended(org, "same-name");
    expect(name).toBe("rename the second to writer 3");
    expect(orgProblems(after).filter((each) => each.code === "same-name")).toEqual([]);
  });

  it("gives a handoff an id of its own and leaves its place; of two agents with one id a person has to say", () => {
    const org = more(testOrg("A>B"), { source: "agent_b", target: "agent_a" });
    const after = mended(org, "duplicate-id").org;
    expect(after.handoffs.map((each) => [each.source, each.target])).toEqual(org.handoffs.map((each) => [each.source, each.target]));
    expect(orgProblems(after).filter((each) => each.code === "duplicate-id")).toEqual([]);
    const twins = agents(testOrg("A>B"), () => ({ id: "agent_same" }));
    expect(mended(twins, "duplicate-id").name).toBeNull();
  });

  it("leaves words of a person alone: instructions and tools have no fix", () => {
    const org = agents(testOrg("A>B"), () => ({ instructions: "", tools: ["search"] }));
    expect(mended(org, "empty-instructions").name).toBeNull();
    expect(mended(org, "tools-not-run").name).toBeNull();
  });

  it("property: a fix removes its problem, adds no error, leaves an org, and can be undone", () => {
    const offered = new Set<string>();
    fc.assert(
      fc.property(brokenOrg(), (org) => {
        const problems = orgProblems(org);
        const same = (a: { code: string; ids: string[] }) => (b: { code: string; ids: string[] }) =>
          a.code === b.code && JSON.stringify(a.ids) === JSON.stringify(b.ids);
        for (const problem of problems) {
          const fix = fixFor(org, problem);
          if (!fix) continue;
          offered.add(problem.code);
          const after = applyOps(org, fix.ops);
          const left = orgProblems(after);
          expect(left.filter(same(problem)).length).toBeLessThan(problems.filter(same(problem)).length);
          const errors = (list: typeof problems) => list.filter((each) => each.severity === "error");
          for (const error of errors(left)) expect(errors(problems).some(same(error))).toBe(true);
          expect(errors(left).length).toBeLessThanOrEqual(errors(problems).length);
          expect(orgSchema.safeParse(after).success).toBe(true);
          expect(applyOps(after, invertOps(org, fix.ops))).toEqual(org);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
    // The law would also hold of a function that never offers anything.
    expect([...offered].sort()).toEqual(
      ["double-handoff", "duplicate-id", "missing-agent", "no-deliverer", "no-entry", "no-limit-on-cycle", "same-name", "self-loop"].concat(
        "unknown-kind",
        "unknown-relay",
      ),
    );
  });
});

/** Designs with all kinds of damage at once. */
function brokenOrg(): fc.Arbitrary<Org> {
  const handoff = (org: Org) =>
    fc.record({
      id: fc.constantFrom("h_1", "h_2", "h_3", ...org.handoffs.slice(0, 2).map((each) => each.id)),
      source: fc.constantFrom("agent_gone", ...org.agents.map((each) => each.id)),
      target: fc.constantFrom("agent_gone", ...org.agents.map((each) => each.id)),
      kind: fc.constantFrom("message", "message", "vote"),
      relay: fc.constantFrom("paraphrase" as const, "verbatim" as const, "whisper" as never),
    });
  return arbitraryOrg({ agents: 5 }).chain((org) =>
    fc
      .record({
        handoffs: fc.array(handoff(org), { maxLength: 4 }),
        flags: fc.array(fc.record({ receivesBrief: fc.boolean(), delivers: fc.boolean() }), { minLength: 5, maxLength: 5 }),
        silent: fc.boolean(),
        names: fc.array(fc.constantFrom("Writer", "writer", "Writer 2", "Lead", " Lead"), { minLength: 5, maxLength: 5 }),
        endless: fc.boolean(),
      })
      .map(({ handoffs, flags, silent, names, endless }) => {
        const broken = agents(more(org, ...handoffs), (_, index) => ({
          name: names[index] as string,
          ...(silent ? { receivesBrief: false, delivers: false } : flags[index]),
        }));
        const limits = { ...org.limits, rounds: null, turnsPerAgent: null, handoffs: null };
        return endless ? { ...broken, limits } : broken;
      }),
  );
}
