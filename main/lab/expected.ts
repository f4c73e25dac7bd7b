/** Owns what is left of a plan in a store: the forecast with past runs, prices, briefs and the cells that are done already. */
import type { Suite } from "#shared/task/schema.ts";
import { type Forecast, forecast, type PastRuns } from "#main/lab/forecast.ts";
import type { Planned } from "#main/lab/make-plan.ts";
import type { PriceTable } from "#main/models/prices.ts";
import type { Store } from "#main/store/store.ts";

export interface ExpectedParts {
  store: Store;
  suite: Suite;
  past: PastRuns;
  prices: PriceTable;
  /** The experiment that would be gone on with; null for one that is yet to be made. */
  experimentId: string | null;
}

export type Expected = Forecast & {
  /** Cells that are done already. */
  done: number;
  /** What the figures rest on; `partly`: of some arms on past runs, of others on the structure. */
  basis: "structure" | "partly" | "past runs";
  /** How many past runs those are; 0 for none. */
  pastRuns: number;
};

/** The forecast of what is left. Calls and tokens are ranges, dollars are US dollars or null where a price is not known. */
export function expected({ plan, designs }: Planned, { store, suite, past, prices, experimentId }: ExpectedParts): Expected {
  const done = new Map<string, number>();
  if (experimentId !== null)
    for (const cell of store.experiments.cells(experimentId))
      if (cell.outcome === "done") done.set(cell.armId, (done.get(cell.armId) ?? 0) + 1);
  const found = forecast(plan, designs, {
    cellsDone: (armId) => done.get(armId) ?? 0,
    past,
    prices,
    briefOf: (taskId) => suite.tasks.find((task) => task.id === taskId)?.brief ?? "",
  });
  // An arm with nothing left to do says nothing about what the figures rest on.
  const open = found.arms.filter((arm) => arm.cells > 0);
  const known = open.filter((arm) => arm.basis === "past runs");
  const hashes = new Set(known.map(({ armId }) => plan.arms.find((arm) => arm.id === armId)?.orgHash ?? ""));
  return {
    ...found,
    done: [...done.values()].reduce((sum, each) => sum + each, 0),
    basis: known.length === 0 ? "structure" : known.length === open.length ? "past runs" : "partly",
    pastRuns: [...hashes].flatMap((hash) => plan.tasks.flatMap((task) => past.of(hash, task.id))).length,
  };
}
