/** Owns the laws of branches: everything before is shared and not paid again, one message differs, the parent stays as it is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANGE_KINDS, type ChangeKind, type StampedEvent } from "#shared/run/events.ts";
import type { RunRow } from "#main/store/runs.ts";
import { labOrgs, stepsOf, TestCell } from "#test/support/cells.ts";
import { checkRun } from "#test/support/run-laws.ts";
import { ofType } from "#test/support/scripted-model.ts";
import { plainSuite } from "#test/support/suites.ts";

const suite = plainSuite(1, 3);

interface Choice {
  how: ChangeKind;
  /** Which of the handoffs that were shown, from 0 to 1. */
  which: number;
}
const choices: fc.Arbitrary<Choice> = fc.record({
  how: fc.constantFrom(...CHANGE_KINDS),
  which: fc.nat(999).map((permille) => permille / 1_000),
});

function shownIn(log: readonly StampedEvent[]): string[] {
  return log.flatMap(({ event }) => (event.type === "handoff-shown" ? [event.id] : []));
}

function writtenOf(log: readonly StampedEvent[], id: string, how: ChangeKind): string | null {
  if (how === "dropped") return null;
  const sent = ofType(stepsOf(log), "message-sent").find((each) => each.id === id);
  return how === "as-sent" ? (sent?.written ?? "") : `Rule 1 is off. (${how})`;
}

/** Branches a run at one of its handoffs; null where it has none. */
async function branchAt(cell: TestCell, parent: RunRow, { how, which }: Choice) {
  const before = cell.store.runs.events(parent.id);
  const shown = shownIn(before);
  const handoffId = shown[Math.floor(which * shown.length)];
  if (handoffId === undefined) return null;
  const written = writtenOf(before, handoffId, how);
  const paid = cell.store.spending.spent({ branchesOf: parent.id }).outputTokens ?? Number.NaN;
  const asked = cell.asked.length;
  const end = await cell.branch({ parentRunId: parent.id, handoffId, change: { kind: how, written }, draw: asked + 1 });
  expect(end).toMatchObject({ outcome: "done", message: null });
  const row = cell.store.runs.get(end.runId) as RunRow;
  const own = cell.store.runs.ownEvents(row.id);
  return { before, handoffId, written, row, own, paid, asked: cell.asked.slice(asked), log: cell.store.runs.events(row.id) };
}

type Branched = NonNullable<Awaited<ReturnType<typeof branchAt>>>;

function checkBranch(cell: TestCell, org: Parameters<typeof checkRun>[0]["input"]["org"], parent: RunRow, branch: Branched): void {
  const { before, handoffId, written, row, own, paid, asked, log } = branch;
  // The parent is as it was, byte for byte.
  expect(JSON.stringify(cell.store.runs.events(parent.id))).toBe(JSON.stringify(before));
  expect(cell.store.runs.get(parent.id)).toEqual(parent);
  // What is shared is not stored again, and nothing that was sent before is sent or paid again.
  const cut = row.parentSeq ?? 0;
  expect(log.slice(0, log.length - own.length)).toEqual(before.filter((each) => each.seq < cut));
  expect(own[0]?.event).toEqual({ type: "run-resumed", lostTokens: 0, lostCalls: [] });
  const callsBefore = before.flatMap(({ event, seq }) => (seq < cut && event.type === "call-started" ? [event.id] : []));
  const startedHere = own.flatMap(({ event }) => (event.type === "call-started" ? [event.id] : []));
  expect(startedHere.filter((id) => callsBefore.includes(id))).toEqual([]);
  // A call that the parent sent and never got an answer to is one that nobody has paid for.
  const answered = new Set(before.flatMap(({ event }) => (event.type === "call-ended" ? [event.id] : [])));
  expect(asked).toHaveLength(startedHere.length + callsBefore.filter((id) => !answered.has(id)).length);
  for (const identity of asked) expect(decodeURIComponent(identity)).toContain(row.id);
  const spentHere = own.reduce(
    (sum, { event }) =>
      sum + (event.type === "call-ended" && startedHere.includes(event.id) ? (event.answer.usage.outputTokens ?? Number.NaN) : 0),
    0,
  );
  expect(cell.store.spending.spent({ branchesOf: parent.id }).outputTokens).toBe(paid + spentHere);
  // Exactly one message is changed here, and its receiver sees that.
  const changed = ofType(
    own.map((each) => each.event),
    "message-changed",
  ).filter((each) => each.id === handoffId);
  expect(changed).toEqual([{ type: "message-changed", id: handoffId, how: row.branch?.how, written }]);
  const shown = ofType(stepsOf(log), "handoff-shown").find((each) => each.id === handoffId);
  if (written === null) expect(shown).toBeUndefined();
  else {
    const was = ofType(stepsOf(before), "handoff-shown").find((each) => each.id === handoffId);
    const frame = (text: string | undefined, words: string) => text?.split(words).join("<words>");
    const wasWritten = wordsOf(before, handoffId);
    expect(frame(shown?.shown, written)).toBe(frame(was?.shown, wasWritten));
  }
  const result = { outcome: "done", status: row.status, reason: row.reason, deliverable: row.deliverable } as Parameters<
    typeof checkRun
  >[0]["result"];
  // The lab's own clock says nothing of a simulated run's time.
  checkRun({ result, log: log.map((each) => ({ ...each, atMs: 0 })), input: { org } });
}

