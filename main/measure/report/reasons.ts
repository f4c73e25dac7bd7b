/** Owns why a figure of a report is null, most telling first (M21). */
import type { Estimate, Reason } from "#shared/drift/types.ts";
import type { RunStatus } from "#shared/run/events.ts";
import type { MeasuredEdge } from "#shared/run/measured.ts";

/** `not-fired` is a word for edges; where nothing was measured on a run at all, say that. */
export function withReason(estimate: Estimate, runs: readonly { status: RunStatus }[]): Estimate {
  if (estimate.reason !== "not-fired") return estimate;
  const reason: Reason =
    runs.length === 0
      ? "no-runs"
      : runs.every((run) => run.status === "refused")
        ? "refused"
        : runs.some((run) => run.status === "complete")
          ? "no-probe"
          : "incomplete";
  return { ...estimate, reason };
}

/** Why an edge has no loss at all, most telling first. */
export function whyNoLoss(rows: readonly MeasuredEdge[], runs: number): Reason {
  if (runs === 0) return "no-runs";
  if (rows.length === 0) return "not-fired";
  for (const reason of ["no-probe", "nothing-to-lose", "nothing-to-carry"] as const)
    if (rows.every((row) => row.reason === reason)) return reason;
  return rows.some((row) => row.reason === "nothing-to-carry") ? "nothing-to-carry" : "nothing-to-lose";
}
