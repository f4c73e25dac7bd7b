/** Owns the commands that only look: check, presets, tasks, report. */
import { findExperiment } from "#main/hosts/cli/commands/session.ts";
import { basename } from "node:path";
import { loadValue } from "#shared/format/load.ts";
import { loadOrgValue } from "#shared/org/load.ts";
import { populationFormat } from "#shared/population/schema.ts";
import type { Problem } from "#shared/problem.ts";
import { parseText } from "#main/exchange/text-file.ts";
import { loadSuiteValue, suiteFormat } from "#main/exchange/load-suite.ts";
import { EXIT } from "#main/hosts/cli/exit.ts";
import { readText } from "#main/hosts/cli/inputs.ts";
import { openCliStore } from "#main/hosts/cli/open-store.ts";
import { reportAsText } from "#main/hosts/cli/report-text.ts";
import { table } from "#main/hosts/cli/table.ts";
import { builtInSuites, presets } from "#main/lab/library.ts";
import { reportOf, reportText } from "#main/lab/report.ts";
import { suiteProblems } from "#main/lab/suite-problems.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";
import type { Store } from "#main/store/store.ts";

/** Says what is wrong with an org, suite or population file; exit 2 on errors. */
export function checkCommand(file: string): number {
  const name = basename(file);
  const parsed = parseText(readText(file), name);
  if (!parsed.ok) return say(name, parsed.problems, null);
  const format = (parsed.value as { format?: unknown } | null)?.format;
  if (format === suiteFormat.name) {
    const loaded = loadSuiteValue(parsed.value, name);
    return loaded.ok
      ? say(name, suiteProblems(loaded.value), `a suite of ${loaded.value.tasks.length} tasks`)
      : say(name, loaded.problems, null);
  }
  if (format === populationFormat.name) {
    const loaded = loadValue(populationFormat, parsed.value, name);
    return loaded.ok ? say(name, [], "a population profile") : say(name, loaded.problems, null);
  }
  const loaded = loadOrgValue(parsed.value, name);
  return loaded.ok
    ? say(name, loaded.problems, `an org of ${loaded.value.agents.length} agents and ${loaded.value.handoffs.length} handoffs`)
    : say(name, loaded.problems, null);
}

function say(name: string, problems: readonly Problem[], what: string | null): number {
  const errors = problems.filter((problem) => problem.severity === "error");
  for (const problem of problems) process.stderr.write(`${problem.severity}: ${problem.message}\n`);
  if (errors.length > 0) return EXIT.badInput;
  process.stdout.write(`${name} is ${what ?? "readable"}${problems.length === 0 ? "; nothing is wrong with it" : ""}.\n`);
  return EXIT.done;
}

export function presetsCommand(flags: { json?: boolean }): number {
  const rows = presets();
  if (flags.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else
    process.stdout.write(
      `${fitTo(
        process.stdout.columns,
        table(
          ["preset", "name", "agents", "handoffs", "what it is"],
          rows.map(({ name, org }) => [
            `preset:${name}`,
            org.name,
            String(org.agents.length),
            String(org.handoffs.length),
            org.description,
          ]),
        ),
      )}\n`,
    );
  return EXIT.done;
}

/** Lines cut to a terminal's width, so that a table stays one; whole where there is no terminal. */
export function fitTo(columns: number | undefined, text: string): string {
  if (columns === undefined || columns < 20) return text;
  return text
    .split("\n")
    .map((line) =>
      line.length <= columns ? line : line.startsWith("─") ? line.slice(0, columns) : `${line.slice(0, columns - 1).trimEnd()}…`,
    )
    .join("\n");
}

export function tasksCommand(flags: { json?: boolean }): number {
  const suites = builtInSuites();
  if (flags.json) process.stdout.write(`${JSON.stringify(suites, null, 2)}\n`);
  else
    process.stdout.write(
      `${table(
        ["suite", "task", "title", "asks", "constraints", "twin of"],
        suites.flatMap((suite) =>
          suite.tasks.map((task) => [
            suite.id,
            task.id,
            task.title,
            String(task.asks.length),
            String(task.ledger.length),
            task.twinOf ?? "",
          ]),
        ),
      )}\n`,
    );
  return EXIT.done;
}

export function reportCommand(id: string | undefined, flags: { db?: string; json?: boolean }): number {
  const { store } = openCliStore(flags.db, true);
  try {
    const rows = store.experiments.list();
    if (id === undefined) return listExperiments(store, rows, flags.json === true);
    const row = findExperiment(store, id);
    const report = reportOf(store, row);
    process.stdout.write(flags.json ? reportText(report) : reportAsText(report));
    return EXIT.done;
  } finally {
    store.close();
  }
}

/** What there is to report on, the newest first. */
function listExperiments(store: Store, rows: readonly ExperimentRow[], json: boolean): number {
  const list = rows.map(({ id, name, createdAtMs }) => ({
    id,
    name,
    runs: store.experiments.counts(id).done,
    when: new Date(createdAtMs).toISOString(),
  }));
  if (json) process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
  else if (list.length === 0) process.stdout.write("The database holds no experiments yet; driftlab run makes one.\n");
  else
    process.stdout.write(
      `${fitTo(
        process.stdout.columns,
        table(
          ["experiment", "runs", "when", "name"],
          list.map(({ id, name, runs, when }) => [id, String(runs), `${when.slice(0, 16).replace("T", " ")} UTC`, name]),
        ),
      )}\n`,
    );
  return EXIT.done;
}
