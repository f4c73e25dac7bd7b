/** Owns what a report is made from: the plan, its designs, and the rows of what was measured. */
import type { ArmFacts } from "#shared/drift/confounds.ts";
import type { Plan } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import type { CellOutcome } from "#shared/run/events.ts";
import type { MeasuredEdge, MeasuredRun } from "#shared/run/measured.ts";

export interface ReportInput {
  experimentId: string;
  planHash: string;
  plan: Plan;
  /** The designs that were run, by arm id. */
  designs: ReadonlyMap<string, Org>;
  /** A task and its twin are one cluster (M14): cluster id by task id. */
  clusterOf: ReadonlyMap<string, string>;
  outcomes: readonly { armId: string; taskId: string; outcome: CellOutcome | null }[];
  runs: readonly MeasuredRun[];
  edges: readonly MeasuredEdge[];
  /** What the finished runs of each arm took, for the confound check (M13). */
  facts?: readonly ArmFacts[];
  /** Whether an org's temperature is sent. */
  takesTemperature?: boolean;
  /** Uniform in [0, 1), seeded: for the sign-flip test above 20 tasks. */
  dice: () => number;
}
