/** Owns `driftlab run`: orgs on a suite beside a solo baseline, to a table, a report and tidy tables. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DEFAULT_REPEATS, DEFAULT_SEED } from "#shared/experiment/plan.ts";
import { problemsAsLine } from "#shared/problem.ts";
import type { Suite } from "#shared/task/schema.ts";
import type { Secrets } from "#main/models/connection.ts";
import { BadInput, EXIT } from "#main/hosts/cli/exit.ts";
import { readConnection, readCount, readOrg, readPopulation, readSuite } from "#main/hosts/cli/inputs.ts";
import { openCliStore } from "#main/hosts/cli/open-store.ts";
import { ProgressLine } from "#main/hosts/cli/progress.ts";
import { reportAsText } from "#main/hosts/cli/report-text.ts";
import { readServerKey } from "#main/hosts/launch/server-key.mjs";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import { type Forecast, forecast, type Range } from "#main/lab/forecast.ts";
import { makePlan, type Planned } from "#main/lab/make-plan.ts";
import { readPrices } from "#main/lab/prices-file.ts";
import { reportOf, reportText } from "#main/lab/report.ts";
import { type RunEnd, Runner } from "#main/lab/runner.ts";
import { prepareExperiment } from "#main/lab/start-experiment.ts";
import { csvTables } from "#main/lab/tables.ts";
import type { Store } from "#main/store/store.ts";

export interface RunFlags {
  suite: string;
  tasks?: string;
  solo: string;
  repeats: string;
  connection: string;
  keyEnv?: string;
  population?: string;
  model?: string;
  seed: string;
  maxOutputTokens?: string;
  db?: string;
  json?: string;
  csv?: string;
  fresh?: boolean;
}

export const RUN_DEFAULTS = {
  suite: "relay",
  solo: "one-shot",
  repeats: String(DEFAULT_REPEATS),
  connection: "simulated",
  seed: String(DEFAULT_SEED),
};

/** Runs and returns the exit code. */
export async function runCommand(orgs: readonly string[], flags: RunFlags): Promise<number> {
  const { planned, suite, secrets, cap } = planFrom(orgs, flags);
  const opened = openCliStore(flags.db, false);
  const { store } = opened;
  try {
    const name = planned.plan.arms
      .filter((arm) => arm.kind === "org")
      .map((arm) => arm.name)
      .join(", ");
    const { id } = prepareExperiment(store, planned, suite, { fresh: flags.fresh === true, name, nowMs: Date.now() });
    const prices = readPrices(opened.folder);
    const done = store.experiments.cells(id).filter((cell) => cell.outcome === "done");
    const expected = forecast(planned.plan, planned.designs, (armId) => done.filter((cell) => cell.armId === armId).length);
    process.stderr.write(`${forecastLine(expected, done.length, cap)}\n`);
    if (prices.problem) process.stderr.write(`${prices.problem}\n`);
    const runner = new Runner({ store, secrets, prices: () => prices.table, ports: NODE_PORTS });
    const progress = new ProgressLine(process.stderr, expected.cells);
    const running = runner.start(id, {
      maxOutputTokens: cap,
      onEvent: (_arm, event) => {
        if (event.type === "call-retried")
          progress.retry(`retry ${event.attempt} in ${(event.waitMs / 1000).toFixed(1)} s (${event.reason})`);
      },
      onChange: () => progress.show(store.experiments.counts(id)),
    });
    const end = await untilEnd(running, () => void runner.stop(id));
    progress.end();
    writeResults(store, id, flags);
    return exitCode(store, id, end);
  } finally {
    store.close();
  }
}

interface Planning {
  planned: Planned;
  suite: Suite;
  secrets: Secrets;
  /** Hard cap on output tokens of the whole experiment. */
  cap: number | null;
}

