/** Tests building by acts other than adding and wiring: parts copied, agents put into handoffs, groups, notes, order, locks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orgContent } from "#shared/org/create.ts";
import { applyOps, type Edit, invertOps } from "#shared/org/edit.ts";
import { type Org, orgSchema } from "#shared/org/schema.ts";
import { align, distribute, nudge, toggleMark } from "#renderer/design/arrange.ts";
import { collapsedGroups, designEdges, designNodes, keepSame } from "#renderer/design/canvas-view-model.ts";
import { ROLE_OFFERS, remove, type RoleOffer } from "#renderer/design/edits.ts";
import { addNote, makeGroup, renameGroup, toggleCollapsed, ungroup, writeNote } from "#renderer/design/groups.ts";
import { partOf, partText, paste, readPart } from "#renderer/design/part.ts";
import { insertInto, reattach, whyNotReattach } from "#renderer/design/wiring.ts";
import { testOrg } from "#test/support/orgs.ts";

const AGENT = ROLE_OFFERS.at(-1) as RoleOffer;

/** The design after an edit, which must undo to the very same bytes and still be an org. */
function after(org: Org, edit: Edit | null | undefined): Org {
  if (!edit) throw new Error("there is no edit");
  const next = applyOps(org, edit.ops);
  expect(JSON.stringify(applyOps(next, invertOps(org, edit.ops)))).toBe(JSON.stringify(org));
  expect(orgSchema.safeParse(next).success).toBe(true);
  return next;
}

const wires = (org: Org) => org.handoffs.map(({ source, target }) => `${source}>${target}`);

describe("parts of a design", () => {
  it("go over a clipboard as text and come in with new ids, free names and the handoffs among them", () => {
    const org = after(testOrg("A>B>C,A>C"), makeGroup(testOrg("A>B>C,A>C"), ["agent_a", "agent_b"])?.edit);
    const read = readPart(partText(partOf(org, ["agent_a", "agent_b"])));
    if (!read.ok) throw new Error(read.why);
    const { edit, agents } = paste(org, read.part, { x: 0, y: 0 });
    const next = after(org, edit);
    expect(next.agents.map(({ name }) => name)).toEqual(["A", "B", "C", "A 2", "B 2"]);
    expect(wires(next).slice(3)).toEqual([agents.join(">")]);
    expect(next.groups.map((group) => group.agents)).toEqual([["agent_a", "agent_b"], agents]);
    const ids = [...next.agents, ...next.handoffs, ...next.groups].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("of any text are agents or a sentence, and touch nothing else", () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ agents: fc.anything(), handoffs: fc.anything(), groups: fc.anything(), notes: fc.anything() }, { requiredKeys: [] })
        .map((value) => {
          try {
            return JSON.stringify({ format: "driftlab.part", version: 1, ...value });
          } catch {
            return "{";
          }
        }),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const read = readPart(text);
        if (read.ok) expect(after(testOrg("A>B"), paste(testOrg("A>B"), read.part, { x: 0, y: 0 }).edit).agents.length).toBeGreaterThan(1);
        else expect(read.why).toMatch(/^The clipboard\b.+\.$/s);
      }),
    );
    readPart('{"format":"driftlab.part","version":1,"agents":[{"id":"a","name":"A","__proto__":{"polluted":true}}]}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("wiring", () => {
  it("puts an agent between two, and the way from one to the other goes through it", () => {
    const org = testOrg("A>B>C");
    const made = insertInto(org, org.handoffs[0]?.id ?? "", AGENT, null);
    expect(wires(after(org, made?.edit))).toEqual(["agent_a>agent_agent", "agent_agent>agent_b", "agent_b>agent_c"]);
    expect(insertInto(org, "gone", AGENT, null)).toBeNull();
  });

  it("gives a handoff another end, or says why not", () => {
    const org = testOrg("A>B>C,A>C");
    const first = org.handoffs[0]?.id ?? "";
    expect(reattach(org, first, "target", "agent_c")).toEqual({ why: "A already hands off to C." });
    expect(reattach(org, first, "target", "agent_a")).toEqual({ why: "A cannot hand off to itself." });
    expect(reattach(org, first, "target", "agent_b")).toBeNull();
    expect(whyNotReattach(org, "gone", "target", "agent_b")).toBe("This handoff is no longer there.");
    const made = reattach(org, org.handoffs[2]?.id ?? "", "source", "agent_b");
    expect(made).toEqual({ why: "B already hands off to C." });
    const moved = reattach(testOrg("A>B,C>D"), "handoff_a_b", "target", "agent_d");
    expect(moved && "edit" in moved && wires(after(testOrg("A>B,C>D"), moved.edit))).toEqual(["agent_a>agent_d", "agent_c>agent_d"]);
  });
});

