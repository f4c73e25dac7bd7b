import { describe, expect, it } from "vitest";
import { type Suite, suiteSchema } from "#shared/task/schema.ts";
import { allTasksWords, orgDetail, orgLabel, plannedTasks, twinTitle } from "#renderer/experiment/task-words.ts";

const suite: Suite = suiteSchema.parse({
  format: "driftlab.suite",
  version: 1,
  id: "s",
  name: "S",
  tasks: [
    { id: "a", title: "Spring", brief: "b" },
    { id: "a-calm", title: "Spring", brief: "b", twinOf: "a" },
    { id: "b", title: "Summer", brief: "b" },
  ],
});
const org = (id: string, name: string, agents: number) => ({ id, name, agents, handoffs: 2, updatedAtMs: 0, archived: false });

describe("tasks in the form", () => {
  it("are all but the twins, unless some are chosen; in the suite's order", () => {
    expect(plannedTasks(suite, null).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(plannedTasks(suite, ["b", "a-calm"]).map(({ id }) => id)).toEqual(["a-calm", "b"]);
  });

  it("are told from their twins by their first words", () =>
    expect(suite.tasks.map(twinTitle)).toEqual(["Spring", "(calm twin) Spring", "Summer"]));

  it("are counted as people count", () => expect([allTasksWords(1), allTasksWords(9)]).toEqual(["the only task", "all 9 tasks"]));
});

describe("orgs in the form", () => {
  it("of one name are told apart by size and time, others by their name", () => {
    const all = [org("1", "Chain", 1), org("2", "Chain", 5), org("3", "Hub", 4)];
    const labels = all.map((each) => orgLabel(each, all));
    expect(new Set(labels).size).toBe(3);
    expect(labels[0]).toBe(`Chain (${orgDetail(org("1", "Chain", 1))})`);
    expect(labels[0]).toContain("1 agent, changed");
    expect(labels[2]).toBe("Hub");
  });
});
