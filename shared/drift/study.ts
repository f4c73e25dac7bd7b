/** Owns the plan of an effect study: which edges, which of their handoffs, how often each side is run (M5, M6). */

/** A handoff that was drawn, with its two other forms where it lost something. */
export interface StudyCheckpoint {
  edgeId: string;
  runId: string;
  taskId: string;
  handoffId: string;
  /** What lost nothing enters as 0 and is not run again. */
  lossy: boolean;
  /** Null where it lost nothing, or cannot be repaired. */
  sides: { repaired: string; sham: string; asSent: string } | null;
  /** Ids of the constraints that the repair puts back. */
  put: string[];
  /** Why it cannot be repaired, as a sentence. */
  why: string | null;
}

export interface StudyPlan {
  edges: { edgeId: string; selected: boolean }[];
  /** C: how many handoffs of an edge are drawn in each task. */
  checkpointsPerTask: number;
  /** K: fresh runs of the rest for each side. */
  drawsPerSide: number;
  seed: number;
  /** Repeats whose runs are branched; the others chose the edge. */
  fromRepeats: number[];
  checkpoints: StudyCheckpoint[];
}
