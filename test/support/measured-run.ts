/** Owns measuring a run whose answers a test writes down, and the words that keep, weaken or contradict a plain suite's rules. */
import type { Org } from "#shared/org/schema.ts";
import type { Suite } from "#shared/task/schema.ts";
import { measureRun } from "#main/measure/measure-run.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { play, type PlayOptions, type Script } from "#test/support/scripted-model.ts";

export const FULL = (rule: number) => `Rule ${rule} holds in full.`;
export const WEAK = (rule: number) => `Rule ${rule} holds perhaps.`;
export const OFF = (rule: number) => `Rule ${rule} is off.`;

/** What a scripted run measures: the engine makes the events, so that they are such as a run really leaves. */
export async function measured(org: Org, suite: Suite, script: Script, options: PlayOptions = {}) {
  const task = suite.tasks[0];
  if (!task) throw new Error("no task");
  const played = await play(org, script, { brief: task.brief, ...options });
  const measure = measureRun(org, new TaskProbes(task), played.events);
  const edge = (from: string, to: string) => {
    const id = (name: string) => org.agents.find((agent) => agent.name === name)?.id;
    const handoff = org.handoffs.find((each) => each.source === id(from) && each.target === id(to));
    return measure.edges.find((each) => each.edgeId === handoff?.id);
  };
  return { measure, edge, ...played };
}
