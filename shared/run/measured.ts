/** Owns the rows that a report is made of: one measured run, one edge in one run. */
import type { Reason } from "#shared/drift/types.ts";
import type { RunStatus } from "#shared/run/events.ts";
import type { Usage } from "#shared/run/messages.ts";

/** Names a run within an experiment. */
export interface CellPlace {
  armId: string;
  taskId: string;
  repeat: number;
}

/** M3's parts, null where there is no loss to part. */
export interface LossParts {
  omitted: number | null;
  weakened: number | null;
  contradicted: number | null;
}

/** Input tokens are those at the full price, those of the cache are counted apart; null where one call's are not known. */
export interface MeasuredRun extends CellPlace, LossParts, Usage {
  status: RunStatus;
  costUsd: number | null;
  costReason: Reason | null;
  retention: number | null;
  asksMet: number | null;
  /** The deliverable's own loss, against what its writer held. */
  loss: number | null;
  lossReason: Reason | null;
}

export interface MeasuredEdge extends CellPlace, LossParts {
  edgeId: string;
  handoffs: number;
  loss: number | null;
  reason: Reason | null;
  introduced: number;
}