describe("groups and notes", () => {
  it("hold each agent once; one that is left empty goes", () => {
    const org = testOrg("A>B>C");
    const one = after(org, makeGroup(org, ["agent_a", "agent_b"])?.edit);
    const two = after(one, makeGroup(one, ["agent_b", "agent_c"])?.edit);
    expect(two.groups.map(({ label, agents }) => [label, agents])).toEqual([
      ["Team", ["agent_a"]],
      ["Team 2", ["agent_b", "agent_c"]],
    ]);
    expect(after(two, remove(two, ["agent_a"], [])).groups.map(({ label }) => label)).toEqual(["Team 2"]);
    expect(after(two, ungroup(two, two.groups)).groups).toEqual([]);
    expect(makeGroup(org, [])).toBeNull();
    const [team] = two.groups;
    expect(team && after(two, renameGroup(team, "Office")).groups[0]?.label).toBe("Office");
  });

  it("draw a collapsed group as one box: inner handoffs are gone, those across the same border are one", () => {
    const org = testOrg("A>B>D,A>C>D,C>B");
    const grouped = after(org, makeGroup(org, ["agent_b", "agent_c"])?.edit);
    const closed = after(grouped, toggleCollapsed(grouped.groups));
    const marks = { errors: new Set<string>(), lit: new Set<string>(), writing: null };
    const on = { onText() {}, onDone() {}, onExpand() {}, onPress() {}, onReattach() {} };
    expect(designNodes(closed, marks, on).map(({ id }) => id)).toEqual(["agent_a", "agent_d", "team://group_team"]);
    expect(designEdges(closed, marks, on).map(({ source, target, data }) => [source, target, data?.label])).toEqual([
      ["agent_a", "team://group_team", "2 handoffs"],
      ["team://group_team", "agent_d", "2 handoffs"],
    ]);
    expect(collapsedGroups(after(closed, toggleCollapsed(closed.groups))).size).toBe(0);
  });

  it("leave what is drawn already as it is but for what has changed", () => {
    const org = testOrg("A>B>C,C>A");
    const marks = { errors: new Set<string>(), lit: new Set<string>(), writing: null };
    const on = { onText() {}, onDone() {}, onExpand() {}, onPress() {}, onReattach() {} };
    const before = designNodes(org, marks, on);
    const next = after(org, nudge(org, { agents: ["agent_b"], notes: [] }, { x: 10, y: 0 }));
    const now = keepSame(before, designNodes(next, marks, on));
    expect(now.map((node, index) => node === before[index])).toEqual([true, false, true]);
    const edges = designEdges(org, marks, on);
    expect(keepSame(edges, designEdges(next, marks, on)).every((edge, index) => edge === edges[index])).toBe(true);
  });

  it("writes notes; typing in one is one step", () => {
    const org = testOrg("A>B");
    const made = addNote(org, { x: 3, y: 9 });
    const noted = after(org, made.edit);
    expect(after(noted, writeNote(made.id, "Hello")).notes).toEqual([{ id: made.id, text: "Hello", position: { x: 0, y: 0 } }]);
    expect(writeNote(made.id, "a").coalesce).toBe(writeNote(made.id, "b").coalesce);
  });
});

describe("order", () => {
  const sizes = new Map<string, { width: number; height: number }>();
  const placed = (org: Org, places: readonly [number, number][]): Org => ({
    ...org,
    agents: org.agents.map((agent, index) => ({ ...agent, position: { x: places[index]?.[0] ?? 0, y: places[index]?.[1] ?? 0 } })),
  });
  const ids = ["agent_a", "agent_b", "agent_c"];

  it("brings edges and centres in line, makes gaps alike, and leaves locked agents", () => {
    const org = placed(testOrg("A>B>C"), [
      [0, 0],
      [250, 130],
      [700, 60],
    ]);
    expect(after(org, align(org, ids, "top", sizes)).agents.map(({ position }) => position.y)).toEqual([0, 0, 0]);
    expect(after(org, align(org, ids, "right", sizes)).agents.map(({ position }) => position.x)).toEqual([700, 700, 700]);
    expect(after(org, distribute(org, ids, "x", sizes)).agents.map(({ position }) => position.x)).toEqual([0, 350, 700]);
    expect(align(org, ["agent_a"], "left", sizes)).toBeNull();
    const locked = after(org, toggleMark(org, ["agent_b"], "locked"));
    expect(after(locked, align(locked, ids, "top", sizes)).agents.map(({ position }) => position.y)).toEqual([0, 130, 0]);
    expect(nudge(locked, { agents: ["agent_b"], notes: [] }, { x: 10, y: 0 })).toBeNull();
    expect(after(locked, toggleMark(locked, ["agent_b"], "locked"))).toEqual(org);
  });

  it("changes nothing that a run would see", () => {
    const org = testOrg("A>B>C");
    const changed = after(org, toggleMark(org, ids, "pinned"));
    expect(orgContent(after(changed, toggleMark(changed, ids, "locked")))).toEqual(orgContent(org));
    expect(orgContent(after(org, makeGroup(org, ids)?.edit))).toEqual(orgContent(org));
  });
});