function wordsOf(log: readonly StampedEvent[], id: string): string {
  const changed = ofType(stepsOf(log), "message-changed").findLast((each) => each.id === id);
  return changed?.written ?? writtenOf(log, id, "as-sent") ?? "";
}

describe("branches", () => {
  it("C of any run at any handoff share all that was before, change one message, and leave the parent alone (M5, M6)", async () => {
    let branched = 0;
    await fc.assert(
      fc.asyncProperty(
        labOrgs(),
        fc.integer({ min: 1, max: 999 }),
        fc.array(choices, { minLength: 3, maxLength: 3 }),
        async (org, seed, some) => {
          const cell = new TestCell(org, suite, { seed });
          await cell.run();
          const parent = cell.row;
          for (const choice of some) {
            const branch = await branchAt(cell, parent, choice);
            if (!branch) continue;
            branched += 1;
            checkBranch(cell, org, parent, branch);
          }
        },
      ),
      { seed: 20_261_141, numRuns: 30 },
    );
    expect(branched).toBeGreaterThan(45);
  });

  it("C of branches, and of branches of those, keep what was changed before them (M5)", async () => {
    let deepest = 0;
    await fc.assert(
      fc.asyncProperty(
        labOrgs(),
        fc.integer({ min: 1, max: 999 }),
        fc.array(choices, { minLength: 3, maxLength: 3 }),
        async (org, seed, some) => {
          const cell = new TestCell(org, suite, { seed });
          await cell.run();
          let parent = cell.row;
          for (const [depth, choice] of some.entries()) {
            const branch = await branchAt(cell, parent, choice);
            if (!branch) return;
            checkBranch(cell, org, parent, branch);
            parent = branch.row;
            deepest = Math.max(deepest, depth + 1);
          }
        },
      ),
      { seed: 20_261_142, numRuns: 30 },
    );
    expect(deepest).toBe(3);
  });

  it("C cut off anywhere and gone on with, a branch takes the very steps of one that was never cut off", async () => {
    await fc.assert(
      fc.asyncProperty(
        labOrgs(),
        fc.integer({ min: 1, max: 999 }),
        choices,
        fc.integer({ min: 1, max: 40 }),
        async (org, seed, choice, stop) => {
          const whole = new TestCell(org, suite, { seed });
          await whole.run();
          const straight = await branchAt(whole, whole.row, choice);
          if (!straight) return;
          const again = new TestCell(org, suite, { seed });
          await again.run();
          const order = {
            draw: straight.row.branch?.draw ?? 0,
            handoffId: straight.handoffId,
            change: { kind: choice.how, written: straight.written },
          };
          await again.branch(order, stop).catch((error: unknown) => expect(String(error)).toContain("the process died"));
          const end = await again.branch(order);
          expect(end).toMatchObject({ runId: straight.row.id, outcome: "done" });
          expect(stepsOf(again.store.runs.events(end.runId))).toEqual(stepsOf(straight.log));
          expect(again.store.runs.get(end.runId)).toMatchObject({ status: straight.row.status, deliverable: straight.row.deliverable });
        },
      ),
      { seed: 20_261_143, numRuns: 25 },
    );
  });
});
