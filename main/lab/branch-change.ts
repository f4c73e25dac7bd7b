/** Owns what a person asks of one message — repair it, drop it, edit it… — as the change that a branch makes. */
import { TaskProbes } from "#main/measure/task-probes.ts";
import { dropMessage, swapMessage } from "#main/measure/repair/change.ts";
import { repairMessage } from "#main/measure/repair/repair-message.ts";
import { shamMessage } from "#main/measure/repair/sham-message.ts";
import type { RunRow } from "#main/store/runs.ts";
import type { Store } from "#main/store/store.ts";
import { type BranchOrder, branchPoint, runBranch } from "#main/lab/branch.ts";
import type { RunEnd, Runner, StartOptions } from "#main/lab/runner.ts";

export type Wish =
  | { how: "repaired" | "sham" | "as-sent" | "dropped" }
  | { how: "edited"; text: string }
  /** Another run's message along the same edge, in the same task. */
  | { how: "swapped"; runId: string; handoffId: string };

export type Wished = { ok: true; run: RunRow; change: BranchOrder["change"] } | { ok: false; why: string };

/** Reads a wish against the run that is to be branched; why it cannot be, as a sentence. */
export function changeOf(store: Store, runId: string, handoffId: string, wish: Wish): Wished {
  const point = branchPoint(store, runId, handoffId);
  if (!point.ok) return point;
  const run = store.runs.get(runId) as RunRow;
  const message = sent(store, runId, handoffId);
  if (!message) return { ok: false, why: `The run ${runId} has no handoff ${handoffId}.` };
  const done = (written: string | null): Wished => ({ ok: true, run, change: { kind: wish.how, written } });
  if (wish.how === "dropped") return done(dropMessage().written);
  if (wish.how === "as-sent") return done(message.written);
  if (wish.how === "edited")
    return wish.text.trim() === "" ? { ok: false, why: "The edited message is empty; to leave it out, drop it." } : done(wish.text);
  if (wish.how === "swapped") {
    const other = sent(store, wish.runId, wish.handoffId);
    const otherRun = store.runs.get(wish.runId);
    if (!other || !otherRun) return { ok: false, why: `The run ${wish.runId} has no handoff ${wish.handoffId}.` };
    const swapped = swapMessage(
      { runId, taskId: run.taskId, edgeId: message.edgeId, written: message.written },
      { runId: wish.runId, taskId: otherRun.taskId, edgeId: other.edgeId, written: other.written },
    );
    return "why" in swapped ? { ok: false, why: swapped.why } : done(swapped.written);
  }
  const input = {
    handoffId: `${runId}/${handoffId}`,
    written: message.written,
    codes: store.results.codes(runId, handoffId),
    probes: probesOf(store, run),
  };
  const result = wish.how === "repaired" ? repairMessage(input) : shamMessage(input);
  return "why" in result ? { ok: false, why: result.why } : done(result.written);
}

function sent(store: Store, runId: string, handoffId: string): { edgeId: string; written: string } | null {
  const found = store.runs.events(runId).find(({ event }) => event.type === "message-sent" && event.id === handoffId)?.event;
  return found?.type === "message-sent" ? { edgeId: found.edgeId, written: found.written } : null;
}

function probesOf(store: Store, run: RunRow): TaskProbes {
  const row = store.experiments.get(run.experimentId);
  const task = row ? store.orgs.suite(row.suiteHash)?.tasks.find((each) => each.id === run.taskId) : null;
  if (!task) throw new Error(`the task of run ${run.id} is not in the store`);
  return new TaskProbes(task);
}

/** Runs branches of an experiment's runs; stoppable by `name`, and gone on with by the same call. What failed is told by `onFailure`. */
export function runBranches(
  runner: Runner,
  store: Store,
  name: string,
  experimentId: string,
  orders: readonly BranchOrder[],
  options: StartOptions & { onFailure?(message: string): void },
): Promise<RunEnd> {
  const spender = { branchesOf: orders[0]?.parentRunId ?? "" };
  return runner.work({ name, experimentId, spender }, options, (parts) =>
    orders.map((order) => async () => {
      if (parts.signal.aborted) return;
      const parent = store.runs.get(order.parentRunId);
      const arm = parts.row.plan.arms.find((each) => each.id === parent?.armId);
      const design = arm ? store.orgs.version(arm.orgHash) : null;
      if (!design) throw new Error(`the design of run ${order.parentRunId} is not in the store`);
      const end = await runBranch({ ...parts, store, design }, order);
      if (end.outcome === "failed" && end.message) options.onFailure?.(end.message);
      options.onChange?.();
    }),
  );
}
