import { describe, expect, it } from "vitest";
import { emptyOrg, newAgent } from "#shared/org/create.ts";
import { canRun, orgProblems } from "#shared/org/problems.ts";
import { type Agent, type Handoff, limitsSchema, type Org } from "#shared/org/schema.ts";
import { testOrg } from "#test/support/orgs.ts";

const good = () => testOrg("A>B>C");
const found = (org: Org, code: string) => orgProblems(org).filter((problem) => problem.code === code);
const agent = (org: Org, at: number, fields: Partial<Agent>): Org => ({
  ...org,
  agents: org.agents.map((each, index) => (index === at ? { ...each, ...fields } : each)),
});
const edges = (org: Org, ...more: Partial<Handoff>[]): Org => ({
  ...org,
  handoffs: [
    ...org.handoffs,
    ...more.map(
      (fields): Handoff => ({ id: "handoff_x", source: "", target: "", kind: "message", relay: "paraphrase", label: "", ...fields }),
    ),
  ],
});

const NO_LIMITS = limitsSchema.parse({ rounds: null });

describe("problems of a design", () => {
  it("B a good design has none", () => {
    expect(orgProblems(good())).toEqual([]);
    expect(canRun([])).toBe(true);
  });

  it.each<[string, string, "error" | "warning", () => Org, string[]]>([
    ["no agents", "no-agents", "error", () => emptyOrg("Empty", "test"), []],
    ["no entry", "no-entry", "error", () => agent(good(), 0, { receivesBrief: false }), ["agent_a", "agent_b", "agent_c"]],
    ["nobody delivers", "no-deliverer", "error", () => agent(good(), 2, { delivers: false }), ["agent_a", "agent_b", "agent_c"]],
    [
      "an agent that cannot be reached",
      "unreachable",
      "warning",
      () => {
        const org = good();
        return { ...org, agents: [...org.agents, newAgent(org, { name: "Z", instructions: "x" })] };
      },
      ["agent_z"],
    ],
    [
      "no path from entry to deliverer",
      "no-path",
      "error",
      () => {
        const org = good();
        return { ...org, handoffs: org.handoffs.slice(0, 1) };
      },
      ["agent_a", "agent_c"],
    ],
    [
      "an edge to a missing agent",
      "missing-agent",
      "error",
      () => edges(good(), { id: "h9", source: "agent_a", target: "agent_gone" }),
      ["h9", "agent_a"],
    ],
    [
      "an edge from a missing agent",
      "missing-agent",
      "error",
      () => edges(good(), { id: "h9", source: "agent_gone", target: "agent_a" }),
      ["h9", "agent_a"],
    ],
    ["a self-loop", "self-loop", "error", () => edges(good(), { id: "h9", source: "agent_b", target: "agent_b" }), ["h9", "agent_b"]],
    [
      "a second edge of a kind in the same direction",
      "double-handoff",
      "error",
      () => edges(good(), { id: "h9", source: "agent_a", target: "agent_b" }),
      ["h9", "handoff_a_b"],
    ],
    ["an id twice", "duplicate-id", "error", () => edges(good(), { id: "agent_b", source: "agent_a", target: "agent_c" }), ["agent_b"]],
    ["empty instructions", "empty-instructions", "warning", () => agent(good(), 1, { instructions: " \n" }), ["agent_b"]],
    [
      "a cycle without a limit",
      "no-limit-on-cycle",
      "error",
      () => ({
        ...testOrg("A>B,B>A,B>C"),
        limits: NO_LIMITS,
      }),
      ["agent_a", "agent_b"],
    ],
    [
      "a kind that does not run",
      "unknown-kind",
      "error",
      () => edges(good(), { id: "h9", source: "agent_a", target: "agent_c", kind: "vote" }),
      ["h9"],
    ],
    ["two of one name", "same-name", "warning", () => agent(good(), 1, { name: "a " }), ["agent_b", "agent_a"]],
    ["tools", "tools-not-run", "warning", () => agent(good(), 1, { tools: ["browser"] }), ["agent_b"]],
  ])("B %s: %s", (_name, code, severity, make, ids) => {
    const org = make();
    const [problem, ...more] = found(org, code);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ severity, ids });
    // A sentence for a person: begins with a capital, ends with a full stop, and names nothing by its code.
    expect(problem?.message).toMatch(/^[A-Z0-9“"].*\.$/s);
    expect(problem?.message).not.toContain(code);
    expect(canRun(orgProblems(org))).toBe(severity !== "error");
  });

  it("B a cycle with any limit that ends it is no problem", () => {
    for (const limit of ["rounds", "turnsPerAgent", "handoffs", "outputTokens", "costUsd", "wallClockMs"] as const) {
      const org = testOrg("A>B,B>A,B>C");
      expect(found({ ...org, limits: { ...NO_LIMITS, [limit]: 5 } }, "no-limit-on-cycle")).toEqual([]);
    }
  });

  it("B an id that is used three times is one problem, and a loop on an agent that is not there is one that is not there", () => {
    const thrice = edges(
      good(),
      { id: "agent_b", source: "agent_a", target: "agent_c" },
      { id: "agent_b", source: "agent_c", target: "agent_a" },
    );
    expect(found(thrice, "duplicate-id").map((each) => each.message)).toEqual([expect.stringContaining("3 times")]);
    const nowhere = edges(good(), { id: "h9", source: "agent_z", target: "agent_z" });
    expect(
      orgProblems(nowhere)
        .filter((each) => each.severity === "error")
        .map((each) => each.code),
    ).toEqual(["missing-agent"]);
  });

  it("B no limit is needed where nothing loops, and agents off the cycle are not highlighted", () => {
    expect(found({ ...good(), limits: NO_LIMITS }, "no-limit-on-cycle")).toEqual([]);
  });

  it("B edges in both directions, and edges of two kinds, are not double", () => {
    expect(found(testOrg("A>B,B>A"), "double-handoff")).toEqual([]);
    expect(found(edges(good(), { id: "h9", source: "agent_a", target: "agent_b", kind: "vote" }), "double-handoff")).toEqual([]);
  });

  it("B a path that only a kind that does not run could make is no path", () => {
    const org = testOrg("A>B");
    expect(found({ ...org, handoffs: org.handoffs.map((each) => ({ ...each, kind: "vote" })) }, "no-path")).toHaveLength(1);
  });

  it("B an agent that has the brief and delivers needs no edge", () => {
    const org = agent(testOrg("A"), 0, { receivesBrief: true, delivers: true });
    expect(orgProblems(org)).toEqual([]);
  });

  it("B errors come first", () => {
    const severities = orgProblems(
      agent(edges(good(), { id: "h9", source: "agent_b", target: "agent_b" }), 0, { instructions: "", receivesBrief: false }),
    ).map((each) => each.severity);
    expect(severities).toEqual([...severities].sort());
    expect(new Set(severities).size).toBe(2);
  });
});
