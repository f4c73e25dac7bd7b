/** Owns where the view stands so that a design fills its stage and nothing that lies over the stage covers an agent. Pure. */
import type { Box } from "#renderer/canvas/geometry.ts";

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export interface FitLimits {
  minZoom: number;
  maxZoom: number;
  /** Left free at the sides, in pixels: agents are drawn a little larger than their places when they are far away. */
  pad: number;
}

type Side = "left" | "right" | "top" | "bottom";

/**
 * Over the stage lie tools and legends, as boxes in its pixels. Each may be let lie where no agent is, or be kept clear of by
 * leaving free its strip at the side or its strip at the top or bottom; of all these ways the one that shows most is taken.
 */
export function fitTo(
  boxes: readonly Box[],
  stage: { width: number; height: number },
  over: readonly Box[],
  limits: FitLimits,
): Viewport | null {
  if (boxes.length === 0 || stage.width === 0 || stage.height === 0) return null;
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - left;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - top;
  let best: { view: Viewport; covered: number } | null = null;
  for (const insets of waysRound(stage, over)) {
    const room = { x: insets.left + limits.pad, y: insets.top + limits.pad, width: 0, height: 0 };
    room.width = stage.width - insets.right - limits.pad - room.x;
    room.height = stage.height - insets.bottom - limits.pad - room.y;
    if (room.width < 40 || room.height < 40) continue;
    const zoom = Math.max(limits.minZoom, Math.min(limits.maxZoom, room.width / width, room.height / height));
    const view = {
      x: room.x + (room.width - width * zoom) / 2 - left * zoom,
      y: room.y + (room.height - height * zoom) / 2 - top * zoom,
      zoom,
    };
    const covered = coveredBy(boxes, over, view, limits.pad / 2);
    if (!best || covered < best.covered || (covered === best.covered && zoom > best.view.zoom + 1e-9)) best = { view, covered };
  }
  return best?.view ?? null;
}

/** Every choice of what is kept clear of and how, as widths left free at the four sides; the one that leaves none free first. */
function waysRound(stage: { width: number; height: number }, over: readonly Box[]): Record<Side, number>[] {
  let ways: Record<Side, number>[] = [{ left: 0, right: 0, top: 0, bottom: 0 }];
  for (const box of over) {
    const [across, down]: [Side, Side] = [
      box.x + box.width / 2 < stage.width / 2 ? "left" : "right",
      box.y + box.height / 2 < stage.height / 2 ? "top" : "bottom",
    ];
    const strip = {
      left: box.x + box.width,
      right: stage.width - box.x,
      top: box.y + box.height,
      bottom: stage.height - box.y,
    };
    const kept = (way: Record<Side, number>, side: Side) => ({ ...way, [side]: Math.max(way[side], strip[side]) });
    ways = [...ways, ...ways.map((way) => kept(way, down)), ...ways.map((way) => kept(way, across))];
  }
  return ways;
}

/** How many agents lie under something. */
function coveredBy(boxes: readonly Box[], over: readonly Box[], { x, y, zoom }: Viewport, around: number): number {
  return boxes.filter((box) => {
    const left = box.x * zoom + x - around;
    const top = box.y * zoom + y - around;
    const right = left + box.width * zoom + 2 * around;
    const bottom = top + box.height * zoom + 2 * around;
    return over.some((each) => left < each.x + each.width && right > each.x && top < each.y + each.height && bottom > each.y);
  }).length;
}
