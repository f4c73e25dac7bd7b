/** Owns `driftlab run`: orgs on a suite beside solo baselines, after a pilot where one is asked for, to a table, a report and tidy tables. */
import { join } from "node:path";
import type { Plan } from "#shared/experiment/plan.ts";
import { strayEntries } from "#shared/population/strays.ts";
import { choicesFrom, planned, type RunChoices, type RunFlags } from "#main/hosts/cli/commands/run-plan.ts";
import { retryText, untilEnd } from "#main/hosts/cli/commands/session.ts";
import { BadInput, EXIT } from "#main/hosts/cli/exit.ts";
import { openCliStore } from "#main/hosts/cli/open-store.ts";
import { ProgressLine } from "#main/hosts/cli/progress.ts";
import { reportAsText } from "#main/hosts/cli/report-text.ts";
import { writeOut } from "#main/hosts/cli/write-out.ts";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import type { PastRuns } from "#main/lab/arms/budgets.ts";
import { frozenBefore } from "#main/lab/arms/frozen.ts";
import { pastRuns } from "#main/lab/arms/past-runs.ts";
import { pilotInput } from "#main/lab/arms/pilot.ts";
import { modelsWithoutPrice, unpricedLimits } from "#main/lab/arms/priced.ts";
import type { Caps } from "#main/lab/budget.ts";
import { type Expected, expected } from "#main/lab/expected.ts";
import type { Range } from "#main/lab/forecast.ts";
import type { Planned } from "#main/lab/make-plan.ts";
import { type PricesInUse, readPrices } from "#main/lab/prices-file.ts";
import { reportOf, reportText } from "#main/lab/report.ts";
import { type RunEnd, Runner } from "#main/lab/runner.ts";
import { mostSpentUsd } from "#main/lab/spent.ts";
import { prepareExperiment } from "#main/lab/start-experiment.ts";
import { csvTables } from "#main/lab/tables.ts";
import { storeFailureSentence } from "#main/store/failure.ts";
import type { Store } from "#main/store/store.ts";

/** Stands in for past runs where a plan is only looked at: nothing that is planned with it is run. */
const AS_IF_RUN: PastRuns = { median: () => ({ outputTokens: 1, costUsd: null, runs: 1 }) };

/** What one experiment of the command is run with. */
interface Session {
  store: Store;
  prices: PricesInUse;
  choices: RunChoices;
}

/** Runs and returns the exit code. */
export async function runCommand(orgs: readonly string[], flags: RunFlags): Promise<number> {
  const choices = choicesFrom(orgs, flags);
  // Whatever is wrong with the choices is said before a file is opened or a pilot is paid for.
  const looked = planned(choices.input, AS_IF_RUN);
  const opened = openCliStore(flags.db, false);
  const { store } = opened;
  try {
    const prices = readPrices(opened.folder);
    if (prices.problem) process.stderr.write(`${prices.problem}\n`);
    if (choices.caps.usd !== null) refuseUnpriced(looked, prices, opened.folder);
    const [unpriced] = unpricedLimits(looked.plan, looked.designs, prices.table);
    if (unpriced) throw new BadInput(unpriced.message);
    if (choices.input.connection.kind === "simulated")
      for (const stray of strayEntries(choices.input.population, [...looked.designs.values()])) process.stderr.write(`warning: ${stray}\n`);
    const session: Session = { store, prices, choices };
    let { caps } = choices;
    if (choices.pilot !== null) {
      const pilot = await runExperiment(session, planned(pilotInput(choices.input, choices.pilot), AS_IF_RUN), {
        name: `Pilot of ${orgNames(looked.plan)}`,
        // A pilot that has been run is not paid for again.
        fresh: false,
        caps,
      });
      const code = exitCode(store, pilot.id, pilot.end);
      if (code !== EXIT.done) {
        process.stderr.write("The pilot did not finish, so no budget was frozen and the experiment was not started.\n");
        return code;
      }
      const left = capsLeft(session, pilot.id, caps);
      if (!left.ok) {
        process.stderr.write(`${left.message}\n`);
        return EXIT.stopped;
      }
      ({ caps } = left);
    }
    const fromNow = planned(choices.input, pastRuns(store, choices.input));
    const plan = flags.fresh === true ? fromNow : frozenBefore(store, fromNow);
    for (const line of budgetLines(plan.plan)) process.stderr.write(`${line}\n`);
    const { id, end } = await runExperiment(session, plan, { name: orgNames(plan.plan), fresh: flags.fresh === true, caps });
    writeResults(store, id, flags);
    return exitCode(store, id, end);
  } catch (error) {
    const sentence = storeFailureSentence(error, store.file);
    if (sentence === null) throw error;
    process.stderr.write(`${sentence}\n`);
    return EXIT.failed;
  } finally {
    store.close();
  }
}

/** Prepares an experiment, says what it will take, and runs what is missing of it. */
async function runExperiment(
  { store, prices, choices }: Session,
  plan: Planned,
  { name, fresh, caps }: { name: string; fresh: boolean; caps: Caps },
): Promise<{ id: string; end: RunEnd }> {
  const { id } = prepareExperiment(store, plan, choices.input.suite, { fresh, name, nowMs: Date.now() });
  // What goes on without being told its caps, in the app, goes on under these.
  store.experiments.setCaps(id, caps);
  const { suite } = choices.input;
  const left = expected(plan, { store, suite, past: pastRuns(store, choices.input), prices: prices.table, experimentId: id });
  process.stderr.write(`${name.startsWith("Pilot of ") ? `${name}: ` : ""}${forecastLine(left, caps)}\n`);
  const runner = new Runner({ store, secrets: choices.secrets, prices: () => prices.table, ports: NODE_PORTS });
  const progress = new ProgressLine(process.stderr, left.cells);
  progress.show(store.experiments.counts(id));
  const running = runner.start(id, {
    caps,
    onEvent: (_arm, event) => {
      if (event.type === "call-retried") progress.retry(retryText(event));
    },
    onChange: () => progress.show(store.experiments.counts(id)),
  });
  const end = await untilEnd(running, () => void runner.stop(id));
  progress.end();
  return { id, end };
}

