/** Owns an experiment whose population loses things, on a store that a test hands in: prepared, run, and its report as text. */
import type { Org } from "#shared/org/schema.ts";
import { reportOf, reportText } from "#main/lab/report.ts";
import type { Store } from "#main/store/store.ts";
import { memoryStore, population, prepareTestExperiment, runnerOn } from "#test/support/lab.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

export const org = testOrg("A>B>C,A>C");
export const suite = plainSuite(4, 4);
export const lossy = population({ default: { keep: 0.6, weaken: 0.2, contradict: 0.05 }, spread: 0.5 });

/** The report as it is written. */
export function textOf(store: Store, id: string): string {
  const row = store.experiments.get(id);
  if (!row) throw new Error("no experiment");
  return reportText(reportOf(store, row));
}

/** A prepared experiment; with a runner on it a test can stop and go on. */
export function prepared(
  store: Store,
  { fresh = false, ...fields }: { seed?: number; repeats?: number; orgs?: Org[]; fresh?: boolean } = {},
) {
  return prepareTestExperiment(store, { orgs: [org], solos: ["one-shot"], suite, repeats: 4, population: lossy, ...fields }, fresh);
}

/** The report of the same experiment run straight through. */
export async function undisturbed(fields: Parameters<typeof prepared>[1] = {}): Promise<string> {
  const store = memoryStore();
  const { id } = prepared(store, fields);
  await runnerOn(store).start(id, { caps: { outputTokens: null, usd: null } });
  return textOf(store, id);
}
