/** Owns `driftlab handoffs`, `driftlab branch` and `driftlab replay`: finding a handoff, changing it and running the rest again, playing a run again. */
import { basename } from "node:path";
import { capsFrom, findExperiment, retryText, runnerFor, type SpendFlags, untilEnd } from "#main/hosts/cli/commands/session.ts";
import { BadInput, EXIT } from "#main/hosts/cli/exit.ts";
import { readCount, readText } from "#main/hosts/cli/inputs.ts";
import { openCliStore } from "#main/hosts/cli/open-store.ts";
import { figure, table } from "#main/hosts/cli/table.ts";
import { branchId, type BranchOrder } from "#main/lab/branch.ts";
import { changeOf, runBranches, type Wish } from "#main/lab/branch-change.ts";
import { replayStored } from "#main/lab/replay.ts";
import type { RunRow } from "#main/store/runs.ts";
import type { Store } from "#main/store/store.ts";

/** Lists handoffs, worst first, with the names that `branch` takes. */
export function handoffsCommand(id: string, flags: { db?: string; edge?: string; limit: string; json?: boolean }): number {
  const limit = readCount("--limit", flags.limit, 1);
  const { store } = openCliStore(flags.db, true);
  try {
    const row = findExperiment(store, id);
    const rows = store.results.handoffs(row.id, { ...(flags.edge === undefined ? {} : { edgeId: flags.edge }), limit });
    if (flags.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else
      process.stdout.write(
        `${table(
          ["run", "handoff", "edge", "task", "repeat", "loss"],
          rows.map((each) => [
            each.runId,
            each.id,
            each.edgeId,
            each.taskId,
            String(each.repeat),
            each.loss === null ? (each.reason ?? "–") : figure(each.loss),
          ]),
        )}\n`,
      );
    return EXIT.done;
  } finally {
    store.close();
  }
}

export interface BranchFlags extends SpendFlags {
  repair?: boolean;
  sham?: boolean;
  drop?: boolean;
  asSent?: boolean;
  edit?: string;
  swap?: string;
  draws: string;
  db?: string;
  json?: boolean;
}

/** Branches one run and prints its figures beside its parent's. */
export async function branchCommand(runId: string, handoffId: string, flags: BranchFlags): Promise<number> {
  const wish = wishFrom(flags);
  const draws = readCount("--draws", flags.draws, 1);
  const caps = capsFrom(flags);
  const { store, folder } = openCliStore(flags.db, false);
  try {
    const wished = changeOf(store, runId, handoffId, wish);
    if (!wished.ok) throw new BadInput(wished.why);
    const row = store.experiments.get(wished.run.experimentId);
    if (!row) throw new BadInput(`The experiment of run ${runId} is no longer there.`);
    const runner = runnerFor(store, folder, row, flags);
    const orders: BranchOrder[] = Array.from({ length: draws }, (_, index) => ({
      parentRunId: runId,
      handoffId,
      change: wished.change,
      draw: index + 1,
      studyId: null,
    }));
    const failures: string[] = [];
    const name = `branch of ${runId}`;
    const running = runBranches(runner, store, name, row.id, orders, {
      caps,
      onEvent: (_arm, event) => {
        if (event.type === "call-retried") process.stderr.write(`${retryText(event)}\n`);
      },
      onFailure: (message) => failures.push(message),
    });
    const end = await untilEnd(running, () => void runner.stop(name));
    print(store, wished.run, orders, flags.json === true);
    if (end.message) process.stderr.write(`${end.message}\n`);
    const [first] = failures;
    if (first)
      process.stderr.write(
        `${failures.length === 1 ? "1 branch failed" : `${failures.length} branches failed, the first`} with ${first}. The same command tries again.\n`,
      );
    if (end.end === "stopped")
      process.stderr.write("Stopped; everything finished so far is kept. The same command goes on with what is missing.\n");
    if (end.end === "stopped" || end.end === "cap-reached") return EXIT.stopped;
    return end.end === "failed" || failures.length > 0 ? EXIT.failed : EXIT.done;
  } finally {
    store.close();
  }
}

function wishFrom(flags: BranchFlags): Wish {
  const wishes: Wish[] = [
    ...(flags.repair ? [{ how: "repaired" } as const] : []),
    ...(flags.sham ? [{ how: "sham" } as const] : []),
    ...(flags.drop ? [{ how: "dropped" } as const] : []),
    ...(flags.asSent ? [{ how: "as-sent" } as const] : []),
    ...(flags.edit === undefined ? [] : [{ how: "edited", text: readText(flags.edit) } as const]),
    ...(flags.swap === undefined ? [] : [swapFrom(flags.swap)]),
  ];
  const [wish] = wishes;
  if (!wish || wishes.length > 1)
    throw new BadInput("Say what to change, once: --repair, --sham, --drop, --as-sent, --edit FILE, or --swap RUN:HANDOFF.");
  return wish;
}

function swapFrom(text: string): Wish {
  const [runId, handoffId, more] = text.split(":");
  if (!runId || !handoffId || more !== undefined)
    throw new BadInput(`--swap takes RUN:HANDOFF, as driftlab handoffs lists them; got "${basename(text)}".`);
  return { how: "swapped", runId, handoffId };
}

function print(store: Store, parent: RunRow, orders: readonly BranchOrder[], json: boolean): void {
  const branches = orders.flatMap((order) => store.runs.get(branchId(order)) ?? []);
  const figures = (run: RunRow, what: string) => ({
    run: run.id,
    what,
    status: run.status,
    reason: run.reason,
    retention: run.retention,
    asksMet: run.asksMet,
    ownOutputTokens: run.outputTokens,
    costUsd: run.costUsd,
  });
  const rows = [
    figures(parent, "parent"),
    ...branches.map((run) => figures(run, `${run.branch?.how ?? ""} ${orders.length > 1 ? run.branch?.draw : ""}`.trim())),
  ];
  if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else
    process.stdout.write(
      `${table(
        ["run", "what", "status", "retention", "asks met", "own output tokens"],
        rows.map((row) => [
          row.run,
          row.what,
          row.status ?? "not finished",
          figure(row.retention),
          figure(row.asksMet),
          row.status === null ? "–" : String(row.ownOutputTokens),
        ]),
      )}\n`,
    );
}

/** Plays a stored run again, without a connection. */
export async function replayCommand(runId: string, flags: { db?: string }): Promise<number> {
  const { store } = openCliStore(flags.db, true);
  try {
    const end = await replayStored(store, runId);
    if (!end.ok) throw new BadInput(end.why);
    process.stdout.write(`The run took the same ${end.steps} steps again; all ${end.calls} answers came from its record.\n`);
    return EXIT.done;
  } finally {
    store.close();
  }
}
