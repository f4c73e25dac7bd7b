/** Owns what an arm's finished runs took together: tokens by kind, and dollars where every price is known (M21). Pure. */
import type { ArmReport } from "#shared/drift/report.ts";
import type { MeasuredRun } from "#shared/run/measured.ts";

export type ArmSpend = Pick<ArmReport, "inputTokens" | "cacheReadTokens" | "cacheWriteTokens" | "outputTokens" | "costUsd" | "costReason">;

/** Sums over runs; the cost in US dollars is null with its reason where one run's is not known. */
export function armSpend(runs: readonly MeasuredRun[]): ArmSpend {
  const sum = (tokens: (run: MeasuredRun) => number) => runs.reduce((total, run) => total + tokens(run), 0);
  const known = runs.every((run) => run.costUsd !== null);
  return {
    inputTokens: sum((run) => run.inputTokens),
    cacheReadTokens: sum((run) => run.cacheReadTokens),
    cacheWriteTokens: sum((run) => run.cacheWriteTokens),
    outputTokens: sum((run) => run.outputTokens),
    costUsd: known ? roundCost(sum((run) => run.costUsd ?? 0)) : null,
    costReason: known ? null : "unknown-price",
  };
}

/** Sums of floating dollars in another order must not differ in a report. */
function roundCost(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
