/** Tests comparing designs: what is reported is all that differs, and enough to make the later of the earlier. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffOrgs, type FieldChange, isSame, type ListDiff, type OrgDiff } from "#shared/org/diff.ts";
import type { Org } from "#shared/org/schema.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";

type Fields = Record<string, unknown>;

/** A copy with one field set, however deep; `undefined` takes it away. */
function set(target: Fields, [field = "", ...rest]: readonly string[], value: unknown): Fields {
  const { [field]: old, ...others } = target;
  const next = rest.length === 0 ? value : set((old ?? {}) as Fields, rest, value);
  return next === undefined ? others : { ...others, [field]: next };
}

function withFields(target: Fields, changes: readonly FieldChange[]): Fields {
  return changes.reduce((fields, change) => set(fields, change.path, change.after), target);
}

function withList(parts: readonly Fields[], list: ListDiff<{ id: string }>, moves: OrgDiff["moves"]): Fields[] {
  const removed = new Set(list.removed.map((each) => each.index));
  const stays = list.reordered ?? [...parts.keys()].filter((index) => !removed.has(index));
  const next = stays.map((index) => {
    const part = parts[index] as Fields;
    const move = moves.find((each) => each.before === part["id"]);
    const moved = move ? set(part, ["position"], move.to) : part;
    return withFields(moved, list.changed.find((each) => each.before === part["id"])?.fields ?? []);
  });
  for (const { part, index } of list.added) next.splice(index, 0, part);
  return next;
}

/** The earlier design with everything done to it that a diff by id reports. */
function applied(before: Org, diff: OrgDiff): Fields {
  const org = withFields(before, diff.org);
  for (const collection of ["agents", "handoffs", "groups", "notes"] as const)
    org[collection] = withList(before[collection], diff[collection] as ListDiff<{ id: string }>, diff.moves);
  return org;
}

const word = fc.constantFrom("", "Write it.", "Write it well.\nThen check it.", "Check\n\nall of it.\n");
const loose = fc.constantFrom<unknown>(undefined, true, "x", 3, [1, "a"], { deep: { er: 1 } }, { deep: {} }, null);

/** Two designs that come from one: parts gone, new, changed, moved, in another order. */
const related = arbitraryOrg({ agents: 6 }).chain((org) => {
  const one = fc
    .record({
      agents: fc.shuffledSubarray(org.agents),
      handoffs: fc.shuffledSubarray(org.handoffs),
      fields: fc.array(
        fc.record({ instructions: word, notes: word, x: fc.nat({ max: 3 }), effort: fc.constantFrom("low", "high", undefined), loose }),
        {
          minLength: 6,
          maxLength: 6,
        },
      ),
      name: fc.constantFrom("One", "Two"),
      description: word,
      notes: fc.uniqueArray(fc.record({ id: fc.constantFrom("n1", "n2", "n3"), text: word }), { selector: (note) => note.id }),
      members: fc.subarray(org.agents.map((agent) => agent.id)),
      loose,
      rounds: fc.constantFrom(3, 9, null),
    })
    .map(
      (made): Org =>
        ({
          ...org,
          name: made.name,
          description: made.description,
          ...(made.loose === undefined ? {} : { extra: made.loose }),
          limits: { ...org.limits, rounds: made.rounds },
          agents: made.agents.map((agent, index) => {
            const change = made.fields[index];
            if (!change) return agent;
            return {
              ...agent,
              instructions: change.instructions,
              notes: change.notes,
              position: { x: change.x, y: 0 },
              settings: change.effort === undefined ? {} : { effort: change.effort },
              ...(change.loose === undefined ? {} : { extra: change.loose }),
            };
          }),
          handoffs: made.handoffs,
          groups: [{ id: "g", label: "Team", agents: made.members }],
          notes: made.notes.map((note) => ({ ...note, position: { x: 0, y: 0 } })),
        }) as Org,
    );
  return fc.tuple(one, one);
});

