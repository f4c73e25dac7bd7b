/** Owns the shape of what comes out of a page that was measured. */

/** Times in milliseconds. */
export interface Recording {
  /** Every frame from the first that had input to the last: when it began, and whether input came in it. */
  frames: { atMs: number; input: boolean }[];
  longTasksMs: number[];
}

/** What React drew again in one commit. */
export interface Commit {
  nodes: string[];
  edges: string[];
}
