import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ExperimentView } from "#shared/rpc/experiment-types.ts";
import type { Lab } from "#main/lab/lab.ts";
import { listExperiments } from "#main/lab/use/experiments.ts";
import { startExperiment } from "#main/lab/use/plan-experiment.ts";
import { watchExperiment } from "#main/lab/use/watch-experiment.ts";
import { choices, makeLab } from "#test/contract/given.ts";

const FREE = { outputTokens: null, usd: null };
const TASKS = ["lending-campaign", "plant-compliance"];

describe("the live picture of an experiment", () => {
  let lab: Lab;
  beforeEach(() => {
    lab = makeLab();
  });
  afterEach(() => lab.close());

  const start = (repeats: number, caps: Parameters<typeof startExperiment>[1]["caps"] = FREE, of: Lab = lab) => {
    const started = startExperiment(of, {
      choices: choices(of.store.orgs.list()[0]?.id ?? "", "relay", { tasks: [...TASKS], repeats }),
      name: "Watched",
      fresh: false,
      caps,
    });
    if (!started.ok) throw new Error(JSON.stringify(started.problems));
    return started.id;
  };
  const watched = async (id: string, until: (view: ExperimentView) => boolean, of: Lab = lab) => {
    const views: ExperimentView[] = [];
    for await (const view of watchExperiment(of, id, undefined)) {
      views.push(view);
      if (until(view)) break;
    }
    return views;
  };
  const last = async (id: string, of: Lab = lab) => (await watched(id, (view) => !view.running, of)).at(-1) as ExperimentView;

  it("shows words while they come, of agents of the design, and how many cells wait over all experiments", async () => {
    const id = start(40);
    const [view] = (await watched(id, (each) => each.live.some((arm) => arm.words.length > 0) || !each.running)).slice(-1);
    const words = view?.live.flatMap((arm) => arm.words) ?? [];
    const agents = lab.store.orgs.list().flatMap((org) => lab.store.orgs.get(org.id)?.draft.agents.map((agent) => agent.id) ?? []);
    expect(words.length).toBeGreaterThan(0);
    for (const each of words) expect([...agents, "agent_solo"]).toContain(each.agent);
    expect(view?.queue.waiting).toBeGreaterThan(0);
    await lab.runner.stop(id);
    expect((await last(id)).queue).toEqual({ active: 0, waiting: 0 });
  });

  it("counts what was spent against the caps, and stops at one", async () => {
    const id = start(5, { outputTokens: 6_000, usd: null });
    const { caps, message, outputTokens } = await last(id);
    expect(message).toContain("the cap of 6000 output tokens");
    expect(caps).toEqual({ outputTokens: { cap: 6_000, used: outputTokens }, usd: null });
    expect(outputTokens).toBeLessThanOrEqual(6_000);
  });

  it("groups failed cells by their sentence, the most frequent first", async () => {
    const id = start(2);
    await last(id);
    const cells = lab.store.experiments.cells(id);
    for (const [index, cell] of cells.slice(0, 3).entries())
      lab.store.experiments.finishCell({ experimentId: id, ...cell }, "failed", {
        code: "network",
        message: index === 0 ? "It broke" : "The server has gone",
      });
    const view = await last(id);
    expect(view.failures).toEqual([
      { sentence: "network: The server has gone", cells: 2 },
      { sentence: "network: It broke", cells: 1 },
    ]);
    expect(view.firstFailure).toBe("network: The server has gone");
  });

  it("says after a crash that it was interrupted, marks the cells, and goes on to the end", async () => {
    const id = start(2);
    await last(id);
    // What a process leaves that dies: a run that has begun, and nothing else.
    const [cell] = lab.store.experiments.cells(id);
    if (!cell) throw new Error("there is no cell");
    lab.store.runs.start({ experimentId: id, ...cell, id: "run_cut", attempt: 2, startedAtMs: 0 });
    lab.store.experiments.finishCell({ experimentId: id, ...cell }, "stopped", null);
    lab.store.experiments.reopenCells(id);
    const next = makeLab(lab.store);
    const view = await last(id, next);
    expect(view).toMatchObject({ interrupted: 1, counts: { waiting: 1 } });
    expect(view.message).toMatch(/^Driftlab ended while 1 cell was being run\./);
    expect(view.cells.map((each) => each.letters).join("")).toContain("x");
    expect(listExperiments(next)).toMatchObject([{ interrupted: 1 }]);
    next.run(id, null);
    const [end] = (await watched(id, (each) => !each.running && each.counts.waiting === 0, next)).slice(-1);
    expect(end).toMatchObject({ interrupted: 0, message: null });
    expect(end?.cells.map((each) => each.letters).join("")).not.toContain("x");
  });

  it("says of what was stopped that it was stopped, also where it was about to be tried again", async () => {
    const id = start(60);
    await watched(id, (view) => view.counts.done > 0);
    await lab.runner.stop(id);
    lab.run(id, null);
    await lab.runner.stop(id);
    const view = await last(id);
    expect(view).toMatchObject({ interrupted: 0, message: expect.stringMatching(/^Stopped\./) as string });
    expect(await last(id, makeLab(lab.store))).toMatchObject({ interrupted: 0, message: null });
  });
});
