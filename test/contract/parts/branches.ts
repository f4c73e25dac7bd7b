/** Owns the contract around branches of runs and effect studies. */
import { describe, expect, it } from "vitest";
import { choices, type Given, importPlain, runToEnd } from "#test/contract/given.ts";

const NO_CAPS = { outputTokens: null, usd: null };

export function branchContract(use: () => Given): void {
  describe("branches and studies", () => {
    const prepared = async ({ client }: Given) => {
      const { orgId, suiteId } = await importPlain(client);
      const id = await runToEnd(client, choices(orgId, suiteId, { repeats: 2 }));
      const { summary, report } = await client.drift.get({ id });
      const arm = summary.arms.find((each) => each.kind === "org")?.id ?? "";
      const edgeId = report.edges[0]?.edgeId ?? "";
      const page = await client.drift.edgeRuns({ id, armId: arm, edgeId, offset: 0, limit: 20 });
      const worst = page.runs[0]?.messages[0];
      if (!worst) throw new Error("no handoff");
      return { client, id, arm, edgeId, worst };
    };
    const untilRest = async (client: Given["client"], place: { runId: string; handoffId: string }) => {
      for (let looks = 0; looks < 200; looks += 1) {
        const list = await client.branches.list(place);
        if (!list.running) return list;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error("the branches do not come to rest");
    };

    it("a message is repaired, the rest runs again, and the run itself stays as it was", async () => {
      const { client, id, worst } = await prepared(use());
      const before = await client.drift.get({ id });
      const place = { runId: worst.runId, handoffId: worst.id };
      const preview = await client.branches.preview({ ...place, wish: { how: "repaired" } });
      expect(preview.ok && preview.written).toContain("holds in full");
      expect(await client.branches.start({ ...place, wish: { how: "repaired" }, draws: 2, caps: NO_CAPS })).toEqual({ ok: true });
      await untilRest(client, place);
      expect(await client.branches.start({ ...place, wish: { how: "dropped" }, draws: 1, caps: NO_CAPS })).toEqual({ ok: true });
      const { parent, branches } = await untilRest(client, place);
      expect(branches.map((each) => `${each.how} ${each.draw} ${each.status}`).sort()).toEqual([
        "dropped 1 complete",
        "repaired 1 complete",
        "repaired 2 complete",
      ]);
      expect(parent.runId).toBe(worst.runId);
      const dropped = branches.find((each) => each.how === "dropped");
      // Nobody told the others anything: the last turn has nothing to keep.
      expect(dropped?.retention).toBe(0);
      expect(JSON.stringify(await client.drift.get({ id }))).toBe(JSON.stringify(before));
    });

    it("what cannot be changed is a sentence", async () => {
      const { client, worst } = await prepared(use());
      const place = { runId: worst.runId, handoffId: worst.id };
      expect(await client.branches.preview({ runId: worst.runId, handoffId: "h99", wish: { how: "dropped" } })).toMatchObject({
        ok: false,
      });
      const empty = await client.branches.start({ ...place, wish: { how: "edited", text: " " }, draws: 1, caps: NO_CAPS });
      expect(empty.ok ? "" : empty.why).toContain("drop it");
      await expect(client.branches.list({ runId: "run_gone", handoffId: "h1" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    it("M6 an edge is studied to its end, and the same study is not made twice", async () => {
      const { client, id, arm, edgeId } = await prepared(use());
      const choice = { experimentId: id, armId: arm, edges: [edgeId], checkpointsPerTask: 1, drawsPerSide: 1, seed: 1, caps: NO_CAPS };
      const { caps: _caps, ...asked } = choice;
      const forecast = await client.studies.forecast(asked);
      expect(await client.studies.list({ experimentId: id })).toEqual([]);
      const started = await client.studies.start(choice);
      if (!started.ok) throw new Error(started.problems[0]?.message);
      const done = async () => {
        for (let looks = 0; looks < 200; looks += 1) {
          const [study, ...more] = await client.studies.list({ experimentId: id });
          expect(more).toEqual([]);
          if (study && !study.running) return study;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        throw new Error("the study does not end");
      };
      const study = await done();
      expect(study.done).toBe(study.total);
      expect(forecast).toMatchObject({ ok: true, asked: 3, drawn: study.drawn, fromRepeats: [2], runs: study.total });
      expect(study.result.badge).toBe("simulated");
      expect(study.result.edges[0]?.outcome?.checkpoints.drawn).toBe(3);
      expect(await client.studies.start(choice)).toEqual({ ok: true, id: started.id });
      expect(JSON.stringify((await done()).result)).toBe(JSON.stringify(study.result));
      expect(await client.studies.start({ ...choice, edges: ["none"] })).toMatchObject({ ok: false, problems: [{ code: "no-such-edge" }] });
    });
  });
}
