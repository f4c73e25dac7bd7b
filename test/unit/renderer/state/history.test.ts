/** Tests the history of undo steps: how many it keeps and how much room they take. */
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import * as edits from "#renderer/design/edits.ts";
import { Draft, MOST_HISTORY } from "#renderer/state/draft.ts";
import { FakeLab } from "#test/unit/renderer/state/fake-lab.ts";
import { testOrg } from "#test/support/orgs.ts";

const MOST_BYTES = 20_000_000;

async function open(org: Org): Promise<{ lab: FakeLab; draft: Draft }> {
  const lab = new FakeLab(org);
  const draft = new Draft(lab.link(), "org_1");
  await lab.quiesce();
  return { lab, draft };
}

const shown = (draft: Draft) => draft.store.getState().org as Org;

/** What the operations of all steps take at two bytes a character, the most that a string takes. */
function bytesOf(draft: Draft): number {
  const { undo, redo } = draft.store.getState();
  return 2 * [...undo, ...redo].reduce((sum, step) => sum + JSON.stringify([step.ops, step.inverse]).length, 0);
}

describe("the history", () => {
  it("keeps 500 steps of usual size in far less than 20 MB", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `A${index}`).join(">");
    const { draft } = await open(testOrg(names));
    for (let count = 0; count < 700; count += 1) {
      const org = shown(draft);
      const all = org.agents.map(({ id, position }) => ({ id, position: { x: position.x + 10, y: position.y } }));
      draft.edit(
        count % 2 === 0 ? edits.setAgent(org, "agent_a1", "instructions", `Text ${count} `.repeat(50)) : edits.move(org, all),
        count * 5_000,
      );
    }
    expect(draft.store.getState().undo).toHaveLength(500);
    expect(bytesOf(draft)).toBeLessThan(MOST_BYTES);
    draft.close();
  });

  it("gives up its oldest steps rather than more than 20 MB, and never the last", async () => {
    const { draft } = await open(testOrg("A>B"));
    for (let count = 0; count < 60; count += 1)
      draft.edit(edits.setAgent(shown(draft), "agent_a", "instructions", `${count}`.padEnd(400_000, "x")), count * 5_000);
    const { undo } = draft.store.getState();
    expect(undo.length).toBeGreaterThan(5);
    expect(undo.length).toBeLessThan(60);
    expect(bytesOf(draft)).toBeLessThan(MOST_BYTES);
    draft.edit(edits.setAgent(shown(draft), "agent_a", "instructions", "y".repeat(MOST_HISTORY + 1)), 1_000_000);
    expect(draft.store.getState().undo).toHaveLength(1);
    expect(draft.undo()).toBe("change instructions of A");
    expect(shown(draft).agents[0]?.instructions).toHaveLength(400_000);
    draft.close();
  });

  it("says each change, and the same twice as two", async () => {
    const { draft } = await open(testOrg("A>B>C"));
    const said = () => draft.store.getState().said;
    draft.edit(edits.connect(shown(draft), "agent_a", "agent_c").edit, 0);
    expect(said()).toEqual({ text: "Connected A to C", count: 1 });
    draft.undo();
    draft.redo();
    expect(said()).toEqual({ text: "Redone: connect A to C", count: 3 });
    draft.edit(edits.setAgent(shown(draft), "agent_a", "notes", "x"), 9_000);
    expect(said().count).toBe(3);
    draft.close();
  });
});
