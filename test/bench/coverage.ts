/** Owns counting how often the intervals of simulated experiments hold the true value. */
import type { Condition } from "#test/bench/conditions.ts";
import { memoryStore, runExperiment } from "#test/support/lab.ts";

/** What a number of experiments gave for one figure. */
export interface Tally {
  experiments: number;
  /** Intervals that hold the true value. */
  covered: number;
  /** True value below the interval, above it. */
  below: number;
  above: number;
  /** Experiments that gave no interval: nothing varied. */
  without: number;
  /** Sum of the intervals' widths. */
  width: number;
}

export const NO_TALLY: Tally = { experiments: 0, covered: 0, below: 0, above: 0, without: 0, width: 0 };

export function addTallies(one: Tally, other: Tally): Tally {
  const keys = Object.keys(NO_TALLY) as (keyof Tally)[];
  return Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) as unknown as Tally;
}

/** Runs one experiment per seed, by the real runner, and counts per figure of the condition. */
export async function tally(condition: Condition, seeds: readonly number[]): Promise<Tally[]> {
  // One store for all: a suite is compiled once per store. Another seed is another plan, so nothing is reused.
  const store = memoryStore();
  const counts = condition.figures.map(() => ({ ...NO_TALLY }));
  for (const seed of seeds) {
    const { org, suite, repeats, population } = condition;
    const { report } = await runExperiment({ store, orgs: [org], suite, repeats, population, seed, solos: ["one-shot"] });
    for (const [index, figure] of condition.figures.entries()) {
      const count = counts[index] as Tally;
      const interval = figure.interval(report);
      count.experiments += 1;
      if (!interval) count.without += 1;
      else {
        count.width += interval.high - interval.low;
        if (figure.truth < interval.low) count.below += 1;
        else if (figure.truth > interval.high) count.above += 1;
        else count.covered += 1;
      }
    }
  }
  store.close();
  return counts;
}
