/** Owns `npm run bench:truth`: how often the 95 % intervals of simulated experiments hold the planted truth, as a table. */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Condition, conditions, type Figure } from "#test/bench/conditions.ts";
import { addTallies, NO_TALLY, type Tally } from "#test/bench/coverage.ts";
import type { Job, JobDone } from "#test/bench/truth-worker.ts";

const GOAL = { low: 0.92, high: 0.98 };
/** Experiments a job: enough that compiling a suite does not weigh, few enough that workers end together. */
const JOB_SIZE = 25;

const quick = process.argv.includes("--quick");
const all = conditions();
/** `--quick`: about 100 experiments in all. */
const perCondition = quick ? Math.ceil(100 / all.length) : 300;

const startedMs = performance.now();
const totals = all.map((condition) => condition.figures.map(() => NO_TALLY));
await runJobs(jobsOf(all));
const seconds = (performance.now() - startedMs) / 1_000;
for (const line of table(all, totals)) console.log(line);
console.log(
  `\n${all.length * perCondition} simulated experiments in ${seconds.toFixed(0)} s. Goal: ${100 * GOAL.low}–${100 * GOAL.high} %; "about" where it is missed by less than two standard errors of a true 95 %.`,
);

/** Every experiment has a seed of its own, over all conditions. */
function jobsOf(list: readonly Condition[]): Job[] {
  return list.flatMap((_, condition) => {
    const seeds = Array.from({ length: perCondition }, (__, index) => 1 + condition * 10_000 + index);
    return Array.from({ length: Math.ceil(perCondition / JOB_SIZE) }, (__, index) => ({
      condition,
      seeds: seeds.slice(index * JOB_SIZE, (index + 1) * JOB_SIZE),
    }));
  });
}

/** Each worker takes the next job when it has done one. */
async function runJobs(jobs: Job[]): Promise<void> {
  const waiting = [...jobs];
  const count = Math.min(4, availableParallelism(), waiting.length);
  await Promise.all(Array.from({ length: count }, () => work(fork(join(import.meta.dirname, "truth-worker.ts")), waiting)));
}

function work(worker: ChildProcess, waiting: Job[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const job = waiting.shift();
      if (job) worker.send(job);
      else worker.disconnect();
    };
    worker.on("message", ({ condition, tallies }: JobDone) => {
      totals[condition] = (totals[condition] as Tally[]).map((total, index) => addTallies(total, tallies[index] as Tally));
      next();
    });
    worker.once("error", reject);
    worker.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
    next();
  });
}

/** A table in Markdown, so that docs/benchmarks.md holds what was printed. */
function table(list: readonly Condition[], tallies: readonly (readonly Tally[])[]): string[] {
  const names = [...new Set(list.flatMap((condition) => condition.figures.map((figure) => figure.name)))];
  return names.flatMap((name) => [
    "",
    `### ${name}`,
    "",
    "| condition | tasks × repeats | spread | truth | experiments | coverage ± SE | truth below / above | mean width | 92–98 % |",
    "|---|---|---|---|---|---|---|---|---|",
    ...list.flatMap((condition, index) =>
      condition.figures.flatMap((figure, at) =>
        figure.name === name ? [row(condition, figure, (tallies[index] as Tally[])[at] as Tally)] : [],
      ),
    ),
  ]);
}

function row(condition: Condition, { truth, cannotMiss }: Figure, { experiments, covered, below, above, without, width }: Tally): string {
  const judged = experiments - without;
  const shown = without > 0 ? `${experiments} (${without} without an interval)` : experiments;
  const cells = [condition.name, `${condition.tasks} × ${condition.repeats}`, condition.spread, truth.toFixed(3), shown];
  if (judged === 0) return `| ${[...cells, "–", "–", "–", "–"].join(" | ")} |`;
  const coverage = covered / judged;
  const standardError = Math.sqrt((coverage * (1 - coverage)) / judged);
  return `| ${[...cells, `${(100 * coverage).toFixed(1)} ± ${(100 * standardError).toFixed(1)} %`, `${below} / ${above}`, (width / judged).toFixed(3), cannotMiss ? "one-sided, cannot miss" : verdict(coverage, judged)].join(" | ")} |`;
}

function verdict(coverage: number, experiments: number): string {
  const missed = Math.max(GOAL.low - coverage, coverage - GOAL.high);
  if (missed <= 0) return "met";
  const side = coverage < GOAL.low ? "too low" : "wider than need be";
  return missed <= 2 * Math.sqrt((0.95 * 0.05) / experiments) ? `about (${side})` : side;
}
