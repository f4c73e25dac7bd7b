/** Owns finding the nearest place where a box overlaps nothing. Pure. */
import type { Box } from "#renderer/canvas/geometry.ts";

/** The smallest box around boxes; an empty one at the origin around none. */
export function boundsOf(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** Whether two boxes come closer than `gap`, in canvas units. */
export function tooClose(a: Box, b: Box, gap: number): boolean {
  return a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;
}

/**
 * The box at a place near its own that is `gap` clear of all others, on multiples of `gap` where it had to move.
 *
 * A search of places by distance: from each that something blocks it goes on just past that something, to all four sides.
 * Past the last one there is always room, so it ends.
 */
export function freeSpot(box: Box, others: readonly Box[], gap: number): Box {
  const seen = new Set<string>();
  const places: { x: number; y: number; far: number }[] = [];
  const offer = (x: number, y: number) => {
    const key = `${x} ${y}`;
    if (seen.has(key)) return;
    seen.add(key);
    const far = (x - box.x) ** 2 + (y - box.y) ** 2;
    // Kept in order, the nearest last; of equals the one that came first.
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle]?.far ?? 0) > far) low = middle + 1;
      else high = middle;
    }
    places.splice(low, 0, { x, y, far });
  };
  offer(box.x, box.y);
  for (let place = places.pop(); place; place = places.pop()) {
    const { x, y } = place;
    const blocking = others.find((other) => tooClose({ ...box, x, y }, other, gap));
    if (!blocking) return { ...box, x, y };
    offer(x, up(blocking.y + blocking.height + gap, gap));
    offer(up(blocking.x + blocking.width + gap, gap), y);
    offer(x, down(blocking.y - gap - box.height, gap));
    offer(down(blocking.x - gap - box.width, gap), y);
  }
  return box;
}

function up(value: number, step: number): number {
  return Math.ceil(value / step) * step + 0;
}

function down(value: number, step: number): number {
  return Math.floor(value / step) * step + 0;
}
