/** Owns what an arm's finished runs took together: tokens by kind, and dollars, where all of it is known (M21). Pure. */
import type { ArmReport } from "#shared/drift/report.ts";
import type { MeasuredRun } from "#shared/run/measured.ts";
import { sumOrNull } from "#shared/run/messages.ts";

export type ArmSpend = Pick<
  ArmReport,
  "inputTokens" | "cacheReadTokens" | "cacheWriteTokens" | "outputTokens" | "tokensReason" | "costUsd" | "costReason"
>;

/** Sums over runs; tokens and the cost in US dollars are null with their reason where one run's are not known. */
export function armSpend(runs: readonly MeasuredRun[]): ArmSpend {
  const sum = (of: (run: MeasuredRun) => number | null) => runs.map(of).reduce(sumOrNull, 0);
  const tokens = {
    inputTokens: sum((run) => run.inputTokens),
    cacheReadTokens: sum((run) => run.cacheReadTokens),
    cacheWriteTokens: sum((run) => run.cacheWriteTokens),
    outputTokens: sum((run) => run.outputTokens),
  };
  const costUsd = sum((run) => run.costUsd);
  const unpriced = runs.find((run) => run.costUsd === null);
  return {
    ...tokens,
    tokensReason: Object.values(tokens).includes(null) ? "no-usage" : null,
    costUsd: costUsd === null ? null : roundCost(costUsd),
    costReason: unpriced ? (unpriced.costReason ?? "unknown-price") : null,
  };
}

/** Sums of floating dollars in another order must not differ in a report. */
function roundCost(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