describe("what differs between two designs", () => {
  it("is nothing between a design and itself, in whatever order its fields stand", () => {
    fc.assert(
      fc.property(related, ([org]) => {
        const turned = (value: unknown): unknown =>
          Array.isArray(value)
            ? value.map(turned)
            : typeof value === "object" && value !== null
              ? Object.fromEntries(
                  Object.entries(value)
                    .reverse()
                    .map(([field, each]) => [field, turned(each)]),
                )
              : value;
        const diff = diffOrgs(org, turned(org) as Org);
        expect(isSame(diff)).toBe(true);
        expect(diff).toMatchObject({ org: [], moves: [], agents: { added: [], removed: [], changed: [], reordered: null } });
      }),
    );
  });

  it("makes the later design of the earlier one", () => {
    fc.assert(
      fc.property(related, ([before, after]) => {
        const diff = diffOrgs(before, after);
        fc.pre(diff.matchedBy === "id");
        expect(applied(before, diff)).toEqual({ ...after });
      }),
    );
  });

  it("is reported the other way round for the way back", () => {
    fc.assert(
      fc.property(related, ([before, after]) => {
        const [there, back] = [diffOrgs(before, after), diffOrgs(after, before)];
        expect(back.agents.removed).toEqual(there.agents.added);
        expect(back.handoffs.added).toEqual(there.handoffs.removed);
        expect(back.org.map((change) => [change.path, change.after]).sort()).toEqual(
          there.org.map((change) => [change.path, change.before]).sort(),
        );
      }),
    );
  });

  it("names fields down to the one that differs, with old and new, and words of texts", () => {
    const before = testOrg("Lead>Writer");
    const after = testOrg("Lead>Writer", (org) => ({
      ...org,
      limits: { ...org.limits, rounds: 4 },
      agents: org.agents.map((agent) =>
        agent.name === "Writer" ? { ...agent, instructions: "You are a Writer.", settings: { effort: "low" as const } } : agent,
      ),
    }));
    const diff = diffOrgs(before, after);
    expect(diff.org).toEqual([{ path: ["limits", "rounds"], before: 10, after: 4, text: null }]);
    expect(diff.agents.changed).toEqual([
      {
        before: "agent_writer",
        after: "agent_writer",
        name: "Writer",
        fields: [
          {
            path: ["instructions"],
            before: "You are Writer.",
            after: "You are a Writer.",
            text: [
              { kind: "same", text: "You are " },
              { kind: "added", text: "a " },
              { kind: "same", text: "Writer." },
            ],
          },
          { path: ["settings", "effort"], before: undefined, after: "low", text: null },
        ],
      },
    ]);
  });

  it("keeps moves apart from content", () => {
    const before = testOrg("Lead>Writer");
    const after = {
      ...before,
      agents: before.agents.map((agent, index) => (index === 0 ? { ...agent, position: { x: 40, y: 60 } } : agent)),
    };
    const diff = diffOrgs(before, after);
    expect(diff.agents.changed).toEqual([]);
    expect(diff.moves).toEqual([{ before: "agent_lead", after: "agent_lead", name: "Lead", from: { x: 0, y: 0 }, to: { x: 40, y: 60 } }]);
    expect(isSame(diff)).toBe(false);
  });

  it("sees that parts stand in another order", () => {
    const before = testOrg("Lead>A>B");
    const diff = diffOrgs(before, { ...before, agents: before.agents.toReversed() });
    expect(diff.agents).toEqual({ added: [], removed: [], changed: [], reordered: [2, 1, 0] });
    expect(isSame(diff)).toBe(false);
  });

  it("does not count who wrote the file", () => {
    const org = testOrg("Lead>Writer");
    expect(isSame(diffOrgs(org, { ...org, appVersion: "9.9.9" }))).toBe(true);
  });
});

/** The same design under other ids. */
function renamedIds(org: Org): Org {
  const other = (id: string) => `other_${id}`;
  return {
    ...org,
    agents: org.agents.map((agent) => ({ ...agent, id: other(agent.id) })),
    handoffs: org.handoffs.map((each) => ({ ...each, id: other(each.id), source: other(each.source), target: other(each.target) })),
    groups: org.groups.map((group) => ({ ...group, id: other(group.id), agents: group.agents.map(other) })),
    notes: org.notes.map((note) => ({ ...note, id: other(note.id) })),
  };
}

describe("what differs between two different orgs", () => {
  it("is nothing where only the ids differ", () => {
    fc.assert(
      fc.property(related, ([made]) => {
        const ids = new Set(made.agents.map((agent) => agent.id));
        fc.pre(ids.size > 0);
        const org = {
          ...made,
          handoffs: made.handoffs.filter(({ source, target }) => ids.has(source) && ids.has(target)),
          groups: made.groups.map((group) => ({ ...group, agents: group.agents.filter((id) => ids.has(id)) })),
        };
        const diff = diffOrgs(org, renamedIds(org));
        expect(diff.matchedBy).toBe("name");
        expect(isSame(diff)).toBe(true);
      }),
    );
  });

  it("is told by the names of agents and of the ends of handoffs", () => {
    const before = testOrg("Lead>Writer>Reviewer");
    const after = renamedIds(
      testOrg("Lead>Writer>Editor,Lead>Editor", (org) => ({
        ...org,
        handoffs: org.handoffs.map((handoff, index) => (index === 0 ? { ...handoff, relay: "verbatim" as const } : handoff)),
      })),
    );
    const diff = diffOrgs(before, after);
    expect(diff.agents.removed.map((each) => each.name)).toEqual(["Reviewer"]);
    expect(diff.agents.added.map((each) => each.name)).toEqual(["Editor"]);
    expect(diff.handoffs.removed.map((each) => each.name)).toEqual(["Writer → Reviewer"]);
    expect(diff.handoffs.added.map((each) => each.name)).toEqual(["Writer → Editor", "Lead → Editor"]);
    expect(diff.handoffs.changed).toEqual([
      {
        before: "handoff_lead_writer",
        after: "other_handoff_lead_writer",
        name: "Lead → Writer",
        fields: [{ path: ["relay"], before: "paraphrase", after: "verbatim", text: null }],
      },
    ]);
  });

  it("pairs agents of one name in their order", () => {
    const before = testOrg("A>B", (org) => ({
      ...org,
      agents: org.agents.map((agent) => ({ ...agent, name: "Twin", notes: agent.name })),
    }));
    expect(isSame(diffOrgs(before, renamedIds(before)))).toBe(true);
  });
});
