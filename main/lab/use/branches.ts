/** Owns the use cases around one changed message: what it would say, running the rest again, what came of it. */
import type { BranchWish } from "#shared/rpc/contract.ts";
import type { BranchFigures, BranchList } from "#shared/rpc/drift-types.ts";
import type { BranchOrder } from "#main/lab/branch.ts";
import { changeOf, runBranches } from "#main/lab/branch-change.ts";
import type { Caps } from "#main/lab/budget.ts";
import type { Lab } from "#main/lab/lab.ts";
import type { RunRow } from "#main/store/runs.ts";

interface Place {
  runId: string;
  handoffId: string;
}

/** Names the work on one message, for stopping it. */
export function workName({ runId, handoffId }: Place): string {
  return `branches of ${runId} ${handoffId}`;
}

export function previewBranch(
  lab: Lab,
  input: Place & { wish: BranchWish },
): { ok: true; written: string | null } | { ok: false; why: string } {
  const wished = changeOf(lab.store, input.runId, input.handoffId, input.wish);
  return wished.ok ? { ok: true, written: wished.change.written } : wished;
}

/** Starts so many branches in the background; the same wish again goes on with what is missing. */
export function startBranches(
  lab: Lab,
  input: Place & { wish: BranchWish; draws: number; caps: Caps },
): { ok: true } | { ok: false; why: string } {
  const wished = changeOf(lab.store, input.runId, input.handoffId, input.wish);
  if (!wished.ok) return wished;
  const row = lab.store.experiments.get(wished.run.experimentId);
  if (row?.plan.connection.kind === "anthropic" && lab.secrets.anthropicKey() === null)
    return { ok: false, why: "This experiment ran on the Anthropic API, which needs a key: type one in under Settings." };
  const orders = Array.from(
    { length: input.draws },
    (_, index): BranchOrder => ({
      parentRunId: input.runId,
      handoffId: input.handoffId,
      change: wished.change,
      draw: index + 1,
      studyId: null,
    }),
  );
  void runBranches(lab.runner, lab.store, workName(input), wished.run.experimentId, orders, { caps: input.caps });
  return { ok: true };
}

/** A run beside its branches at one message, those of studies left out. */
export function listBranches(lab: Lab, input: Place): BranchList | null {
  const parent = lab.store.runs.get(input.runId);
  if (!parent) return null;
  const name = workName(input);
  const running = lab.runner.isRunning(name);
  return {
    running,
    message: running ? null : (lab.runner.lastEnd(name)?.message ?? null),
    parent: figuresOf(parent),
    branches: lab.store.runs
      .branchesOf(input.runId)
      .filter((run) => run.branch?.handoffId === input.handoffId && run.studyId === null)
      .map(figuresOf),
  };
}

function figuresOf(run: RunRow): BranchFigures {
  return {
    runId: run.id,
    how: run.branch?.how ?? null,
    draw: run.branch?.draw ?? 0,
    status: run.status,
    failed: run.status === null && run.endedAtMs !== null,
    retention: run.retention,
    asksMet: run.asksMet,
    outputTokens: run.outputTokens,
    deliverable: run.deliverable,
  };
}
