/** Owns the routes of what React Flow shows now: worked out once per change for all edges, kept where nothing has changed. */
import type { Edge, InternalNode } from "@xyflow/react";
import type { Box, EdgePath } from "#renderer/canvas/geometry.ts";
import { routeAll, type Wire } from "#renderer/canvas/routes.ts";
import { isFar, labelScale } from "#renderer/canvas/zoom.ts";

/** What is read of React Flow's store. */
interface Flow {
  nodeLookup: ReadonlyMap<string, InternalNode>;
  edges: readonly Edge[];
  transform: [number, number, number];
}

interface Table {
  flow: Flow;
  boxes: Map<string, Box>;
  edges: readonly Edge[];
  scale: number;
  dragging: boolean;
  paths: Map<string, EdgePath>;
  labels: Map<string, number>;
}

/** One per canvas: its lookup of nodes is the same object as long as it lives. */
const tables = new WeakMap<object, Table>();

/** What stands in the way of edges; a note or a frame does not. */
const SOLID = new Set(["agent", "team"]);

/** Where an edge runs now; the same object as long as it runs the same way. */
export function routeOf(flow: Flow, edgeId: string): EdgePath | null {
  return tableOf(flow).paths.get(edgeId) ?? null;
}

function tableOf(flow: Flow): Table {
  const before = tables.get(flow.nodeLookup);
  if (before?.flow === flow) return before;
  const scale = isFar(flow) ? labelScale(flow) : 1;
  const boxes = new Map<string, Box>();
  let changed = !before || before.edges !== flow.edges || before.scale !== scale;
  let dragging = false;
  for (const node of flow.nodeLookup.values()) {
    if (!SOLID.has(node.type ?? "")) continue;
    if (node.dragging) dragging = true;
    const { x, y } = node.internals.positionAbsolute;
    const width = node.measured.width ?? 180;
    const height = node.measured.height ?? 72;
    const old = before?.boxes.get(node.id);
    const same = old && old.x === x && old.y === y && old.width === width && old.height === height;
    if (!same) changed = true;
    boxes.set(node.id, same ? old : { x, y, width, height });
  }
  if (before && !changed && boxes.size === before.boxes.size && dragging === before.dragging) {
    before.flow = flow;
    return before;
  }
  // Labels jumping about under a drag would be noise; they settle when it ends.
  const keep = dragging && before?.edges === flow.edges ? before.labels : undefined;
  const { paths, labels } = routeAll(
    flow.edges.map((edge) => wireOf(edge, scale)),
    boxes,
    keep,
  );
  if (before)
    for (const [id, path] of paths) {
      const old = before.paths.get(id);
      if (old && old.d === path.d && old.labelX === path.labelX && old.labelY === path.labelY) paths.set(id, old);
    }
  const table = { flow, boxes, edges: flow.edges, scale, dragging, paths, labels };
  tables.set(flow.nodeLookup, table);
  return table;
}

/** About how wide a letter of a label is, in canvas units. */
const LETTER = 7;

function wireOf({ id, source, target, data = {} }: Edge, scale: number): Wire {
  const { twoWay, width, labelAt, label, detail, level } = data as Partial<{
    twoWay: boolean;
    width: number;
    labelAt: number;
    label: string;
    detail: string;
    level: number;
  }>;
  const letters = (label ?? "").length + (scale > 1 ? 0 : (detail ?? "").length);
  return {
    id,
    source,
    target,
    twoWay: twoWay ?? false,
    gap: (width ?? 2) + 3,
    labelAt: labelAt ?? 0.5,
    label: letters > 0 ? { width: (letters * LETTER + 20) * scale, height: 24 * scale } : null,
    level: level ?? 0,
  };
}
