/** Owns the part of the contract about experiments: forecast, start, watch to the end, results, handoff pages. */
import { describe, expect, it } from "vitest";
import { reportSchema } from "#shared/drift/report.ts";
import { orgFileText } from "#shared/org/load.ts";
import type { ExperimentView } from "#shared/rpc/experiment-types.ts";
import type { EdgeRunView } from "#shared/rpc/drift-types.ts";
import type { Given } from "#test/contract/given.ts";
import { choices, importPlain, runToEnd } from "#test/contract/given.ts";
import { testOrg } from "#test/support/orgs.ts";

export function experimentContract(use: () => Given): void {
  describe("experiments", () => {
    it("forecasts what an experiment would take, and whether its plan is there already", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const asked = choices(orgId, suiteId);
      const first = await client.experiments.forecast(asked);
      if (!first.ok) throw new Error("refused");
      // Three tasks, four repeats, two arms.
      expect(first.forecast.cells).toBe(24);
      expect(first.forecast.calls.low).toBeLessThanOrEqual(first.forecast.calls.high);
      expect(first.forecast.existing).toBeNull();
      const id = await runToEnd(client, asked);
      expect(await client.experiments.forecast(asked)).toMatchObject({
        ok: true,
        forecast: { planHash: first.forecast.planHash, existing: id },
      });
    });

    it("looks into one cell: its state, its deliverable, the messages of its run in order", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const id = await runToEnd(client, choices(orgId, suiteId));
      const { plan } = await client.experiments.detail({ id });
      const [taskId, org, solo] = [plan.tasks[0]?.id ?? "", ...plan.arms.map((arm) => arm.id)] as [string, string, string];
      const cell = await client.experiments.cell({ id, armId: org, taskId, repeat: 1 });
      expect(cell).toMatchObject({ letter: "d", failure: null, deliverable: { by: expect.any(String) } });
      expect(cell.messages.length).toBeGreaterThan(0);
      expect(cell.messages.map((each) => each.round)).toEqual(cell.messages.map((each) => each.round).sort((a, b) => a - b));
      for (const each of cell.messages) expect(each.text).not.toBe("");
      const alone = await client.experiments.cell({ id, armId: solo, taskId, repeat: 1 });
      expect(alone.messages).toEqual([]);
      expect(alone.deliverable?.text).not.toBe("");
      await expect(client.experiments.cell({ id, armId: org, taskId, repeat: 99 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    it("warns of what an org has to look at, though it runs", async () => {
      const { client } = use();
      const { suiteId } = await importPlain(client);
      const org = testOrg("Lead>Writer", (each) => ({
        ...each,
        agents: [...each.agents, { ...each.agents[0], id: "agent_idle", name: "Idle", receivesBrief: false } as (typeof each.agents)[0]],
      }));
      const idle = await client.orgs.import({ text: orgFileText(org), fileName: "idle.org.json" });
      if (!idle.ok) throw new Error("refused");
      expect(await client.experiments.forecast(choices(idle.id, suiteId))).toMatchObject({
        ok: true,
        forecast: { orgWarnings: [{ orgId: idle.id, name: org.name, messages: [expect.stringContaining("Idle")] }] },
      });
    });

    it("says why an experiment cannot start, before and at the start", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const org = testOrg("Lead>Writer", (each) => ({ ...each, agents: each.agents.map((agent) => ({ ...agent, delivers: false })) }));
      const silent = await client.orgs.import({ text: orgFileText(org), fileName: "silent.org.json" });
      if (!silent.ok) throw new Error("refused");
      const cases = [
        choices(silent.id, suiteId),
        choices("org_gone", suiteId),
        choices(orgId, "no-such-suite"),
        choices(orgId, suiteId, { tasks: ["t1", "t99"] }),
        choices(orgId, suiteId, { tasks: [] }),
        choices(orgId, suiteId, { repeats: 0 }),
        choices(orgId, suiteId, { seed: -1 }),
        choices(orgId, suiteId, { orgs: [orgId, orgId] }),
      ];
      for (const asked of cases) {
        const forecast = await client.experiments.forecast(asked);
        expect(forecast.ok).toBe(false);
        expect(!forecast.ok && forecast.problems[0]?.message).toMatch(/\.$/);
        expect(
          await client.experiments.start({ choices: asked, name: "No", fresh: false, caps: { outputTokens: null, usd: null } }),
        ).toEqual(forecast);
      }
      const keyless = choices(orgId, suiteId, { connection: { kind: "anthropic" } });
      expect(
        await client.experiments.start({ choices: keyless, name: "No", fresh: false, caps: { outputTokens: null, usd: null } }),
      ).toMatchObject({
        ok: false,
        problems: [{ code: "no-key" }],
      });
      expect(await client.experiments.list()).toEqual([]);
    });

    it("can be watched from the start to the end, and its results are those of the exported report", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const started = await client.experiments.start({
        choices: choices(orgId, suiteId),
        name: "Contract",
        fresh: false,
        caps: { outputTokens: null, usd: null },
      });
      if (!started.ok) throw new Error("refused");
      const { id } = started;
      const views: ExperimentView[] = [];
      for await (const view of await client.experiments.watch({ id })) {
        views.push(view);
        if (!view.running && view.counts.waiting === 0) break;
      }
      const done = views.map((view) => view.counts.done);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      expect(views.at(-1)).toMatchObject({
        id,
        badge: "simulated",
        running: false,
        counts: { done: 24, failed: 0, stopped: 0, waiting: 0 },
        message: null,
        firstFailure: null,
      });
      expect(views.at(-1)?.cells.every((cell) => cell.letters === "dddd")).toBe(true);

      const drift = await client.drift.get({ id });
      const exported = await client.drift.exportReport({ id });
      expect(exported.fileName).toBe("Contract.report.json");
      expect(drift.report).toEqual(JSON.parse(exported.text));
      expect(reportSchema.parse(drift.report)).toEqual(drift.report);
      expect(drift.report.edges).toHaveLength(2);
      expect(Object.keys(drift.designs).sort()).toEqual(drift.report.arms.map((arm) => arm.id).sort());
      expect(drift.suite.id).toBe(suiteId);
      const detail = await client.experiments.detail({ id });
      expect(detail.summary).toEqual(drift.summary);
      expect(detail.designs).toEqual(drift.designs);
      expect(await client.experiments.list()).toEqual([drift.summary]);
      const tables = await client.drift.exportTables({ id });
      expect(tables.map((each) => each.fileName).sort()).toEqual([
        "arms.csv",
        "comparisons.csv",
        "edges.csv",
        "handoff-constraints.csv",
        "runs.csv",
      ]);
    });

    it("goes on with the same plan, and starts another where a fresh one is wanted", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const asked = choices(orgId, suiteId);
      const id = await runToEnd(client, asked);
      const before = await client.drift.exportReport({ id });
      expect(
        await client.experiments.start({ choices: asked, name: "Again", fresh: false, caps: { outputTokens: null, usd: null } }),
      ).toEqual({
        ok: true,
        id,
        existing: true,
      });
      expect(await client.drift.exportReport({ id })).toEqual(before);
      const fresh = await client.experiments.start({ choices: asked, name: "Fresh", fresh: true, caps: { outputTokens: null, usd: null } });
      expect(fresh).toMatchObject({ ok: true, existing: false });
      expect(await client.experiments.list()).toHaveLength(2);
    });

    it("stops, goes on to the same report, is renamed, archived and deleted", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const asked = choices(orgId, suiteId, { repeats: 8 });
      const started = await client.experiments.start({
        choices: asked,
        name: "Contract",
        fresh: false,
        caps: { outputTokens: null, usd: null },
      });
      if (!started.ok) throw new Error("refused");
      const { id } = started;
      await client.experiments.stop({ id });
      const [stopped] = await client.experiments.list();
      expect(stopped?.running).toBe(false);
      expect(stopped?.counts.done).toBeLessThan(48);
      await client.experiments.resume({ id, caps: { outputTokens: null, usd: null } });
      for await (const view of await client.experiments.watch({ id })) if (!view.running && view.counts.done === 48) break;
      const { arms, edges } = (await client.drift.get({ id })).report;
      const fresh = await client.experiments.start({ choices: asked, name: "Fresh", fresh: true, caps: { outputTokens: null, usd: null } });
      if (!fresh.ok) throw new Error("refused");
      for await (const view of await client.experiments.watch({ id: fresh.id })) if (!view.running && view.counts.done === 48) break;
      expect((await client.drift.get({ id: fresh.id })).report).toMatchObject({ arms, edges });
      await client.experiments.rename({ id, name: "Renamed" });
      await client.experiments.archive({ id, archived: true });
      expect((await client.experiments.detail({ id })).summary).toMatchObject({ name: "Renamed", archived: true });
      await client.experiments.delete({ id });
      await expect(client.experiments.detail({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect((await client.experiments.list()).map((each) => each.id)).toEqual([fresh.id]);
    });

    it("says what was chosen for an experiment, and which design was changed since", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const asked = choices(orgId, suiteId, { repeats: 2, seed: 7 });
      const id = await runToEnd(client, asked);
      const like = await client.experiments.like({ id });
      expect(like.notes).toEqual([]);
      const { orgs, solos, repeats, seed, population, suiteId: suite } = like.choices;
      expect({ orgs, solos, repeats, seed, population, suite }).toEqual({
        orgs: [orgId],
        solos: asked.solos,
        repeats: 2,
        seed: 7,
        population: asked.population,
        suite: suiteId,
      });
      const { forecast } = (await client.experiments.forecast(like.choices)) as { forecast: { existing: string | null } };
      expect(forecast.existing).toBe(id);
      const { org } = await client.orgs.get({ id: orgId });
      await client.orgs.edit({
        id: orgId,
        editId: "edit",
        ops: [{ op: "set", in: "agents", id: org.agents[0]?.id ?? "", field: "instructions", value: "Something else." }],
      });
      expect((await client.experiments.like({ id })).notes).toEqual([expect.stringContaining("was changed since")]);
    });

    it("M2a pages the runs of an edge, worst first, each once, with what makes up its loss and its messages", async () => {
      const { client } = use();
      const { orgId, suiteId } = await importPlain(client);
      const id = await runToEnd(client, choices(orgId, suiteId));
      const { report } = await client.drift.get({ id });
      const edge = report.edges[0];
      if (!edge) throw new Error("there is no edge");
      const page = (offset: number, limit: number) => client.drift.edgeRuns({ id, armId: edge.arm, edgeId: edge.edgeId, offset, limit });
      const pages = [await page(0, 5), await page(5, 5), await page(10, 5)];
      const all: EdgeRunView[] = pages.flatMap((each) => each.runs);
      expect(pages.map((each) => [each.total, each.offset, each.runs.length])).toEqual([
        [edge.runsFired, 0, 5],
        [edge.runsFired, 5, 5],
        [edge.runsFired, 10, 2],
      ]);
      expect(all).toEqual((await page(0, 200)).runs);
      expect(new Set(all.map((each) => each.runId)).size).toBe(12);
      expect(all.flatMap((each) => each.messages)).toHaveLength(edge.handoffs);
      const losses = all.map((each) => each.loss ?? -1);
      expect(losses).toEqual([...losses].sort((a, b) => b - a));
      for (const run of all) {
        expect(run.codes).toHaveLength(4);
        const lost = run.codes.reduce((sum, each) => sum + (each.lost ?? 0), 0);
        expect(lost).toBeCloseTo(run.loss ?? 0, 9);
        expect(run.messages.map((each) => each.round)).toEqual(run.messages.map((each) => each.round).sort((a, b) => a - b));
      }
      for (const message of all.flatMap((each) => each.messages)) {
        expect(message.shown).toContain(message.written);
        expect(message.codes).toHaveLength(4);
        for (const { code, spans } of message.codes)
          for (const span of spans) expect([code, message.shown.slice(span.start, span.end)]).not.toContain("");
      }
      expect(await page(12, 5)).toEqual({ total: 12, offset: 12, runs: [] });
      const choice = { id, armId: edge.arm, taskId: "t2", repeat: 3 };
      expect((await client.drift.deliverable(choice)).text).not.toBe("");
      const run = await client.drift.run(choice);
      expect(run.events.map((each) => each.seq)).toEqual(run.events.map((_, index) => index));
      expect(run.events.at(-1)?.event.type).toBe("run-ended");
    });
  });
}
