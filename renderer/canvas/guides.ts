/** Owns the lines that help to put an agent in line with others while it is dragged. Pure. */
import type { Box } from "#renderer/canvas/geometry.ts";

export interface Guide {
  /** "x" stands upright at `at`, "y" lies at `at`; canvas units. */
  axis: "x" | "y";
  at: number;
  from: number;
  to: number;
}

/**
 * Where a dragged box would stand in line with others (left, middle or right; top, middle or bottom), if it is nearer than
 * `near` canvas units, with the lines to show it. Each direction by itself, the nearest line first.
 */
export function inLine(box: Box, others: readonly Box[], near: number): { x: number; y: number; guides: Guide[] } {
  const across = nearest(box, others, "x", "width", near);
  const down = nearest(box, others, "y", "height", near);
  const at = { ...box, x: box.x + (across?.by ?? 0), y: box.y + (down?.by ?? 0) };
  const guides: Guide[] = [];
  if (across)
    guides.push({
      axis: "x",
      at: across.at,
      from: Math.min(at.y, across.other.y),
      to: Math.max(at.y + at.height, across.other.y + across.other.height),
    });
  if (down)
    guides.push({
      axis: "y",
      at: down.at,
      from: Math.min(at.x, down.other.x),
      to: Math.max(at.x + at.width, down.other.x + down.other.width),
    });
  return { x: at.x, y: at.y, guides };
}

function nearest(box: Box, others: readonly Box[], axis: "x" | "y", side: "width" | "height", near: number) {
  let best: { by: number; at: number; other: Box } | null = null;
  for (const other of others)
    for (const share of [0, 0.5, 1]) {
      const at = other[axis] + other[side] * share;
      const by = at - (box[axis] + box[side] * share);
      if (Math.abs(by) < near && (best === null || Math.abs(by) < Math.abs(best.by))) best = { by, at, other };
    }
  return best;
}
