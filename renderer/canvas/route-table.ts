/** Owns how what React Flow shows now is drawn: the look of agents and the routes of handoffs, worked out once per change, kept where nothing has changed. */
import type { Edge, InternalNode } from "@xyflow/react";
import type { Box } from "#renderer/canvas/geometry.ts";
import type { LabelPlace } from "#renderer/canvas/labels.ts";
import { chooseLook, drawnBox, type NodeLook, OWN, sameLook } from "#renderer/canvas/node-looks.ts";
import { type Route, routeAll, type Wire } from "#renderer/canvas/routes.ts";
import { contentScale, lineScale } from "#renderer/canvas/zoom.ts";
import { textZoom } from "#renderer/ui/looks.ts";

/** What is read of React Flow's store. */
interface Flow {
  nodeLookup: ReadonlyMap<string, InternalNode>;
  edges: readonly Edge[];
  transform: [number, number, number];
}

interface Table {
  flow: Flow;
  /** Where agents have their places, however they are drawn. */
  boxes: Map<string, Box>;
  notes: Box[];
  look: NodeLook;
  edges: readonly Edge[];
  scale: number;
  dragging: boolean;
  paths: Map<string, Route>;
  labels: ReadonlyMap<string, LabelPlace>;
}

/** One per canvas: its lookup of nodes is the same object as long as it lives. */
const tables = new WeakMap<object, Table>();

/** What stands in the way of edges; a note or a frame does not. */
const SOLID = new Set(["agent", "team"]);

/** Where an edge runs now; the same object as long as it runs the same way. */
export function routeOf(flow: Flow, edgeId: string): Route | null {
  return tableOf(flow).paths.get(edgeId) ?? null;
}

/** What agents look like now; the same object as long as they look the same. */
export function lookOf(flow: Flow): NodeLook {
  return tableOf(flow).look;
}

/** Canvas units to a pixel of text. */
export function scaleOf(flow: Pick<Flow, "transform">): number {
  return contentScale(flow.transform[2], textZoom());
}

function tableOf(flow: Flow): Table {
  const before = tables.get(flow.nodeLookup);
  if (before?.flow === flow) return before;
  const scale = scaleOf(flow);
  const boxes = new Map<string, Box>();
  const notes: Box[] = [];
  let changed = !before || before.edges !== flow.edges || before.scale !== scale;
  let dragging = false;
  for (const node of flow.nodeLookup.values()) {
    const { x, y } = node.internals.positionAbsolute;
    if (!SOLID.has(node.type ?? "")) {
      notes.push({ x, y, width: node.measured.width ?? 0, height: node.measured.height ?? 0 });
      continue;
    }
    if (node.dragging) dragging = true;
    const width = node.measured.width ?? OWN.width;
    const height = node.measured.height ?? OWN.height;
    const old = before?.boxes.get(node.id);
    const same = old && old.x === x && old.y === y && old.width === width && old.height === height;
    if (!same) changed = true;
    boxes.set(node.id, same ? old : { x, y, width, height });
  }
  const asMany = boxes.size === before?.boxes.size && notes.length === before.notes.length;
  if (before && !changed && asMany && dragging === before.dragging) {
    before.flow = flow;
    return before;
  }
  // Labels and looks that jump about under a drag would be noise; they settle when it ends.
  const still = dragging && before && before.scale === scale && asMany ? before : undefined;
  const wires = flow.edges.map((edge) => wireOf(edge, scale));
  const labelled = wires.some(({ label: { words } }) => words.label + words.detail !== "");
  const chosen = still?.look ?? chooseLook(boxes, notes, scale, labelled);
  const look = before && sameLook(before.look, chosen) ? before.look : chosen;
  const { paths, labels } = routeAll(
    wires,
    new Map([...boxes].map(([id, box]) => [id, drawnBox(id, box, look)])),
    still?.edges === flow.edges ? still.labels : undefined,
  );
  if (before) for (const [id, path] of paths) if (sameRoute(before.paths.get(id), path)) paths.set(id, before.paths.get(id) as Route);
  const table = { flow, boxes, notes, look, edges: flow.edges, scale, dragging, paths, labels };
  tables.set(flow.nodeLookup, table);
  return table;
}

function sameRoute(old: Route | undefined, now: Route): boolean {
  return old !== undefined && old.d === now.d && old.labelX === now.labelX && old.labelY === now.labelY && old.form === now.form;
}

function wireOf({ id, source, target, data = {} }: Edge, scale: number): Wire {
  const given = data as Partial<{
    twoWay: boolean;
    width: number;
    labelAt: number;
    label: string;
    detail: string;
    short: string;
    must: boolean;
    level: number;
  }>;
  return {
    id,
    source,
    target,
    twoWay: given.twoWay ?? false,
    gap: ((given.width ?? 2) + 3) * lineScale(scale),
    label: {
      words: { label: given.label ?? "", detail: given.detail ?? "", short: given.short ?? "" },
      scale,
      must: given.must ?? false,
      at: given.labelAt ?? 0.5,
      level: given.level ?? 0,
    },
  };
}
