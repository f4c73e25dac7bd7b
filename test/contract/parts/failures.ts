/** Owns the part of the contract about what is refused: things that are gone, a read-only store, requests that make no sense. */
import { describe, expect, it } from "vitest";
import type { Connect, Given } from "#test/contract/given.ts";
import { choices, importPlain, makeFullLab, makeReadOnlyLab, refusal, take } from "#test/contract/given.ts";

const GONE = "gone_1";
const CELL = { id: GONE, armId: "arm", taskId: "t1", repeat: 1 };

export function failureContract(use: () => Given, connect: Connect): void {
  describe("what is refused", () => {
    it("says NOT_FOUND, with a sentence, of what is no longer there", async () => {
      const { client } = use();
      const calls: Promise<unknown>[] = [
        client.orgs.export({ id: GONE }),
        client.orgs.create({ from: { copyOf: GONE } }),
        client.orgs.create({ from: { preset: "no-such-preset" } }),
        client.orgs.edit({ id: GONE, editId: "e", ops: [] }),
        client.orgs.watch({ id: GONE, since: null }).then((stream) => take(stream, 1)),
        client.experiments.detail({ id: GONE }),
        client.experiments.like({ id: GONE }),
        client.experiments.resume({ id: GONE, caps: { outputTokens: null, usd: null } }),
        client.experiments.watch({ id: GONE }).then((stream) => take(stream, 1)),
        client.drift.get({ id: GONE }),
        client.drift.edgeRuns({ id: GONE, armId: "arm", edgeId: "edge", offset: 0, limit: 10 }),
        client.drift.deliverable(CELL),
        client.drift.run(CELL),
        client.drift.exportReport({ id: GONE }),
        client.drift.exportTables({ id: GONE }),
      ];
      for (const each of await Promise.all(calls.map(refusal)))
        expect(each).toEqual({ code: "NOT_FOUND", message: expect.stringMatching(/is no longer there\.$/) as string });
    });

    it("says READ_ONLY of every change where another process has the store, and still shows everything", async () => {
      const { lab, remove } = await makeReadOnlyLab();
      const line = await connect(lab);
      try {
        const { client } = line;
        expect(await client.app.info()).toMatchObject({ readOnly: true, readOnlyReason: "Another Driftlab has it." });
        const [org] = await client.orgs.list();
        const id = org?.id ?? "";
        const { text } = await client.orgs.export({ id });
        expect(await take(await client.orgs.watch({ id, since: null }), 1)).toMatchObject([{ kind: "whole" }]);
        const asked = choices(id, "relay");
        expect(await client.experiments.forecast(asked)).toMatchObject({ ok: true });
        const calls: Promise<unknown>[] = [
          client.orgs.create({ from: { name: "Mine" } }),
          client.orgs.import({ text, fileName: "mine.org.json" }),
          client.orgs.archive({ id, archived: true }),
          client.orgs.edit({ id, editId: "e", ops: [{ op: "set-org", field: "name", value: "Mine" }] }),
          client.suites.import({ text: "{}", fileName: "mine.suite.json" }),
          client.experiments.start({ choices: asked, name: "No", fresh: false, caps: { outputTokens: null, usd: null } }),
          client.experiments.pilot({ choices: asked, repeats: 3, caps: { outputTokens: null, usd: null } }),
          client.experiments.resume({ id: GONE, caps: { outputTokens: null, usd: null } }),
          client.experiments.rename({ id: GONE, name: "No" }),
          client.experiments.archive({ id: GONE, archived: true }),
          client.experiments.delete({ id: GONE }),
        ];
        for (const each of await Promise.all(calls.map(refusal))) expect(each.code).toBe("READ_ONLY");
        expect((await client.orgs.export({ id })).text).toBe(text);
      } finally {
        await line.close();
        await lab.close();
        remove();
      }
    });

    it("says NOT_STORED, with what to do, of a change for which the disk has no room", async () => {
      const lab = makeFullLab();
      const line = await connect(lab);
      try {
        const { client } = line;
        const [org] = await client.orgs.list();
        const { text } = await client.orgs.export({ id: org?.id ?? "" });
        const large = JSON.stringify({ ...(JSON.parse(text) as object), kept: "x".repeat(2_000_000) });
        const refused = await refusal(client.orgs.import({ text: large, fileName: "large.org.json" }));
        expect(refused).toEqual({ code: "NOT_STORED", message: expect.stringMatching(/^The disk is full: .+ Make room, /) as string });
        // What is small enough still goes, and nothing that was there is lost.
        expect((await client.orgs.import({ text, fileName: "small.org.json" })).ok).toBe(true);
        expect(await client.orgs.list()).toHaveLength(2);
      } finally {
        await line.close();
        await lab.close();
      }
    });

    it("says BAD_REQUEST of wrong types, missing fields and figures out of bounds", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const asked = choices(orgId, suiteId);
      const calls = hostileCalls(client as unknown as Hostile, orgId, asked as unknown as Record<string, unknown>);
      const refusals = await Promise.all(Object.entries(calls).map(async ([name, call]) => [name, (await refusal(call())).code]));
      expect(refusals).toEqual(Object.keys(calls).map((name) => [name, "BAD_REQUEST"]));
      expect(await client.experiments.list()).toEqual([]);
    });

    it("takes names that mean something to JavaScript for nothing but names", async () => {
      const { client, lab } = use();
      const { orgId } = await importPlain(client);
      const loose = client as unknown as Hostile;
      await loose.orgs?.edit?.({ id: orgId, editId: "__proto__", ops: [{ op: "set-org", field: "description", value: "constructor" }] });
      await loose.orgs
        ?.edit?.({
          id: orgId,
          editId: "e2",
          ops: JSON.parse(
            '[{"op":"set-org","field":"__proto__","value":{"polluted":true}},{"op":"set","in":"agents","id":"__proto__","field":"name","value":"x"}]',
          ) as unknown,
        })
        .catch(() => undefined);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      const kept = lab.store.orgs.get(orgId)?.draft;
      expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
      expect((kept as unknown as Record<string, unknown>).polluted).toBeUndefined();
      for (const preset of ["__proto__", "constructor", "toString"])
        expect((await refusal(client.orgs.create({ from: { preset } }))).code).toBe("NOT_FOUND");
      expect(await client.app.info()).toMatchObject({ host: "test" });
    });
  });
}

