import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOps, type Edit } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import * as edits from "#renderer/design/edits.ts";
import { Draft } from "#renderer/state/draft.ts";
import { FakeLab, settle } from "#test/unit/renderer/state/fake-lab.ts";
import { testOrg } from "#test/support/orgs.ts";

interface Desk {
  lab: FakeLab;
  draft: Draft;
}

async function openDesk(): Promise<Desk> {
  const lab = new FakeLab(testOrg("Lead>Analyst>Writer,Lead>Writer"));
  const draft = new Draft(lab.link(), "org_1");
  await lab.quiesce();
  return { lab, draft };
}

const shown = (draft: Draft): Org => draft.store.getState().org as Org;
const bytes = (org: Org | null) => JSON.stringify(org);

/** What the screen shows is what the lab confirmed with everything on its way on top. */
function checkShown(draft: Draft): void {
  const { org, confirmed, pending } = draft.store.getState();
  expect(bytes(org)).toBe(bytes(pending.reduce((each, { ops }) => applyOps(each, ops), confirmed as Org)));
}

/** All is said: both sides have the same design, and nothing is on its way. */
async function checkSame({ lab, draft }: Desk): Promise<void> {
  await lab.quiesce();
  expect(draft.store.getState().pending).toEqual([]);
  expect(bytes(shown(draft))).toBe(bytes(lab.org));
  expect(bytes(draft.store.getState().confirmed)).toBe(bytes(lab.org));
  expect(draft.store.getState().revision).toBe(lab.revision);
}

/** An edit made from two numbers, whatever the design holds now. */
function anyEdit(org: Org, kind: number, which: number): Edit {
  const agent = org.agents[which % Math.max(1, org.agents.length)]?.id ?? "gone";
  const other = org.agents[(which + 1) % Math.max(1, org.agents.length)]?.id ?? "gone";
  const handoff = org.handoffs[which % Math.max(1, org.handoffs.length)]?.id ?? "gone";
  const makers: (() => Edit)[] = [
    () => edits.addAgent(org, edits.ROLE_OFFERS[which % edits.ROLE_OFFERS.length] as edits.RoleOffer, { x: which * 10, y: 0 }).edit,
    () => edits.setAgent(org, agent, "instructions", `Text ${which}`),
    () => edits.setAgent(org, agent, "model", which % 2 === 0 ? null : `model-${which}`),
    () => edits.setOrg("name", `Name ${which}`),
    () => edits.setOrg("description", `About ${which}`),
    () => edits.move(org, [{ id: agent, position: { x: which, y: which } }]),
    () => edits.connect(org, agent, other).edit,
    () => edits.remove(org, [], [handoff]),
    () => edits.remove(org, [agent], []),
    () => edits.duplicate(org, [agent, other]).edit,
    () => edits.reverse(org, handoff),
  ];
  return (makers[kind % makers.length] as () => Edit)();
}

const numbers = { kind: fc.nat(10), which: fc.nat(6) };
const ownEdit = fc.record({ do: fc.constant("edit" as const), ...numbers, later: fc.constantFrom(100, 5_000) });
const step = fc.oneof(
  { weight: 5, arbitrary: ownEdit },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("undo" as const, "redo" as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("take" as const, "answer" as const, "tell" as const) }) },
);
const rough = fc.oneof(
  { weight: 8, arbitrary: step },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("foreign" as const), ...numbers }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("lose" as const, "restart" as const), cameThrough: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("connect" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refuse" as const), code: fc.constantFrom("BAD_REQUEST", "READ_ONLY") }) },
);
type Step = typeof rough extends fc.Arbitrary<infer T> ? T : never;

/** Plays steps one after another; `check` is asked after each. */
async function play(desk: Desk, steps: readonly Step[], check: () => void): Promise<void> {
  const { lab, draft } = desk;
  let nowMs = 0;
  for (const [index, each] of steps.entries()) {
    if (each.do === "edit") {
      nowMs += each.later;
      draft.edit(anyEdit(shown(draft), each.kind, each.which), nowMs);
    } else if (each.do === "foreign") lab.foreign(`foreign ${index}`, anyEdit(lab.org, each.kind, each.which).ops);
    else if (each.do === "lose") lab.lose(each.cameThrough);
    else if (each.do === "restart") lab.restart(each.cameThrough);
    else if (each.do === "refuse") lab.refuseWith = each.code;
    else if (each.do === "undo" || each.do === "redo") draft[each.do]();
    else lab[each.do]();
    await settle();
    check();
  }
}

