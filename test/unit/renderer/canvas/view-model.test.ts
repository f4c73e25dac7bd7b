import { describe, expect, it } from "vitest";
import { agentNodes, handoffEdges } from "#renderer/canvas/view-model.ts";
import { testOrg } from "#test/support/orgs.ts";

const plain = () => ({});

describe("a design as nodes and edges", () => {
  it("makes a node per agent at its place, spoken in full, with what a place adds on top", () => {
    const org = testOrg("Lead>Writer", (each) => ({
      ...each,
      agents: each.agents.map((agent, index) => ({
        ...agent,
        role: index === 0 ? "planner" : agent.role,
        position: { x: index * 100, y: 7 },
      })),
    }));
    const [lead, writer] = agentNodes(org, (id) => (id === "agent_writer" ? { highlight: true, meta: "2 turns" } : {}));
    expect(lead).toMatchObject({
      id: "agent_lead",
      type: "agent",
      position: { x: 0, y: 7 },
      ariaLabel: "Agent Lead, planner, receives the brief",
      data: { name: "Lead", role: "planner", highlight: false, busy: 0 },
    });
    expect(writer).toMatchObject({
      position: { x: 100, y: 7 },
      ariaLabel: "Agent Writer, writer, delivers",
      data: { highlight: true, meta: "2 turns", delivers: true },
    });
  });

  it("says whom an agent hands off to where its role only repeats its name", () => {
    const roles = (arrows: string) => Object.fromEntries(agentNodes(testOrg(arrows)).map(({ data }) => [data.name, data.role]));
    expect(roles("A>B,A>C")).toEqual({ A: "to B, C", B: "hands off to nobody", C: "hands back the result" });
    expect(roles("A>B,A>C,A>D").A).toBe("to 3 colleagues");
  });

  it("makes an edge per handoff, and none to an agent that is not there", () => {
    const org = testOrg("A>B>C", (each) => ({
      ...each,
      handoffs: [...each.handoffs, { ...each.handoffs[0], id: "astray", target: "agent_gone" } as (typeof each.handoffs)[number]],
    }));
    const edges = handoffEdges(org, (handoff) => ({ label: `! ${handoff.id}` }));
    expect(edges.map(({ id, source, target }) => [id, source, target])).toEqual(
      org.handoffs.slice(0, 2).map(({ id, source, target }) => [id, source, target]),
    );
    expect(edges[0]).toMatchObject({
      ariaLabel: "Handoff from A to B",
      data: { label: `! ${org.handoffs[0]?.id}`, twoWay: false, dash: "", placeholder: false },
    });
  });

  it("knows pairs that run both ways", () => {
    expect(handoffEdges(testOrg("A>B>A,B>C"), plain).map((edge) => edge.data?.twoWay)).toEqual([true, true, false]);
  });

  it("says the relay where it is not the plain one, and shows a kind it cannot run as a placeholder", () => {
    const org = testOrg("A>B>C>D", (each) => ({
      ...each,
      handoffs: each.handoffs.map((handoff, index) => ({
        ...handoff,
        label: "first",
        ...(index === 1 ? { relay: "paraphrase+brief" as const } : index === 2 ? { kind: "tool" } : {}),
      })),
    }));
    expect(handoffEdges(org, plain).map(({ data }) => [data?.label, data?.detail, data?.dash, data?.placeholder])).toEqual([
      ["first", "", "", false],
      ["first", "paraphrase + brief", "", false],
      ["tool", "cannot run here", "6 5", true],
    ]);
  });

  it("keeps labels to the end with fewer edges", () => {
    const places = (arrows: string) => handoffEdges(testOrg(arrows), plain).map((edge) => edge.data?.labelAt ?? Number.NaN);
    const [toA, toB, toC, onwards] = places("Hub>A,Hub>B,Hub>C,C>D");
    for (const place of [toA, toB]) expect(place).toBeGreaterThan(0.5);
    expect([toC, onwards]).toEqual([0.5, 0.5]);
    for (const place of places("A>Sink,B>Sink,C>Sink")) expect(place).toBeLessThan(0.5);
  });
});
