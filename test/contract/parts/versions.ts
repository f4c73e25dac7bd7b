/** Owns the part of the contract about versions: kept, listed, renamed, deleted and taken back, made into new orgs. */
import { describe, expect, it } from "vitest";
import { generateOrg } from "#shared/org/families.ts";
import { removeAgentOps } from "#shared/org/edit.ts";
import type { Given, LabClient } from "#test/contract/given.ts";
import { choices, importPlain, makeReadOnlyLab, refusal, runToEnd } from "#test/contract/given.ts";
import type { Connect } from "#test/contract/given.ts";

const GONE = "gone_1";

async function hub(client: LabClient): Promise<string> {
  return (await client.orgs.create({ from: { preset: "hub-5" } })).id;
}

const named = (name: string) => ({ op: "set-org" as const, field: "name", value: name });

export function versionContract(use: () => Given, connect: Connect): void {
  describe("versions", () => {
    it("keeps the draft as it stood, whatever is done to it later", async () => {
      const { client } = use();
      const orgId = await hub(client);
      const { org: before } = await client.orgs.get({ id: orgId });
      const { id } = await client.orgs.versions.save({ orgId, name: "  First  ", kind: "named" });
      await client.orgs.edit({ id: orgId, editId: "e1", ops: [named("Later")] });
      const kept = await client.orgs.versions.get({ id });
      expect(kept.org).toEqual(before);
      expect(kept.summary).toMatchObject({ id, orgId, name: "First", kind: "named", agents: 5, handoffs: 8, deleted: false });
      expect((await client.orgs.get({ id: orgId })).org.name).toBe("Later");
    });

    it("lists an org's own versions, the newest first, and lets them be renamed, deleted and taken back", async () => {
      const { client } = use();
      const [orgId, other] = [await hub(client), await hub(client)];
      const { id: one } = await client.orgs.versions.save({ orgId, name: "One", kind: "named" });
      const { id: two } = await client.orgs.versions.save({ orgId, name: "Two", kind: "snapshot" });
      await client.orgs.versions.save({ orgId: other, name: "Another's", kind: "named" });
      const list = async () => (await client.orgs.versions.list({ orgId })).map(({ name, kind, deleted }) => ({ name, kind, deleted }));
      const second = { name: "Two", kind: "snapshot", deleted: false };
      expect(await list()).toEqual([second, { name: "One", kind: "named", deleted: false }]);
      await client.orgs.versions.rename({ id: one, name: "Number one" });
      await client.orgs.versions.delete({ id: one, deleted: true });
      expect(await list()).toEqual([second, { name: "Number one", kind: "named", deleted: true }]);
      await client.orgs.versions.delete({ id: one, deleted: false });
      expect(await list()).toEqual([second, { name: "Number one", kind: "named", deleted: false }]);
      expect((await client.orgs.versions.get({ id: two })).summary.name).toBe("Two");
    });

    it("keeps a snapshot before one edit takes all agents away, and none before smaller ones", async () => {
      const { client } = use();
      const orgId = await hub(client);
      const { org } = await client.orgs.get({ id: orgId });
      const empty = (from: typeof org) => from.agents.map((agent) => ({ op: "remove" as const, in: "agents" as const, id: agent.id }));
      await client.orgs.edit({ id: orgId, editId: "one", ops: removeAgentOps(org, org.agents[4]?.id ?? "") as never });
      expect(await client.orgs.versions.list({ orgId })).toEqual([]);
      const { org: four } = await client.orgs.get({ id: orgId });
      await client.orgs.edit({ id: orgId, editId: "all", ops: empty(four) });
      const back = four.agents.map((item, index) => ({ op: "insert" as const, in: "agents" as const, index, item }));
      await client.orgs.edit({ id: orgId, editId: "back", ops: back });
      await client.orgs.edit({ id: orgId, editId: "again", ops: empty(four) });
      const [snapshot, ...more] = await client.orgs.versions.list({ orgId });
      expect(more).toEqual([]);
      expect(snapshot).toMatchObject({ name: "Before everything was removed", kind: "snapshot", agents: 4 });
      expect((await client.orgs.versions.get({ id: snapshot?.id ?? "" })).org).toEqual(four);
    });

    it("makes a new org of a version, of an arm's frozen design, of a family, and leaves the others alone", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const { id } = await client.orgs.versions.save({ orgId, name: "Kept", kind: "named" });
      const { org: before } = await client.orgs.get({ id: orgId });
      const experimentId = await runToEnd(client, choices(orgId, suiteId, { repeats: 1, solos: [] }));
      const detail = await client.experiments.detail({ id: experimentId });
      const armId = detail.plan.arms[0]?.id ?? "";
      await client.orgs.edit({ id: orgId, editId: "e1", ops: [named("Moved on")] });
      const make = async (from: Parameters<LabClient["orgs"]["create"]>[0]["from"]) =>
        (await client.orgs.get({ id: (await client.orgs.create({ from })).id })).org;
      const appVersion = "0.0.0-test";
      expect(await make({ version: id })).toEqual({ ...before, appVersion, name: "Test org (variant: Kept)" });
      expect(await make({ frozen: { experimentId, armId } })).toEqual({
        ...detail.designs[armId],
        appVersion,
        name: "Test org (variant: as run in Contract)",
      });
      const family = { family: "random", size: 7, seed: 3 } as const;
      expect(await make({ family })).toEqual({ ...generateOrg(family), appVersion });
      expect((await client.orgs.get({ id: orgId })).org).toEqual({ ...before, name: "Moved on" });
    });

    it("says NOT_FOUND of what is gone, BAD_REQUEST of what makes no sense", async () => {
      const { client } = use();
      const orgId = await hub(client);
      const { id } = await client.orgs.versions.save({ orgId, name: "One", kind: "named" });
      const code = async (call: Promise<unknown>) => (await refusal(call)).code;
      const gone = [
        client.orgs.get({ id: GONE }),
        client.orgs.versions.list({ orgId: GONE }),
        client.orgs.versions.get({ id: GONE }),
        client.orgs.versions.save({ orgId: GONE, name: "x", kind: "named" }),
        client.orgs.versions.rename({ id: GONE, name: "x" }),
        client.orgs.versions.delete({ id: GONE, deleted: true }),
        client.orgs.create({ from: { version: GONE } }),
        client.orgs.create({ from: { frozen: { experimentId: GONE, armId: "arm" } } }),
      ];
      expect(await Promise.all(gone.map(code))).toEqual(gone.map(() => "NOT_FOUND"));
      const bad = [
        client.orgs.versions.save({ orgId, name: "   ", kind: "named" }),
        client.orgs.versions.save({ orgId, name: "x", kind: "other" as never }),
        client.orgs.versions.rename({ id, name: "x".repeat(201) }),
        client.orgs.create({ from: { family: { family: "hub", size: 17, seed: 1 } } }),
        client.orgs.create({ from: { family: { family: "ring" as never, size: 5, seed: 1 } } }),
        client.orgs.create({ from: { family: { family: "random", size: 5, seed: -1 } } }),
      ];
      expect(await Promise.all(bad.map(code))).toEqual(bad.map(() => "BAD_REQUEST"));
    });

    it("shows versions and changes none where the store is read-only", async () => {
      const { lab, remove } = await makeReadOnlyLab();
      const line = await connect(lab);
      try {
        const { client } = line;
        const orgId = (await client.orgs.list())[0]?.id ?? "";
        expect(await client.orgs.versions.list({ orgId })).toEqual([]);
        const calls = [
          client.orgs.versions.save({ orgId, name: "x", kind: "named" }),
          client.orgs.versions.rename({ id: GONE, name: "x" }),
          client.orgs.versions.delete({ id: GONE, deleted: true }),
        ];
        for (const call of calls) expect((await refusal(call)).code).toBe("READ_ONLY");
      } finally {
        await line.close();
        await lab.close();
        remove();
      }
    });
  });
}
