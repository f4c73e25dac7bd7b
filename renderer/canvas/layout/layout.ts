/** Owns laying out a design: graph, engine, pinned agents; the engine works in a worker, so that the page never waits for it. */
import type { ElkNode } from "elkjs/lib/elk-api.js";
import type { Org } from "#shared/org/schema.ts";
import { elkGraph, type LayoutStyle, placesOf, type Point, type Size } from "#renderer/canvas/layout/elk-graph.ts";
import { settle } from "#renderer/canvas/layout/place.ts";

export interface LayoutOptions {
  style: LayoutStyle;
  /** Measured sizes by agent id, in canvas units; an agent that is not among them counts as 180 × 80. */
  sizes: ReadonlyMap<string, Size>;
}

/** Places the nodes of an ELK graph: the worker's, or in a test ELK itself. */
export type Engine = (graph: ElkNode, signal: AbortSignal) => Promise<ElkNode>;

/**
 * Where each agent is to stand, as upper left corners in canvas units: pinned agents exactly where they are, the rest on the
 * grid and clear of all others, groups together. The same design always gives the same places.
 *
 * Rejects with the signal's reason when it is aborted, and with an error for people when the engine cannot be loaded.
 */
export async function layoutOrg(org: Org, options: LayoutOptions, signal: AbortSignal): Promise<Map<string, Point>> {
  const { runInWorker } = await import("#renderer/canvas/layout/elk-worker.ts");
  return layoutWith(runInWorker, org, options, signal);
}

/** As `layoutOrg`, with the engine handed in. */
export async function layoutWith(
  engine: Engine,
  org: Org,
  { style, sizes }: LayoutOptions,
  signal: AbortSignal,
): Promise<Map<string, Point>> {
  signal.throwIfAborted();
  if (org.agents.length === 0) return new Map();
  const laidOut = await engine(elkGraph(org, style, sizes), signal);
  signal.throwIfAborted();
  return settle(org, placesOf(laidOut), sizes);
}
