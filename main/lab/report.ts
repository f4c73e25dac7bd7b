/** Owns making an experiment's report from the store. */
import type { Report } from "#shared/drift/report.ts";
import { takesTemperature } from "#shared/run/connection.ts";
import { dice } from "#main/models/simulated/dice.ts";
import { buildReport } from "#main/measure/report.ts";
import type { ExperimentRow } from "#main/store/experiments.ts";
import type { Store } from "#main/store/store.ts";

/** The report of an experiment as it stands. The same cells give the same report, byte for byte. */
export function reportOf(store: Store, row: ExperimentRow): Report {
  const { plan } = row;
  const suite = store.orgs.suite(row.suiteHash);
  let rolls = 0;
  return buildReport({
    experimentId: row.id,
    planHash: row.planHash,
    plan,
    designs: new Map(
      plan.arms.flatMap((arm) => {
        const design = store.orgs.version(arm.orgHash);
        return design ? [[arm.id, design] as const] : [];
      }),
    ),
    clusterOf: new Map((suite?.tasks ?? []).map((task) => [task.id, task.twinOf ?? task.id])),
    outcomes: store.experiments.cells(row.id).map(({ armId, taskId, outcome }) => ({ armId, taskId, outcome })),
    runs: store.results.runs(row.id),
    edges: store.results.edges(row.id),
    facts: store.armFacts.facts(row.id),
    takesTemperature: takesTemperature(plan.connection),
    dice: () => {
      rolls += 1;
      return dice(plan.seed, "sign-flip", rolls);
    },
  });
}

/** The text of a report file. */
export function reportText(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
