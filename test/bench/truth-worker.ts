/** Owns one worker process of the coverage bench: runs the experiments it is told of and answers with counts. */
import { conditions } from "#test/bench/conditions.ts";
import { tally, type Tally } from "#test/bench/coverage.ts";

export interface Job {
  condition: number;
  seeds: number[];
}

export interface JobDone {
  condition: number;
  tallies: Tally[];
}

const all = conditions();
process.on("message", async ({ condition, seeds }: Job) => {
  const found = all[condition];
  if (!found) throw new Error(`there is no condition ${condition}`);
  process.send?.({ condition, tallies: await tally(found, seeds) } satisfies JobDone);
});
process.once("disconnect", () => process.exit());
