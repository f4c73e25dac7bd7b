/** Owns what is worked out from recorded frames: how long they took, and how that compares. Pure. */
import type { Commit, Recording } from "#test/bench/canvas/recording.ts";

/** A recording and what it cost. */
export interface Taken extends Recording {
  /** Processor time of all that draws, in milliseconds. */
  processorMs: number;
}

/** Milliseconds; `frames` says of how many. */
export interface FrameTimes {
  median: number;
  p95: number;
  frames: number;
  /** Longest task over 50 ms of the main thread; 0 for none. */
  longestTask: number;
  /** Processor time of a frame on all threads together; on a free machine less of it is waited for than this. */
  processor: number;
}

/** What was drawn again in the commits of a gesture. */
export interface Redrawn {
  commits: number;
  /** Most agents and handoffs that one commit drew again. */
  mostNodes: number;
  mostEdges: number;
  /** Agents and handoffs that were drawn again though neither they nor an end of theirs moved. */
  needlessNodes: number;
  needlessEdges: number;
}

/** The value that a share of the others lie below; the nearest rank, as no frame took a time between two frames' times. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/**
 * The times from one frame with input to the next frame with input, in milliseconds. Between the two lies all that the first one
 * cost: its own scripts, layout and paint, and the waiting for the drawing threads that may only show a frame later.
 */
export function frameTimes({ frames }: Recording): number[] {
  const moved = frames.filter(({ input }) => input);
  return moved.slice(1).map(({ atMs }, index) => atMs - (moved[index]?.atMs ?? atMs));
}

/** Figures of several recordings of one gesture taken together. */
export function summed(recordings: readonly Taken[]): FrameTimes {
  const times = recordings.flatMap(frameTimes);
  return {
    median: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    frames: times.length,
    longestTask: Math.max(0, ...recordings.flatMap(({ longTasksMs }) => longTasksMs)),
    processor: recordings.reduce((sum, { processorMs }) => sum + processorMs, 0) / times.length,
  };
}

/** Counts what was drawn again; `moved` are the agents under the hand, `edges` the ends of every handoff by its id. */
export function redrawn(commits: readonly Commit[], moved: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Redrawn {
  const nodes = new Set(commits.flatMap((commit) => commit.nodes));
  const lines = new Set(commits.flatMap((commit) => commit.edges));
  return {
    commits: commits.length,
    mostNodes: Math.max(0, ...commits.map((commit) => commit.nodes.length)),
    mostEdges: Math.max(0, ...commits.map((commit) => commit.edges.length)),
    needlessNodes: [...nodes].filter((id) => !moved.includes(id)).length,
    needlessEdges: [...lines].filter((id) => !edges.get(id)?.some((end) => moved.includes(end))).length,
  };
}
