/** Owns the part of the contract about the app and orgs: info, list, create, import, export, archive. */
import { describe, expect, it } from "vitest";
import { orgFileText } from "#shared/org/load.ts";
import { textOf } from "#shared/run/prompt-part.ts";
import type { Given } from "#test/contract/given.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

export function orgContract(use: () => Given): void {
  describe("app and orgs", () => {
    it("says what it is, without a key in it", async () => {
      const { client } = use();
      const info = await client.app.info();
      expect(info).toMatchObject({ version: "0.0.0-test", host: "test", readOnly: false, readOnlyReason: null, keyStatus: "none" });
      expect(Object.keys(info.prompts).length).toBeGreaterThan(0);
      expect(info.prices.models.length).toBeGreaterThan(0);
      expect(await client.app.setKey({ key: "sk-ant-secret" })).toEqual({ keyStatus: "typed" });
      expect(JSON.stringify(await client.app.info())).not.toContain("secret");
      expect(await client.app.setKey({ key: "" })).toEqual({ keyStatus: "none" });
    });

    it("has the sample org on a new store, and makes others from a preset, a name, a copy", async () => {
      const { client } = use();
      const presets = await client.orgs.presets();
      expect(presets.map((each) => each.name)).toContain("chain-3");
      const [sample] = await client.orgs.list();
      expect(sample?.agents).toBe(3);
      const { id: made } = await client.orgs.create({ from: { preset: "hub-5" } });
      const { id: empty } = await client.orgs.create({ from: { name: "Mine" } });
      const { id: copy } = await client.orgs.create({ from: { copyOf: empty } });
      const list = await client.orgs.list();
      expect(list).toHaveLength(4);
      expect(list.find((each) => each.id === made)).toMatchObject({ agents: 5 });
      expect(list.find((each) => each.id === empty)).toMatchObject({ name: "Mine", agents: 0, handoffs: 0 });
      expect(list.find((each) => each.id === copy)).toMatchObject({ name: "Mine (copy)" });
    });

    it("shows what an agent is sent for a task, of a design that was never stored, and says what is gone", async () => {
      const { client } = use();
      const suite = plainSuite(1, 2);
      const brought = await client.suites.import({ text: JSON.stringify(suite), fileName: "plain.suite.json" });
      if (!brought.ok) throw new Error("refused");
      const org = testOrg("Lead>Writer");
      const asked = { org, agentId: "agent_lead", suiteId: brought.suiteId, taskId: "t1", trait: null };
      const preview = await client.orgs.preview(asked);
      expect(textOf(preview.system.flat())).toContain(suite.tasks[0]?.brief);
      expect(preview.tools.map((each) => each.name)).toEqual(["send"]);
      for (const gone of [{ agentId: "agent_gone" }, { suiteId: "gone" }, { taskId: "gone" }])
        await expect(client.orgs.preview({ ...asked, ...gone })).rejects.toMatchObject({ code: "NOT_FOUND" });
      const broken = { ...org, agents: "many" } as unknown as typeof org;
      await expect(client.orgs.preview({ ...asked, org: broken })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    });

    it("brings a suite in whose patterns share words of the suite, and refuses it where a word is missing", async () => {
      const { client } = use();
      const text = JSON.stringify(plainSuite(1, 1)).replace('["rule 1 holds in full"]', '["/{rule} holds in full/"]');
      const shared = JSON.stringify({ ...(JSON.parse(text) as object), words: { rule: "rule 1" } });
      expect(await client.suites.import({ text: shared, fileName: "shared.suite.json" })).toMatchObject({ ok: true, problems: [] });
      const refused = await client.suites.import({ text, fileName: "lacking.suite.json" });
      expect(refused.problems[0]?.message).toContain("there is no word {rule}");
    });

    it("offers models without a key: those whose prices are known", async () => {
      const { models, from, why } = await use().client.app.models();
      expect(from).toBe("prices");
      expect(models.map((each) => each.model)).toContain("claude-sonnet-5-5");
      expect(why).toContain("Without an API key");
    });

    it("takes an org out of sight and back", async () => {
      const { client } = use();
      const { id } = await client.orgs.create({ from: { name: "Mine" } });
      const seen = async () => (await client.orgs.list()).some((each) => each.id === id && !each.archived);
      await client.orgs.archive({ id, archived: true });
      expect(await seen()).toBe(false);
      await client.orgs.archive({ id, archived: false });
      expect(await seen()).toBe(true);
    });

    it("brings in what it took out, fields it does not know included", async () => {
      const { client } = use();
      const text = orgFileText({ ...testOrg("Lead>Writer"), appVersion: "0.0.0-test", madeWith: { care: ["ä", "→", "\u0000"] } } as never);
      const brought = await client.orgs.import({ text, fileName: "mine.org.json" });
      if (!brought.ok) throw new Error("refused");
      expect(brought.problems).toEqual([]);
      expect(await client.orgs.export({ id: brought.id })).toEqual({ fileName: "Test-org.org.json", text });
    });

    it("brings in a design with problems to be mended, and says what they are", async () => {
      const { client } = use();
      const org = testOrg("Lead>Writer", (each) => ({
        ...each,
        agents: each.agents.map((agent) => ({ ...agent, delivers: false, receivesBrief: false })),
      }));
      const brought = await client.orgs.import({ text: orgFileText(org), fileName: "mine.org.json" });
      expect(brought.ok).toBe(true);
      expect(brought.problems.filter((each) => each.severity === "error").length).toBeGreaterThan(0);
      for (const problem of brought.problems) expect(problem.message).toMatch(/\.$/);
    });

    it("refuses what is no org with the line and the column, or by the name of the newer version", async () => {
      const { client } = use();
      const before = await client.orgs.list();
      const broken = await client.orgs.import({ text: '{\n  "format": "driftlab.org",\n  oops\n}', fileName: "broken.org.json" });
      expect(broken.ok).toBe(false);
      expect(broken.problems[0]?.message).toContain("broken.org.json");
      expect(broken.problems[0]?.place).toMatchObject({ line: 3 });
      const newer = await client.orgs.import({
        text: JSON.stringify({ ...testOrg("Lead>Writer"), version: 99 }),
        fileName: "newer.org.json",
      });
      expect(newer.ok).toBe(false);
      expect(newer.problems[0]?.message).toContain("99");
      expect(await client.orgs.list()).toEqual(before);
    });

    it("carries two megabytes there and back, and in a stream", async () => {
      const { client } = use();
      const instructions = "Keep everything — äöü, 漢字, 🧭. ".repeat(70_000);
      const text = orgFileText(
        testOrg("Lead>Writer", (org) => ({
          ...org,
          appVersion: "0.0.0-test",
          agents: org.agents.map((agent, index) => (index === 0 ? { ...agent, instructions } : agent)),
        })),
      );
      expect(text.length).toBeGreaterThan(2_000_000);
      const brought = await client.orgs.import({ text, fileName: "big.org.json" });
      if (!brought.ok) throw new Error("refused");
      const { text: back } = await client.orgs.export({ id: brought.id });
      expect(back === text).toBe(true);
      for await (const update of await client.orgs.watch({ id: brought.id, since: null })) {
        expect(update.kind === "whole" && update.org.agents[0]?.instructions === instructions).toBe(true);
        break;
      }
    });
  });
}
