/** Owns playing a stored run again from its record alone, with no connection. */
import { readRecord, RecordMismatch } from "#main/engine/record.ts";
import { replayRun } from "#main/engine/replay.ts";
import { takesTemperature } from "#shared/run/connection.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { contextWindow } from "#main/models/windows.ts";
import type { Store } from "#main/store/store.ts";
import { changesAlong } from "#main/lab/branch.ts";
import { modeOf, withModel } from "#main/lab/run-cell.ts";

export type ReplayEnd = { ok: true; steps: number; calls: number } | { ok: false; why: string };

/** Plays a finished run again; it has to take every step that it took, and no other. */
export async function replayStored(store: Store, runId: string): Promise<ReplayEnd> {
  const run = store.runs.get(runId);
  const row = run ? store.experiments.get(run.experimentId) : null;
  const arm = row?.plan.arms.find((each) => each.id === run?.armId);
  const design = arm ? store.orgs.version(arm.orgHash) : null;
  const task = row && store.orgs.suite(row.suiteHash)?.tasks.find((each) => each.id === run?.taskId);
  if (!run || !row || !arm || !design || !task) return { ok: false, why: `There is no run ${runId}.` };
  if (run.status === null) return { ok: false, why: `The run ${runId} has not ended, so there is nothing to play to its end.` };
  const log = store.runs.events(runId);
  const { steps, results } = readRecord(log);
  const first = steps[0];
  try {
    const replayed = await replayRun(
      {
        org: withModel(design, row.plan.model),
        brief: task.brief,
        cell: first?.type === "run-started" ? first.cell : "",
        mode: modeOf(arm, new TaskProbes(task)),
        takesTemperature: takesTemperature(row.plan.connection),
        caches: row.plan.connection.kind !== "compatible",
        contextTokens: contextWindow,
        changes: changesAlong(store, runId),
      },
      log,
      setImmediate,
    );
    return { ok: true, steps: replayed.events.length, calls: results.size };
  } catch (error) {
    if (error instanceof RecordMismatch) return { ok: false, why: error.message };
    throw error;
  }
}
