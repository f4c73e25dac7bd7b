/** Owns the use cases around experiments that are there: the list, one with its designs. */
import type { Org } from "#shared/org/schema.ts";
import type { ExperimentDetail, ExperimentSummary } from "#shared/rpc/experiment-types.ts";
import type { Lab } from "#main/lab/lab.ts";
import { interruptedCells } from "#main/lab/use/watch-experiment.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";

export function listExperiments(lab: Lab): ExperimentSummary[] {
  return lab.store.experiments.list().map((row) => summaryOf(lab, row));
}

export function summaryOf(lab: Lab, row: ExperimentRow): ExperimentSummary {
  return {
    id: row.id,
    name: row.name,
    planHash: row.planHash,
    badge: row.plan.connection.kind === "simulated" ? "simulated" : "observed",
    createdAtMs: row.createdAtMs,
    archived: row.archived,
    running: lab.runner.isRunning(row.id),
    interrupted: interruptedCells(lab, row.id),
    counts: lab.store.experiments.counts(row.id),
    tasks: row.plan.tasks.length,
    repeats: row.plan.repeats,
    arms: row.plan.arms.map(({ id, kind, name }) => ({ id, kind, name })),
  };
}

export function experimentDetail(lab: Lab, id: string): ExperimentDetail | null {
  const row = lab.store.experiments.get(id);
  const suite = row ? lab.store.orgs.suite(row.suiteHash) : null;
  if (!row || !suite) return null;
  return { summary: summaryOf(lab, row), plan: row.plan, designs: designsOf(lab, row), suite };
}

/** The designs that were frozen for an experiment, by arm. */
export function designsOf(lab: Lab, row: ExperimentRow): Record<string, Org> {
  return Object.fromEntries(
    row.plan.arms.flatMap((arm) => {
      const design = lab.store.orgs.version(arm.orgHash);
      return design ? [[arm.id, design]] : [];
    }),
  );
}