/** Everything that the flags say, checked before anything is opened. */
function planFrom(orgs: readonly string[], flags: RunFlags): Planning {
  if (flags.solo !== "one-shot" && flags.solo !== "none") throw new BadInput(`--solo takes one-shot or none; got "${flags.solo}".`);
  const connection = readConnection(flags.connection);
  if (flags.population !== undefined && connection.kind !== "simulated")
    throw new BadInput("--population goes with --connection simulated only.");
  if (flags.keyEnv !== undefined && connection.kind !== "compatible")
    throw new BadInput("--key-env goes with a base URL as --connection only; the Anthropic API takes ANTHROPIC_API_KEY.");
  if (flags.model !== undefined && connection.kind === "simulated")
    throw new BadInput("--model goes with --connection anthropic or a base URL; the simulated population answers for every model.");
  const secrets = secretsFor(flags);
  if (connection.kind === "anthropic" && secrets.anthropicKey() === null)
    throw new BadInput("The Anthropic API needs a key: set ANTHROPIC_API_KEY, or use --connection simulated.");
  const suite = readSuite(flags.suite);
  const result = makePlan({
    orgs: orgs.map(readOrg),
    solo: flags.solo,
    suite,
    tasks:
      flags.tasks === undefined
        ? null
        : flags.tasks
            .split(",")
            .map((each) => each.trim())
            .filter(Boolean),
    repeats: readCount("--repeats", flags.repeats, 1),
    connection,
    model: flags.model ?? null,
    population: readPopulation(flags.population),
    seed: readCount("--seed", flags.seed, 0),
  });
  if (!result.ok) throw new BadInput(problemsAsLine(result.problems));
  const cap = flags.maxOutputTokens === undefined ? null : readCount("--max-output-tokens", flags.maxOutputTokens, 1);
  return { planned: result.planned, suite, secrets, cap };
}

/** What is about to happen, in one line: cells, what those that are left will take, cap. */
function forecastLine(expected: Forecast, done: number, cap: number | null): string {
  const range = ({ low, high }: Range) => (low === high ? String(low) : `${low}–${high}`);
  const capWords = cap === null ? "no token cap" : `cap ${cap} output tokens, hard`;
  const left =
    done === expected.cells
      ? "nothing left to do"
      : `about ${range(expected.calls)} calls · about ${range(expected.outputTokens)} output tokens${done === 0 ? "" : " left"}`;
  return `${expected.cells} cells (${done} done already) · ${left} · ${capWords}`;
}

/** Waits; Ctrl+C and SIGTERM end in a clean stop with everything finished so far kept. */
async function untilEnd(running: Promise<RunEnd>, stop: () => void): Promise<RunEnd> {
  // Not once: npm passes a Ctrl+C on that the terminal has sent already, and the second must not cut the stopping short.
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await running;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

/** The table on the terminal, and the files that were asked for. */
function writeResults(store: Store, id: string, flags: RunFlags): void {
  const row = store.experiments.get(id);
  if (!row) throw new Error("the experiment has gone");
  const report = reportOf(store, row);
  // Without a single run the table would hold reasons only; what went wrong is said below.
  if (report.arms.some((arm) => arm.runs > 0)) process.stdout.write(reportAsText(report));
  if (flags.json !== undefined) writeOut(flags.json, reportText(report));
  if (flags.csv !== undefined)
    for (const [file, text] of Object.entries(csvTables(store, row, report))) writeOut(join(flags.csv, file), text);
}

/** The exit code, with a sentence wherever it is not 0. */
function exitCode(store: Store, id: string, { end, message }: RunEnd): number {
  const cells = store.experiments.cells(id);
  const failed = cells.filter((cell) => cell.outcome === "failed");
  const [first] = failed;
  if (message) process.stderr.write(`${message}\n`);
  if (first)
    process.stderr.write(
      `${failedWords(failed.length, cells.length)} with ${first.failureCode}: ${first.failureMessage}. The same command tries again.\n`,
    );
  if (end === "stopped")
    process.stderr.write("Stopped; everything finished so far is kept. The same command goes on with what is missing.\n");
  if (end === "stopped" || end === "cap-reached") return EXIT.stopped;
  return end === "failed" || failed.length > 0 ? EXIT.failed : EXIT.done;
}

function failedWords(failed: number, cells: number): string {
  if (failed === cells)
    return cells === 1 ? "Nothing to show: the only cell failed" : `Nothing to show: all ${cells} cells failed, the first`;
  return failed === 1 ? "1 cell failed" : `${failed} cells failed, the first`;
}

/** Keys from the environment only; they go to the connection and nowhere else. */
function secretsFor(flags: RunFlags): Secrets {
  const own = flags.keyEnv === undefined ? null : readServerKey(flags.keyEnv);
  if (own?.ok === false) throw new BadInput(own.message);
  return { anthropicKey: () => process.env.ANTHROPIC_API_KEY || null, serverKey: () => own?.key ?? null };
}

function writeOut(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new BadInput(`${file} cannot be written: ${(error as Error).message}. The results are in the database.`);
  }
}
