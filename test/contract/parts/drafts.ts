/** Owns the part of the contract about drafts: edits in order, gaps, edits that come twice, watches that end. */
import { describe, expect, it, vi } from "vitest";
import type { Op } from "#shared/org/edit.ts";
import { applyOps } from "#shared/org/edit.ts";
import type { Given, LabClient } from "#test/contract/given.ts";
import { take } from "#test/contract/given.ts";

const named = (name: string): Op[] => [{ op: "set-org", field: "name", value: name }];

async function emptyDraft(client: LabClient): Promise<string> {
  return (await client.orgs.create({ from: { name: "Draft" } })).id;
}

export function draftContract(use: () => Given): void {
  describe("drafts", () => {
    it("tells the whole at first, then every edit in order", async () => {
      const { client } = use();
      const id = await emptyDraft(client);
      const watching = take(await client.orgs.watch({ id, since: null }), 21);
      const revisions: number[] = [];
      for (let nth = 1; nth <= 20; nth += 1)
        revisions.push((await client.orgs.edit({ id, editId: `e${nth}`, ops: named(`Name ${nth}`) })).revision);
      const [whole, ...edits] = await watching;
      if (whole?.kind !== "whole") throw new Error("the whole did not come first");
      expect(edits.map((each) => each.kind === "edit" && each.editId)).toEqual(Array.from({ length: 20 }, (_, index) => `e${index + 1}`));
      expect(edits.map((each) => each.revision)).toEqual(revisions);
      const shown = edits.reduce((org, each) => (each.kind === "edit" ? applyOps(org, each.ops) : org), whole.org);
      expect(`${JSON.stringify(shown, null, 2)}\n`).toBe((await client.orgs.export({ id })).text);
    });

    it("keeps the order of edits that are sent at once", async () => {
      const { client } = use();
      const id = await emptyDraft(client);
      const sent = await Promise.all(
        Array.from({ length: 30 }, (_, index) => client.orgs.edit({ id, editId: `e${index}`, ops: named(`Name ${index}`) })),
      );
      const revisions = sent.map((each) => each.revision);
      expect(new Set(revisions).size).toBe(30);
      const updates = await take(await client.orgs.watch({ id, since: Math.min(...revisions) - 1 }), 30);
      expect(updates.map((each) => each.revision)).toEqual([...revisions].sort((a, b) => a - b));
    });

    it("tells a tab that was away only what it missed", async () => {
      const { client } = use();
      const id = await emptyDraft(client);
      const { revision: first } = await client.orgs.edit({ id, editId: "a", ops: named("A") });
      await client.orgs.edit({ id, editId: "b", ops: named("B") });
      await client.orgs.edit({ id, editId: "c", ops: named("C") });
      const missed = await take(await client.orgs.watch({ id, since: first }), 2);
      expect(missed).toMatchObject([
        { kind: "edit", editId: "b", revision: first + 1, ops: named("B") },
        { kind: "edit", editId: "c", revision: first + 2, ops: named("C") },
      ]);
    });

    it("tells the whole again after a gap, or to a tab that knows more than there is", async () => {
      const { client } = use();
      const id = await emptyDraft(client);
      const { revision: first } = await client.orgs.edit({ id, editId: "first", ops: named("A") });
      for (let nth = 0; nth < 510; nth += 1) await client.orgs.edit({ id, editId: `e${nth}`, ops: named(`Name ${nth}`) });
      for (const since of [first, first + 10_000]) {
        const [update] = await take(await client.orgs.watch({ id, since }), 1);
        expect(update).toMatchObject({ kind: "whole", revision: first + 510, org: { name: "Name 509" } });
      }
    });

    it("counts the same edit once, however often it comes", async () => {
      const { client } = use();
      const id = await emptyDraft(client);
      const first = await client.orgs.edit({ id, editId: "same", ops: named("A") });
      const other = await client.orgs.edit({ id, editId: "other", ops: named("B") });
      expect(await client.orgs.edit({ id, editId: "same", ops: named("A") })).toEqual(first);
      expect(await client.orgs.edit({ id, editId: "other", ops: named("B") })).toEqual(other);
      expect((await client.orgs.list()).find((each) => each.id === id)?.name).toBe("B");
    });

    it("refuses an edit that would leave no org, and keeps the draft as it was", async () => {
      const { client } = use();
      const id = await emptyDraft(client);
      const { text } = await client.orgs.export({ id });
      await expect(client.orgs.edit({ id, editId: "bad", ops: [{ op: "set-org", field: "name", value: 7 }] })).rejects.toMatchObject({
        code: "BAD_REQUEST",
      });
      expect((await client.orgs.export({ id })).text).toBe(text);
    });

    it("frees a watch that is aborted", async () => {
      const { client, watches } = use();
      const id = await emptyDraft(client);
      const abort = new AbortController();
      const stream = await client.orgs.watch({ id, since: null }, { signal: abort.signal });
      const ended = take(stream, 99).catch(() => []);
      await vi.waitFor(() => expect(watches()).toBe(1));
      abort.abort();
      await ended;
      await vi.waitFor(() => expect(watches()).toBe(0));
    });

    it("frees a watch that nobody reads any more", async () => {
      const { client, watches } = use();
      const id = await emptyDraft(client);
      await take(await client.orgs.watch({ id, since: null }), 1);
      await vi.waitFor(() => expect(watches()).toBe(0));
    });

    it("frees the watches of a line that is cut", async () => {
      const { client, watches, cut } = use();
      if (!cut) return;
      const id = await emptyDraft(client);
      const ended = Promise.all([1, 2].map(async () => take(await client.orgs.watch({ id, since: null }), 99).catch(() => [])));
      await vi.waitFor(() => expect(watches()).toBe(2));
      cut();
      await vi.waitFor(() => expect(watches()).toBe(0));
      await ended;
    });
  });
}
