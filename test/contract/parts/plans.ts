/** Owns the part of the contract about planning: what can be varied, sweeps, pilots, what is left, caps in dollars. */
import { describe, expect, it } from "vitest";
import { orgFileText } from "#shared/org/load.ts";
import type { Given } from "#test/contract/given.ts";
import { choices, importPlain, type LabClient, runToEnd } from "#test/contract/given.ts";
import { testOrg } from "#test/support/orgs.ts";

const FREE = { outputTokens: null, usd: null };

async function importOrg(client: LabClient, shape: string, redTeamed: readonly string[] = []): Promise<string> {
  const org = testOrg(shape, (each) => ({
    ...each,
    agents: each.agents.map((agent) => (redTeamed.includes(agent.name) ? { ...agent, variants: { "red-team": "Win." } } : agent)),
  }));
  const read = await client.orgs.import({ text: orgFileText(org), fileName: "org.org.json" });
  if (!read.ok) throw new Error("refused");
  return read.id;
}

export function planContract(use: () => Given): void {
  describe("plans", () => {
    it("offers only what can be varied in every chosen org", async () => {
      const { client } = use();
      const long = await importOrg(client, "Lead>Analyst>Writer", ["Analyst", "Writer"]);
      const short = await importOrg(client, "Lead>Analyst", ["Analyst"]);
      const plain = await importOrg(client, "Lead>Writer");
      const one = await client.experiments.variable({ orgs: [long] });
      expect(one.edges.map((edge) => edge.label)).toEqual(["Lead → Analyst", "Analyst → Writer"]);
      expect(one.traits).toEqual([
        {
          trait: "red-team",
          shares: [
            { value: "0", label: "none" },
            { value: "0.3333", label: "1 of 3 agents (33.3 %)" },
            { value: "0.6667", label: "2 of 3 agents (66.7 %)" },
          ],
        },
      ]);
      const two = await client.experiments.variable({ orgs: [long, short] });
      expect(two.edges).toEqual([{ value: "Lead → Analyst", label: "Lead → Analyst" }]);
      expect(two.traits[0]?.shares.map((each) => each.label)).toContain("50 % of agents");
      // Who writes is told of any of them, by what a population names them by.
      expect(two.handoffs.map(({ label }) => label)).toContain("Lead → Analyst");
      expect(two.roles).toContain("solo");
      expect(await client.experiments.variable({ orgs: [long, plain] })).toMatchObject({ edges: [], traits: [] });
      expect(await client.experiments.variable({ orgs: [] })).toEqual({ edges: [], handoffs: [], roles: ["solo"], traits: [] });
    });

    it("reads a population file as the command line does, or says what is wrong with it", async () => {
      const { client } = use();
      const read = (text: string) => client.populations.import({ text, fileName: "mine.json" });
      const good = await read('{"format":"driftlab.population","version":1,"edges":{"h1":{"keep":0.2}}}');
      expect(good).toMatchObject({ ok: true, population: { edges: { h1: { keep: 0.2, weaken: 0, contradict: 0 } } } });
      const bad = await read('{"format":"driftlab.population","version":1,"silence":3,"default":{"keep":2}}');
      expect(bad.ok).toBe(false);
      const said = bad.problems.map(({ message }) => message).join(" ");
      for (const field of ["default.keep", "silence"]) expect(said).toContain(field);
      expect((await read("{")).problems[0]?.code).toBe("broken-json");
    });

    it("makes an arm of every combination of what is offered, and says in what the arms differ", async () => {
      const { client } = use();
      const { suiteId } = await importPlain(client);
      const orgId = await importOrg(client, "Lead>Analyst>Writer", ["Analyst"]);
      const { edges, traits } = await client.experiments.variable({ orgs: [orgId] });
      const axes = [
        `relay:${edges[0]?.value}=paraphrase,verbatim`,
        `trait:${traits[0]?.trait}=${traits[0]?.shares.map((share) => share.value).join()}`,
      ];
      const asked = choices(orgId, suiteId, { axes, solos: ["one-shot", "role-play"], repeats: 1 });
      const answer = await client.experiments.forecast(asked);
      if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
      const names = answer.forecast.arms.filter((arm) => arm.kind === "org").map((arm) => arm.name);
      expect(names).toHaveLength(4);
      expect(names[1]).toMatch(/Lead → Analyst paraphrase · red-team 33\.3 %$/);
      const arms = new Set(answer.forecast.arms.map((arm) => arm.id));
      expect(answer.forecast.confounds.length).toBeGreaterThan(0);
      expect(answer.forecast.confounds.every((each) => each.arms.every((arm) => arms.has(arm)))).toBe(true);
      const id = await runToEnd(client, asked);
      const { report } = await client.drift.get({ id });
      expect(report.arms.map((arm) => arm.name)).toEqual(answer.forecast.arms.map((arm) => arm.name));
      expect(report.arms[0]?.settings).toEqual({ [`relay:${edges[0]?.value}`]: "paraphrase", "trait:red-team": "0" });
    });

    it("says what is wrong with a sweep, and sweeps no model where one model is given or the population answers", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const codeOf = async (change: Parameters<typeof choices>[2]) => {
        const answer = await client.experiments.forecast(choices(orgId, suiteId, change));
        return answer.ok ? "ok" : answer.problems[0]?.code;
      };
      const server = { connection: { kind: "compatible" as const, baseUrl: "http://localhost:1", takesTemperature: true } };
      expect(await codeOf({ axes: ["relay:Nobody→Writer=verbatim"] })).toBe("no-such-edge");
      expect(await codeOf({ axes: ["colour=red"] })).toBe("bad-sweep");
      expect(await codeOf({ axes: ["model=a,b"] })).toBe("model-simulated");
      expect(await codeOf({ axes: ["model=a,b"], ...server, model: "c" })).toBe("model-twice");
      expect(await codeOf({ axes: ["model=a,b"], ...server })).toBe("ok");
    });

    it("M12 asks for a pilot where a budget has none, runs it, and freezes budgets from it; a fresh start freezes them anew", async () => {
      const { client, lab } = use();
      const { orgId, suiteId } = await importPlain(client);
      const asked = choices(orgId, suiteId, { solos: ["budget-matched", "best-of-n"], repeats: 2 });
      const without = await client.experiments.forecast(asked);
      expect(!without.ok && without.problems.map((each) => each.code)).toEqual(["no-pilot", "no-pilot"]);
      const pilot = await client.experiments.pilot({ choices: asked, repeats: 3, caps: FREE });
      if (!pilot.ok) throw new Error(JSON.stringify(pilot.problems));
      for await (const view of await client.experiments.watch({ id: pilot.id })) if (!view.running && view.counts.waiting === 0) break;
      const { plan, summary } = await client.experiments.detail({ id: pilot.id });
      expect(summary).toMatchObject({ repeats: 3, tasks: 3, counts: { done: 18 } });
      expect(summary.name).toMatch(/^Pilot of /);
      expect(plan.seed).not.toBe(asked.seed);
      const answer = await client.experiments.forecast(asked);
      if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
      expect(answer.forecast).toMatchObject({ basis: "partly", existing: null, done: 0, cells: 18 });
      const id = await runToEnd(client, asked);
      // Its own runs have moved the medians; going on keeps the budgets it was locked with, a fresh start takes the new ones.
      expect(await client.experiments.forecast(asked)).toMatchObject({ ok: true, forecast: { existing: id, done: 18 } });
      const fresh = await client.experiments.start({ choices: asked, name: "Fresh", fresh: true, caps: FREE });
      if (!fresh.ok) throw new Error(JSON.stringify(fresh.problems));
      await client.experiments.stop({ id: fresh.id });
      const runs = (of: string) => lab.store.experiments.get(of)?.plan.arms.find((arm) => arm.budgets !== null)?.settings["budget-runs"];
      expect([runs(id), runs(fresh.id)]).toEqual(["3", "5"]);
    });

    it("counts only what is left, and says how many past runs that rests on", async () => {
      const { client, lab } = use();
      const { orgId, suiteId } = await importPlain(client);
      const asked = choices(orgId, suiteId);
      const first = await client.experiments.forecast(asked);
      if (!first.ok) throw new Error("refused");
      expect(first.forecast).toMatchObject({
        cells: 24,
        done: 0,
        basis: "structure",
        pastRuns: 0,
        usd: { low: 0, high: 0 },
        unpriced: [],
        strays: [],
      });
      const id = await runToEnd(client, asked);
      const [cell] = lab.store.experiments.cells(id);
      if (!cell) throw new Error("there is no cell");
      lab.store.experiments.finishCell({ experimentId: id, ...cell }, "failed", { code: "network", message: "It broke" });
      const left = await client.experiments.forecast(asked);
      if (!left.ok) throw new Error("refused");
      expect(left.forecast).toMatchObject({ cells: 24, done: 23, basis: "past runs", existing: id });
      expect(left.forecast.pastRuns).toBeGreaterThanOrEqual(11);
      expect(left.forecast.calls.high).toBeLessThan(first.forecast.calls.high / 6);
    });

    it("refuses a cap in dollars where a price is not known, by the model's name", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const connection = { kind: "compatible" as const, baseUrl: "http://localhost:1", takesTemperature: true };
      const asked = choices(orgId, suiteId, { connection, model: "home-made" });
      expect(await client.experiments.forecast(asked)).toMatchObject({ ok: true, forecast: { usd: null, unpriced: ["home-made"] } });
      const caps = { outputTokens: null, usd: 1 };
      const refused = await client.experiments.start({ choices: asked, name: "No", fresh: false, caps });
      expect(refused).toMatchObject({ ok: false, problems: [{ code: "unknown-price" }] });
      expect(!refused.ok && refused.problems[0]?.message).toContain("home-made");
      expect(await client.experiments.pilot({ choices: asked, repeats: 3, caps })).toEqual(refused);
      expect(await client.experiments.list()).toEqual([]);
    });
  });
}