/** The client as someone without our types sees it. */
type Hostile = Record<string, Record<string, (input: unknown) => Promise<unknown>>>;

function hostileCalls(client: Hostile, orgId: string, asked: Record<string, unknown>): Record<string, () => Promise<unknown>> {
  const call = (place: string, name: string, input: unknown) => async () => await client[place]?.[name]?.(input);
  const edgeRuns = { id: "x", armId: "a", edgeId: "e", offset: 0, limit: 10 };
  return {
    "no input": call("orgs", "export", undefined),
    "a text for an object": call("orgs", "export", "org_1"),
    "an object for an id": call("orgs", "export", { id: { $ne: null } }),
    "an id without end": call("orgs", "export", { id: "x".repeat(201) }),
    "an empty name": call("orgs", "create", { from: { name: "" } }),
    "a number for a text": call("orgs", "import", { text: 7, fileName: "a.org.json" }),
    "a text without end": call("orgs", "import", { text: "x".repeat(20_000_001), fileName: "a.org.json" }),
    "an op that does not exist": call("orgs", "edit", { id: orgId, editId: "e", ops: [{ op: "drop-table" }] }),
    "a list that does not exist": call("orgs", "edit", { id: orgId, editId: "e", ops: [{ op: "remove", in: "__proto__", id: "x" }] }),
    "an item without an id": call("orgs", "edit", {
      id: orgId,
      editId: "e",
      ops: [{ op: "insert", in: "agents", index: 0, item: { name: "x" } }],
    }),
    "an edit without an id": call("orgs", "edit", { id: orgId, editId: "", ops: [] }),
    "ops without end": call("orgs", "edit", {
      id: orgId,
      editId: "e",
      ops: Array.from({ length: 10_001 }, () => ({ op: "remove", in: "agents", id: "x" })),
    }),
    "half a revision": call("orgs", "watch", { id: orgId, since: 1.5 }),
    "no org": call("experiments", "forecast", { ...asked, orgs: [] }),
    "a connection that does not exist": call("experiments", "forecast", { ...asked, connection: { kind: "carrier-pigeon" } }),
    "half a repeat": call("experiments", "forecast", { ...asked, repeats: 1.5 }),
    "odds above one": call("experiments", "forecast", {
      ...asked,
      population: { format: "driftlab.population", version: 1, default: { keep: 0.9, weaken: 0.9, contradict: 0 } },
    }),
    "a cap of nothing": call("experiments", "start", { choices: asked, name: "No", fresh: false, caps: { outputTokens: 0, usd: null } }),
    "no name": call("experiments", "start", { choices: asked, name: "", fresh: false, caps: { outputTokens: null, usd: null } }),
    "a page before the first": call("drift", "edgeRuns", { ...edgeRuns, offset: -1 }),
    "an empty page": call("drift", "edgeRuns", { ...edgeRuns, limit: 0 }),
    "a page without end": call("drift", "edgeRuns", { ...edgeRuns, limit: 201 }),
    "repeat nought": call("drift", "run", { id: "x", armId: "a", taskId: "t", repeat: 0 }),
    "a list for a key": call("app", "setKey", { key: ["sk"] }),
  };
}
