import { describe, expect, it } from "vitest";
import { emptyOrg } from "#shared/org/create.ts";
import { applyOps, type Edit, invertOps } from "#shared/org/edit.ts";
import { canRun, orgProblems } from "#shared/org/problems.ts";
import { type Org, orgSchema } from "#shared/org/schema.ts";
import * as edits from "#renderer/design/edits.ts";
import { testOrg } from "#test/support/orgs.ts";

const LEAD = edits.ROLE_OFFERS[0] as edits.RoleOffer;

/** The design after an edit, which must undo to the very same bytes and still be an org. */
function after(org: Org, edit: Edit): Org {
  const next = applyOps(org, edit.ops);
  expect(JSON.stringify(applyOps(next, invertOps(org, edit.ops)))).toBe(JSON.stringify(org));
  expect(orgSchema.safeParse(next).success).toBe(true);
  return next;
}

describe("what a person does to a design", () => {
  it("adds a first agent that can run at once, and further ones that are plain", () => {
    const empty = emptyOrg("Mine", "test");
    const { edit, agent } = edits.addAgent(empty, LEAD, { x: 13, y: 27 });
    const one = after(empty, edit);
    expect(edit.name).toBe("add Lead");
    expect(agent).toMatchObject({ name: "Lead", receivesBrief: true, delivers: true, position: { x: 20, y: 20 } });
    expect(canRun(orgProblems(one))).toBe(true);
    const second = edits.addAgent(one, LEAD, { x: 13, y: 27 });
    expect(second.agent).toMatchObject({ name: "Lead 2", receivesBrief: false, delivers: false });
    expect(after(one, second.edit).agents).toHaveLength(2);
  });

  it("finds a place where no agent stands", () => {
    let org = emptyOrg("Mine", "test");
    for (let count = 0; count < 12; count += 1) org = after(org, edits.addAgent(org, LEAD, { x: 100, y: 100 }).edit);
    const places = org.agents.map(({ position }) => position);
    for (const [index, one] of places.entries())
      for (const other of places.slice(index + 1)) expect(Math.abs(one.x - other.x) >= 180 || Math.abs(one.y - other.y) >= 80).toBe(true);
  });

  it("adds an agent with the wire that was dropped on the canvas, as one step", () => {
    const org = testOrg("Lead>Writer");
    const { edit, agent } = edits.addAgentAfter(org, "agent_writer", { x: 0, y: 400 });
    const next = after(org, edit);
    expect(edit.name).toBe("add Agent after Writer");
    expect(next.handoffs.at(-1)).toMatchObject({ source: "agent_writer", target: agent.id });
  });

  it("connects and reverses", () => {
    const org = testOrg("Lead>Writer");
    const { edit, handoff } = edits.connect(org, "agent_writer", "agent_lead");
    const next = after(org, edit);
    expect(edit.name).toBe("connect Writer → Lead");
    const reversed = after(next, edits.reverse(next, handoff.id));
    expect(reversed.handoffs.at(-1)).toMatchObject({ id: handoff.id, source: "agent_lead", target: "agent_writer" });
    expect(applyOps(org, edits.reverse(org, "gone").ops)).toBe(org);
  });

  it("removes agents with their handoffs and from their groups, several at once", () => {
    const org = testOrg("A>B>C>D,A>D", (each) => ({
      ...each,
      groups: [{ id: "group_1", label: "All", agents: each.agents.map((agent) => agent.id) }],
    }));
    const one = edits.remove(org, ["agent_b"], []);
    expect(one.name).toBe("delete B");
    expect(after(org, one)).toMatchObject({ groups: [{ agents: ["agent_a", "agent_c", "agent_d"] }] });
    const selected = edits.remove(
      org,
      ["agent_b", "agent_c"],
      org.handoffs.slice(0, 2).map((each) => each.id),
    );
    expect(selected.name).toBe("delete 4 things");
    const next = after(org, selected);
    expect(next.agents.map((each) => each.name)).toEqual(["A", "D"]);
    expect(next.handoffs.map(({ source, target }) => [source, target])).toEqual([["agent_a", "agent_d"]]);
    expect(next.groups[0]?.agents).toEqual(["agent_a", "agent_d"]);
    const wire = edits.remove(org, [], [org.handoffs[0]?.id ?? ""]);
    expect(wire.name).toBe("delete A → B");
    expect(after(org, wire).handoffs).toHaveLength(3);
  });

  it("moves, keeping what else a position holds, and joins steps of the same agents", () => {
    const org = testOrg("A>B", (each) => ({
      ...each,
      agents: each.agents.map((agent) => ({ ...agent, position: { x: 1, y: 2, pinned: true } })),
    }));
    const edit = edits.move(org, [{ id: "agent_a", position: { x: 40, y: 60 } }]);
    expect(after(org, edit).agents[0]?.position).toEqual({ x: 40, y: 60, pinned: true });
    expect(edit.coalesce).toBe(edits.move(org, [{ id: "agent_a", position: { x: 80, y: 60 } }]).coalesce);
    expect(edit.coalesce).not.toBe(edits.move(org, [{ id: "agent_b", position: { x: 80, y: 60 } }]).coalesce);
    expect(
      edits.move(
        org,
        org.agents.map(({ id }) => ({ id, position: { x: 0, y: 0 } })),
      ).name,
    ).toBe("move 2 agents");
  });

  it("sets fields of agents, handoffs and the org, each with its own key for joining", () => {
    const org = testOrg("A>B");
    const handoff = org.handoffs[0]?.id ?? "";
    const made = [
      edits.setAgent(org, "agent_a", "instructions", "New."),
      edits.setAgent(org, "agent_b", "instructions", "New."),
      edits.setAgent(org, "agent_a", "role", "x"),
      edits.setHandoff(org, handoff, "relay", "verbatim"),
      edits.setOrg("description", "New."),
    ];
    expect(made.map((each) => each.name)).toEqual([
      "change instructions of A",
      "change instructions of B",
      "change role of A",
      "change relay of A → B",
      "change description of the org",
    ]);
    expect(new Set(made.map((each) => each.coalesce)).size).toBe(made.length);
    for (const edit of made) expect(after(org, edit)).not.toEqual(org);
  });

  it("copies agents with the handoffs among them and nothing else", () => {
    const org = testOrg("A>B>C");
    const { edit, agents } = edits.duplicate(org, ["agent_a", "agent_b"]);
    const next = after(org, edit);
    expect(next.agents.map((each) => each.name)).toEqual(["A", "B", "C", "A 2", "B 2"]);
    expect(agents).toEqual(next.agents.slice(3).map((each) => each.id));
    expect(next.handoffs.slice(2).map(({ source, target }) => [source, target])).toEqual([[agents[0], agents[1]]]);
    expect(new Set(next.handoffs.map((each) => each.id)).size).toBe(3);
    expect(next.agents[3]).toMatchObject({ role: "a", instructions: "You are A." });
    expect(edits.duplicate(org, ["gone"]).edit.ops).toEqual([]);
  });

  it("has a name for what is no longer there", () => {
    const org = testOrg("A>B");
    expect([edits.nameOf(org, "gone"), edits.handoffName(org, "gone")]).toEqual(["?", "handoff"]);
  });
});
