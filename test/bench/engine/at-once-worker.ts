/** Owns one process of the second part of the bench: many stored runs of the consultancy at once; prints what it took as JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchStore, noOpModel } from "#test/bench/engine/ours.ts";
import { type PlayedShape, shapes } from "#test/bench/engine/shapes.ts";

/** What one process reports. */
export interface AtOnce {
  turns: number;
  seconds: number;
  /** The most memory that the process ever held, in bytes. */
  peakRss: number;
  atOnce: number;
}

const [atOnce, runs] = process.argv.slice(2).map(Number) as [number, number];
const shape = shapes().find((each) => each.name === "consultancy of 12") as PlayedShape;
const folder = mkdtempSync(join(tmpdir(), "driftlab-bench-"));
const bench = new BenchStore(join(folder, "bench.db"), shape);
// Answers come in the next round of the event loop, so that all runs really are under way together.
const model = noOpModel(shape, () => new Promise((resolve) => setImmediate(resolve)));
for (let run = 0; run < 20; run += 1) await bench.play(shape, model);

let left = runs;
let underWay = 0;
let most = 0;
async function lane(): Promise<void> {
  for (; left > 0; ) {
    left -= 1;
    underWay += 1;
    most = Math.max(most, underWay);
    await bench.play(shape, model);
    underWay -= 1;
  }
}
const startedMs = performance.now();
await Promise.all(Array.from({ length: atOnce }, () => lane()));
const seconds = (performance.now() - startedMs) / 1_000;
bench.store.close();
rmSync(folder, { recursive: true });
const done: AtOnce = { turns: runs * shape.turns, seconds, peakRss: process.resourceUsage().maxRSS * 1_024, atOnce: most };
console.log(JSON.stringify(done));
