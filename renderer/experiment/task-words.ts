/** Owns how tasks and orgs are told apart in the form: twins by their first words, orgs of one name by size and time. Pure. */
import type { OrgSummary } from "#shared/rpc/org-types.ts";
import type { Suite, Task } from "#shared/task/schema.ts";
import { plural, timeOf } from "#renderer/ui/words.ts";

/** What differs comes first: a long title is cut at its end. */
export function twinTitle({ title, twinOf }: Pick<Task, "title" | "twinOf">): string {
  return twinOf === undefined ? title : `(calm twin) ${title}`;
}

/** The tasks that run: those that were chosen, else all but the twins; in the suite's order. */
export function plannedTasks(suite: Suite, chosen: readonly string[] | null): Task[] {
  return suite.tasks.filter((task) => (chosen === null ? task.twinOf === undefined : chosen.includes(task.id)));
}

/** `all 9 tasks`, `the only task`. */
export function allTasksWords(tasks: number): string {
  return tasks === 1 ? "the only task" : `all ${plural(tasks, "task")}`;
}

/** `3 agents, changed 23 Nov, 14:05`. */
export function orgDetail({ agents, updatedAtMs }: OrgSummary): string {
  return `${plural(agents, "agent")}, changed ${timeOf(updatedAtMs)}`;
}

/** The name; where others have it too, with what tells them apart. */
export function orgLabel(org: OrgSummary, all: readonly OrgSummary[]): string {
  return all.some((each) => each.id !== org.id && each.name === org.name) ? `${org.name} (${orgDetail(org)})` : org.name;
}