describe("a draft and the lab", () => {
  it("show the same in the end, whatever is late, lost, sent twice, refused or done elsewhere", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rough, { maxLength: 40 }), async (steps) => {
        const desk = await openDesk();
        await play(desk, steps, () => checkShown(desk.draft));
        await checkSame(desk);
        desk.draft.close();
      }),
      { numRuns: 300 },
    );
  });

  it("undoes all to the first design, byte for byte, and redoes all to the last", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const desk = await openDesk();
        const { draft } = desk;
        const first = bytes(shown(draft));
        await play(desk, steps, () => checkShown(draft));
        while (draft.redo() !== null);
        const last = bytes(shown(draft));
        while (draft.undo() !== null);
        expect(bytes(shown(draft))).toBe(first);
        await checkSame(desk);
        while (draft.redo() !== null);
        expect(bytes(shown(draft))).toBe(last);
        await checkSame(desk);
        draft.close();
      }),
      { numRuns: 200 },
    );
  });

  it("joins typing in one field to one step, and nothing across a pause or another field", async () => {
    const { draft } = await openDesk();
    const type = (text: string, nowMs: number) => draft.edit(edits.setAgent(shown(draft), "agent_lead", "instructions", text), nowMs);
    const first = bytes(shown(draft));
    type("a", 0);
    type("ab", 500);
    type("abc", 1_400);
    expect(draft.store.getState().undo).toHaveLength(1);
    type("abcd", 3_000);
    draft.edit(edits.setOrg("name", "Other"), 3_100);
    type("abcde", 3_200);
    expect(draft.store.getState().undo).toHaveLength(4);
    for (let count = 0; count < 4; count += 1) draft.undo();
    expect(bytes(shown(draft))).toBe(first);
    expect(draft.undo()).toBeNull();
    expect(draft.redo()).toBe("change instructions of Lead");
    expect(shown(draft).agents[0]?.instructions).toBe("abc");
  });

  it("keeps the object that is shown when its own edit comes back in its turn", async () => {
    const { lab, draft } = await openDesk();
    draft.edit(edits.setOrg("name", "Mine"));
    const before = shown(draft);
    await lab.quiesce();
    expect(shown(draft)).toBe(before);
  });

  it("sends again what was on its way when the line went, and the lab counts it once", async () => {
    const desk = await openDesk();
    const { lab, draft } = desk;
    const { revision } = lab;
    draft.edit(edits.setOrg("name", "One"));
    draft.edit(edits.setOrg("description", "Two"));
    await settle();
    // One request at a time, in order; this one came through, its answer did not.
    expect(lab.requests).toBe(1);
    lab.lose(true);
    await settle();
    lab.foreign("elsewhere", [{ op: "set-org", field: "name", value: "Elsewhere" }]);
    await checkSame(desk);
    expect(lab.revision).toBe(revision + 3);
    expect(shown(draft)).toMatchObject({ name: "Elsewhere", description: "Two" });
  });

  it("takes back an edit that is refused, says why, and keeps the others", async () => {
    const desk = await openDesk();
    const { lab, draft } = desk;
    lab.refuseWith = "BAD_REQUEST";
    draft.edit(edits.setOrg("name", "Refused"));
    draft.edit(edits.setOrg("description", "Kept"));
    await checkSame(desk);
    expect(shown(draft)).toMatchObject({ name: "Test org", description: "Kept" });
    expect(draft.store.getState()).toMatchObject({ refused: "It was refused.", undo: [], redo: [] });
  });

  it("pinned: an answered edit that comes back inside a whole is no longer on its way", async () => {
    const desk = await openDesk();
    const { lab, draft } = desk;
    draft.edit(edits.setOrg("name", "Mine"));
    await settle();
    lab.take();
    lab.answer();
    await settle();
    lab.restart(false);
    await settle();
    lab.foreign("elsewhere", [{ op: "set-org", field: "name", value: "Elsewhere" }]);
    await checkSame(desk);
    expect(shown(draft).name).toBe("Elsewhere");
  });

  it("pinned: an edit that the lab had before a whole is not shown on top of it for ever", async () => {
    const desk = await openDesk();
    const { lab, draft } = desk;
    draft.edit(edits.setOrg("name", "Mine"));
    await settle();
    lab.lose(true);
    await settle();
    lab.foreign("elsewhere", [{ op: "set-org", field: "name", value: "Elsewhere" }]);
    // Away for too long: the stream begins with the whole, while the lab still knows the edit.
    draft.store.setState({ revision: null });
    lab.connect();
    await settle();
    lab.tell();
    await settle();
    await checkSame(desk);
    expect(shown(draft).name).toBe("Elsewhere");
  });
});
