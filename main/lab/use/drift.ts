/** Owns the use cases around results: the drift map, deliverables, runs, files. */
import type { CodeView, DeliverableView, DriftAnswer, RunView } from "#shared/rpc/drift-types.ts";
import type { ExportedFile } from "#shared/rpc/org-types.ts";
import type { Suite, Task } from "#shared/task/schema.ts";
import type { Lab } from "#main/lab/lab.ts";
import { reportOf, reportText } from "#main/lab/report.ts";
import { csvTables } from "#main/lab/tables.ts";
import { designsOf, summaryOf } from "#main/lab/use/experiments.ts";
import { fileSlug } from "#main/lab/use/orgs.ts";
import { type CodeRow, DELIVERABLE_TEXT } from "#main/store/results.ts";

export interface CellChoice {
  id: string;
  armId: string;
  taskId: string;
  repeat: number;
}

/** Report, designs and suite of an experiment as it stands. */
export function driftOf(lab: Lab, id: string): DriftAnswer | null {
  const row = lab.store.experiments.get(id);
  const suite = row ? lab.store.orgs.suite(row.suiteHash) : null;
  if (!row || !suite) return null;
  return {
    summary: summaryOf(lab, row),
    report: reportOf(lab.store, row),
    designs: designsOf(lab, row),
    suite,
    agents: Object.fromEntries(lab.store.armFacts.agents(id)),
  };
}

/** The tasks of an experiment as they were when it started. */
export function suiteOf(lab: Lab, id: string): Suite | null {
  const row = lab.store.experiments.get(id);
  return row ? lab.store.orgs.suite(row.suiteHash) : null;
}

export function taskOf(suite: Suite, id: string): Task | undefined {
  return suite.tasks.find((task) => task.id === id);
}

/** In the ledger's order. */
export function codeViews(task: Task | undefined, rows: readonly CodeRow[]): CodeView[] {
  return (task?.ledger ?? []).flatMap((constraint) => {
    const row = rows.find((each) => each.constraintId === constraint.id);
    if (!row) return [];
    return [
      {
        constraintId: constraint.id,
        text: constraint.text,
        kind: constraint.kind,
        code: row.code,
        held: row.held,
        receiverHeld: row.receiverHeld,
        verdict: row.verdict,
        spans: row.spans,
      },
    ];
  });
}

function cellOf(lab: Lab, { id, armId, taskId, repeat }: CellChoice) {
  return lab.store.experiments.cells(id).find((cell) => cell.armId === armId && cell.taskId === taskId && cell.repeat === repeat) ?? null;
}

/** What a run handed back, with what became of every constraint and ask. */
export function deliverableOf(lab: Lab, choice: CellChoice): DeliverableView | null {
  const suite = suiteOf(lab, choice.id);
  const cell = cellOf(lab, choice);
  const run = lab.store.results.runs(choice.id).find((each) => each.runId === cell?.runId);
  if (!suite || !cell?.runId || !run) return null;
  const task = taskOf(suite, choice.taskId);
  return {
    taskId: choice.taskId,
    taskTitle: task?.title ?? choice.taskId,
    repeat: choice.repeat,
    status: run.status,
    text: lab.store.results.deliverable(cell.runId),
    retention: run.retention,
    asksMet: run.asksMet,
    codes: codeViews(task, lab.store.results.codes(cell.runId, DELIVERABLE_TEXT)),
  };
}

/** The stored events of a cell's run. */
export function runOf(lab: Lab, choice: CellChoice): RunView | null {
  const runId = cellOf(lab, choice)?.runId;
  return runId ? { runId, events: lab.store.runs.events(runId) } : null;
}

export function exportReport(lab: Lab, id: string): ExportedFile | null {
  const row = lab.store.experiments.get(id);
  return row ? { fileName: `${fileSlug(row.name)}.report.json`, text: reportText(reportOf(lab.store, row)) } : null;
}

export function exportTables(lab: Lab, id: string): ExportedFile[] | null {
  const row = lab.store.experiments.get(id);
  if (!row) return null;
  return Object.entries(csvTables(lab.store, row, reportOf(lab.store, row))).map(([fileName, text]) => ({ fileName, text }));
}
