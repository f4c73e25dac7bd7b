/** Owns why a figure of a report is null, most telling first (M21). */
import type { Estimate, Reason } from "#shared/drift/types.ts";
import type { CellOutcome, RunStatus } from "#shared/run/events.ts";
import type { MeasuredEdge } from "#shared/run/measured.ts";

/** `not-fired` is a word for edges; where nothing was measured on a run at all, say that. */
export function withReason(estimate: Estimate, done: Done): Estimate {
  return estimate.reason === "not-fired" ? { ...estimate, reason: whyNoScore(done) } : estimate;
}

/** What became of some cells, and the runs of those that are done. */
export interface Done {
  runs: readonly { status: RunStatus }[];
  outcomes: readonly { outcome: CellOutcome | null }[];
}

/** Why no run of these has a score: a complete one lacks a probe, the others an end. */
export function whyNoScore({ runs, outcomes }: Done): Reason {
  if (runs.length === 0) return outcomes.length > 0 && outcomes.every(({ outcome }) => outcome === "failed") ? "failed" : "no-runs";
  if (runs.every((run) => run.status === "refused")) return "refused";
  return runs.some((run) => run.status === "complete") ? "no-probe" : "incomplete";
}

/** Why an edge has no loss, by what most of its unmeasured runs say; of equals the one that stands first here. */
export function whyNoLoss(rows: readonly MeasuredEdge[], done: Done): Reason {
  if (done.runs.length === 0) return whyNoScore(done);
  if (rows.length === 0) return "not-fired";
  const counted = (["no-probe", "nothing-to-carry", "nothing-to-lose"] as const).map((reason) => ({
    reason,
    runs: rows.filter((row) => row.loss === null && row.reason === reason).length,
  }));
  return counted.reduce((most, each) => (each.runs > most.runs ? each : most)).reason;
}