function orgNames(plan: Plan): string {
  return plan.arms
    .filter((arm) => arm.kind === "org")
    .map((arm) => arm.name)
    .join(", ");
}

/** A cap in dollars holds only where every call can be priced before it is sent. */
function refuseUnpriced({ plan, designs }: Planned, prices: PricesInUse, folder: string | null): void {
  const unknown = modelsWithoutPrice(plan, designs, prices.table);
  if (unknown.length === 0) return;
  const where = folder === null ? "a prices.json beside a database file" : join(folder, "prices.json");
  throw new BadInput(
    `--max-usd needs the price of every model, and that of ${unknown.join(", ")} is not known: add it to ${where}, or use --max-output-tokens.`,
  );
}

/** What a pilot has left of the caps, or why nothing is left. */
function capsLeft({ store, prices }: Session, pilotId: string, caps: Caps): { ok: true; caps: Caps } | { ok: false; message: string } {
  const usd = mostSpentUsd(store.spending, { experiment: pilotId }, prices.table);
  if (caps.usd !== null && usd === null)
    return {
      ok: false,
      message:
        "The pilot was answered by a model whose price is not known, so what it left of --max-usd cannot be said; use --max-output-tokens.",
    };
  const left: Caps = {
    outputTokens: caps.outputTokens === null ? null : caps.outputTokens - store.spending.outputTokensSpent({ experiment: pilotId }),
    usd: caps.usd === null ? null : caps.usd - (usd ?? 0),
  };
  if ((left.outputTokens ?? 1) > 0 && (left.usd ?? 1) > 0) return { ok: true, caps: left };
  return {
    ok: false,
    message: "The pilot took the whole cap, so the experiment was not started; raise the cap, or run fewer with --pilot.",
  };
}

/** More tasks than this are told as a range; the plan has each. */
const BUDGETS_TOLD = 4;

/** Each arm's budgets, what they were worked out from and from how many runs (M12). */
function budgetLines(plan: Plan): string[] {
  return plan.arms.flatMap((arm) => {
    if (arm.budgets === null) return [];
    const budgets = Object.entries(arm.budgets);
    const values = budgets.map(([, value]) => value);
    const told =
      budgets.length <= BUDGETS_TOLD
        ? budgets.map(([task, value]) => `${task} ${value}`).join(", ")
        : `${range({ low: Math.min(...values), high: Math.max(...values) })}`;
    const unit = arm.baseline === "best-of-n" ? "draws" : "output tokens";
    const each = budgets.length <= BUDGETS_TOLD ? "" : " per task";
    const from = `by ${arm.settings["budget-basis"]}, medians of ${arm.settings["budget-runs"]} or more past runs`;
    return [`${arm.name}: ${told} ${unit}${each} (${from})`];
  });
}

/** What is about to happen, in one line: cells, what those that are left will take, cap. */
function forecastLine({ cells, done, calls, outputTokens, usd, pastRuns: runs, basis }: Expected, caps: Caps): string {
  const cost = usd !== null && usd.high > 0 ? ` · about ${dollars(usd)} US dollars` : "";
  const from = basis === "structure" ? "" : ` (${basis === "partly" ? "partly " : ""}from ${plural(runs, "past run")})`;
  const left =
    done === cells
      ? "nothing left to do"
      : `about ${range(calls)} ${calls.high === 1 ? "call" : "calls"} · about ${range(outputTokens)} output tokens${cost}${done === 0 ? "" : " left"}${from}`;
  return `${plural(cells, "cell")} (${done} done already) · ${left} · ${capWords(caps)}`;
}

function plural(value: number, one: string): string {
  return `${value} ${one}${value === 1 ? "" : "s"}`;
}

function range({ low, high }: Range): string {
  return low === high ? String(low) : `${low}–${high}`;
}

function dollars({ low, high }: Range): string {
  const words = (value: number) => (value < 1 ? String(Number(value.toPrecision(2))) : value.toFixed(2));
  return words(low) === words(high) ? words(low) : `${words(low)}–${words(high)}`;
}

function capWords({ outputTokens, usd }: Caps): string {
  const parts = [...(outputTokens === null ? [] : [`${outputTokens} output tokens`]), ...(usd === null ? [] : [`${usd} US dollars`])];
  return parts.length === 0 ? "no token cap" : `cap ${parts.join(" and ")}, hard`;
}

const IN_DATABASE = "The results are in the database.";

/** The table on the terminal, and the files that were asked for. */
function writeResults(store: Store, id: string, flags: RunFlags): void {
  const row = store.experiments.get(id);
  if (!row) throw new Error("the experiment has gone");
  const report = reportOf(store, row);
  const onStdout = flags.json === "-";
  // Without a single run the table would hold reasons only; what went wrong is said below.
  if (!onStdout && report.arms.some((arm) => arm.runs > 0)) process.stdout.write(reportAsText(report));
  if (onStdout) process.stdout.write(reportText(report));
  else if (flags.json !== undefined) writeOut(flags.json, reportText(report), IN_DATABASE);
  if (flags.csv !== undefined)
    for (const [file, text] of Object.entries(csvTables(store, row, report))) writeOut(join(flags.csv, file), text, IN_DATABASE);
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
