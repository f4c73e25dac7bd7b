import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps, COLLECTIONS, invertOps, type Op, removeAgentOps } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import { testOrg } from "#test/support/orgs.ts";

const base: Org = {
  ...testOrg("A>B>C,A>C"),
  groups: [{ id: "group_1", label: "Team", agents: ["agent_a", "agent_b"] }],
  notes: [{ id: "note_1", text: "Hello", position: { x: 1, y: 2 } }],
  custom: { kept: true },
} as Org;

const ids = fc.constantFrom(
  "agent_a",
  "agent_b",
  "agent_c",
  "handoff_a_b",
  "handoff_b_c",
  "group_1",
  "note_1",
  "gone",
  "new_1",
  "new_2",
  "__proto__",
  "constructor",
);
const fields = fc.constantFrom(
  "name",
  "role",
  "delivers",
  "position",
  "label",
  "text",
  "relay",
  "model",
  "id",
  "unknown",
  "a b",
  "1",
  "toString",
  "__proto__",
  "constructor",
  "agents",
);
const orgFields = fc.constantFrom(
  "name",
  "description",
  "limits",
  "defaults",
  "custom",
  "fresh",
  "format",
  "version",
  "agents",
  "handoffs",
  "notes",
  "schedule",
  "appVersion",
  "2",
  "toString",
  "__proto__",
);
const collection = fc.constantFrom(...COLLECTIONS);
const value = fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined, freq: 4 });

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    op: fc.constant("insert" as const),
    in: collection,
    index: fc.integer({ min: -3, max: 9 }),
    item: fc.record({ id: ids, name: fc.string(), more: fc.jsonValue({ maxDepth: 1 }) }),
  }),
  fc.record({ op: fc.constant("remove" as const), in: collection, id: ids }),
  fc.record({ op: fc.constant("set" as const), in: collection, id: ids, field: fields, value }),
  fc.record({ op: fc.constant("set-org" as const), field: orgFields, value }),
);

describe("edit operations", () => {
  it("I law: undoing any operations gives the same bytes back", () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 12 }), (ops) => {
        const undone = applyOps(applyOps(base, ops), invertOps(base, ops));
        expect(JSON.stringify(undone)).toBe(JSON.stringify(base));
      }),
      { seed: 42, numRuns: 1_000 },
    );
  });

  it("I law: redoing what was undone gives the edited design's bytes again", () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 8 }), (ops) => {
        const edited = applyOps(base, ops);
        const inverse = invertOps(base, ops);
        const undone = applyOps(edited, inverse);
        expect(JSON.stringify(applyOps(undone, invertOps(edited, inverse)))).toBe(JSON.stringify(edited));
      }),
      { seed: 43, numRuns: 500 },
    );
  });

  it("I law: it holds for operations that have travelled as JSON", () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 8 }), (ops) => {
        const travelled = JSON.parse(JSON.stringify(ops)) as Op[];
        const inverse = JSON.parse(JSON.stringify(invertOps(base, travelled))) as Op[];
        expect(JSON.stringify(applyOps(applyOps(base, travelled), inverse))).toBe(JSON.stringify(base));
      }),
      { seed: 44, numRuns: 500 },
    );
  });

  it("I a field that is taken away comes back where it stood", () => {
    const ops: Op[] = [
      { op: "set", in: "agents", id: "agent_a", field: "role" },
      { op: "set-org", field: "description" },
    ];
    expect(JSON.stringify(applyOps(applyOps(base, ops), invertOps(base, ops)))).toBe(JSON.stringify(base));
  });

  it("I stale operations never throw and change nothing", () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 6 }), fc.array(op, { maxLength: 6 }), (ops, others) => {
        const inverse = invertOps(base, ops);
        // Another tab has done something else in between: the undo of one meets the design of both.
        expect(() => applyOps(applyOps(applyOps(base, ops), others), inverse)).not.toThrow();
      }),
      { seed: 45, numRuns: 500 },
    );
    const stale: Op[] = [
      { op: "remove", in: "agents", id: "gone" },
      { op: "set", in: "handoffs", id: "gone", field: "label", value: "x" },
      { op: "insert", in: "agents", index: 0, item: { id: "agent_a" } },
    ];
    expect(applyOps(base, stale)).toBe(base);
  });

  it("I operations are pure: the design they start from stays as it was", () => {
    const before = JSON.stringify(base);
    fc.assert(
      fc.property(fc.array(op, { maxLength: 8 }), (ops) => {
        applyOps(base, ops);
        invertOps(base, ops);
        expect(JSON.stringify(base)).toBe(before);
      }),
      { seed: 46, numRuns: 200 },
    );
  });

  it("I no operation touches the format, the version, an id, or a whole list", () => {
    const ops: Op[] = [
      { op: "set-org", field: "format", value: "x" },
      { op: "set-org", field: "version", value: 9 },
      { op: "set-org", field: "agents", value: [] },
      { op: "set", in: "agents", id: "agent_a", field: "id", value: "agent_b" },
    ];
    expect(applyOps(base, ops)).toBe(base);
    expect(invertOps(base, ops)).toEqual([]);
  });

  it("I an index past the end appends, one below the start goes first", () => {
    const added = applyOps(base, [
      { op: "insert", in: "notes", index: 99, item: { id: "note_last" } },
      { op: "insert", in: "notes", index: -5, item: { id: "note_first" } },
    ]);
    expect(added.notes.map((note) => note.id)).toEqual(["note_first", "note_1", "note_last"]);
  });

  it("I removing an agent removes its handoffs and its place in groups, and undoing brings all back", () => {
    const ops = removeAgentOps(base, "agent_b");
    const edited = applyOps(base, ops);
    expect(edited.agents.map((agent) => agent.id)).toEqual(["agent_a", "agent_c"]);
    expect(edited.handoffs.map((handoff) => handoff.id)).toEqual(["handoff_a_c"]);
    expect(edited.groups[0]?.agents).toEqual(["agent_a"]);
    expect(JSON.stringify(applyOps(edited, invertOps(base, ops)))).toBe(JSON.stringify(base));
  });

  it("I a design that loaded with an id twice can be mended, and the mending undone", () => {
    const twice: Org = { ...base, agents: [...base.agents, { ...(base.agents[0] as Org["agents"][number]), name: "Copy" }] };
    const ops: Op[] = [{ op: "remove", in: "agents", id: "agent_a" }];
    const mended = applyOps(twice, ops);
    expect(mended.agents.filter((agent) => agent.id === "agent_a")).toHaveLength(1);
    expect(JSON.stringify(applyOps(mended, invertOps(twice, ops)))).toBe(JSON.stringify(twice));
  });
});
