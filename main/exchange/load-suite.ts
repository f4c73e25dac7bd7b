/** Owns how a suite file comes in: version → migrate → parse → check. */
import { type FileFormat, loadValue, pathInWords } from "#shared/format/load.ts";
import type { Loaded } from "#shared/problem.ts";
import { type Suite, SUITE_FORMAT, SUITE_VERSION, suiteSchema } from "#shared/task/schema.ts";
import { withPlaces } from "#main/exchange/place-of.ts";
import { parseText } from "#main/exchange/text-file.ts";

export const suiteFormat: FileFormat<Suite> = {
  name: SUITE_FORMAT,
  article: "a suite",
  version: SUITE_VERSION,
  migrations: {},
  schema: suiteSchema,
  placeInWords: (file, [first, index, ...path]) => {
    if (first !== "tasks" || typeof index !== "number" || path.length === 0) return null;
    const title: unknown = Array.isArray(file.tasks) ? file.tasks[index]?.title : null;
    const task = typeof title === "string" && title !== "" ? `the task “${title}”` : `task ${index + 1}`;
    return `"${pathInWords(path)}" of ${task}`;
  },
};

/** Reads a suite from JSON or YAML. What it proves about probes and phrasings is `checkSuite`'s to say. */
export function loadSuite(text: string, name: string): Loaded<Suite> {
  const parsed = parseText(text, name);
  if (!parsed.ok) return parsed;
  const loaded = loadSuiteValue(parsed.value, name);
  return loaded.ok ? loaded : { ...loaded, problems: withPlaces(loaded.problems, text) };
}

/** The same for what has been parsed already. Every suite comes in through here: as it stands in its file, its tasks lack their words. */
export function loadSuiteValue(value: unknown, name: string): Loaded<Suite> {
  const loaded = loadValue(suiteFormat, value, name);
  return loaded.ok ? { ...loaded, value: withWordsInTasks(loaded.value) } : loaded;
}

/** A task goes its own way from here, into plans and stores: it takes the suite's words along, and its hash covers them. */
function withWordsInTasks(suite: Suite): Suite {
  const { words, ...rest } = suite;
  if (!words) return suite;
  return { ...rest, tasks: suite.tasks.map((task) => ({ ...task, words: { ...words, ...task.words } })) };
}
