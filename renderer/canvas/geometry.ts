/** Owns where an edge runs: from box to box on the sides that face each other, pairs in both directions bent apart. Pure. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Spot {
  x: number;
  y: number;
}

export interface EdgePath {
  d: string;
  /** Where it leaves the sender and where it reaches the receiver. */
  start: Spot;
  end: Spot;
  /** Where the label sits. */
  labelX: number;
  labelY: number;
}

/** A cubic Bézier curve: its ends and what pulls it. */
export interface Curve {
  start: Spot;
  one: Spot;
  two: Spot;
  end: Spot;
}

type Side = "left" | "right" | "top" | "bottom";

/** How far the two edges of a pair stand apart on a side. */
const APART = 18;

/**
 * A cubic curve between two boxes.
 *
 * @param twoWay whether an edge runs the other way too
 * @param labelAt where on the curve the label sits, 0 at the source, 1 at the target
 * @param gap room left for the arrow's head, in canvas units
 */
export function edgePath(source: Box, target: Box, twoWay: boolean, gap = 4, labelAt = 0.5): EdgePath {
  return pathOf(edgeCurve(source, target, twoWay, gap), labelAt);
}

/** A curve as SVG draws it, with its label's place. */
export function pathOf(curve: Curve, labelAt: number): EdgePath {
  const { start, one, two, end } = curve;
  const label = pointAt(curve, labelAt);
  return {
    d: `M${start.x},${start.y} C${one.x},${one.y} ${two.x},${two.y} ${end.x},${end.y}`,
    start,
    end,
    labelX: label.x,
    labelY: label.y,
  };
}

/**
 * The curve of an edge. `bend` pulls its middle aside, at a right angle to the line between its ends: three quarters of it, in
 * canvas units; above 0 to the right as one goes along.
 */
export function edgeCurve(source: Box, target: Box, twoWay: boolean, gap = 4, bend = 0): Curve {
  const [from, to] = facingSides(source, target);
  const shift = twoWay ? APART : 0;
  const start = pointOn(source, from, shiftFor(from, shift), 0);
  const end = pointOn(target, to, shiftFor(from, shift), gap);
  const reach = Math.max(
    36,
    Math.min(160, (from === "left" || from === "right" ? Math.abs(end.x - start.x) : Math.abs(end.y - start.y)) * 0.5),
  );
  const long = Math.hypot(end.x - start.x, end.y - start.y) || 1;
  const aside = { x: (-(end.y - start.y) / long) * bend, y: ((end.x - start.x) / long) * bend };
  const one = ahead(start, from, reach);
  const two = ahead(end, to, reach);
  return {
    start,
    one: { x: one.x + aside.x, y: one.y + aside.y },
    two: { x: two.x + aside.x, y: two.y + aside.y },
    end,
  };
}

/** The point of a curve at `t`, 0 at its start, 1 at its end. */
export function pointAt({ start, one, two, end }: Curve, t: number): Spot {
  const mid = (a: number, b: number, c: number, d: number) =>
    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
  return { x: mid(start.x, one.x, two.x, end.x), y: mid(start.y, one.y, two.y, end.y) };
}

/** The sides that face each other: across where boxes stand beside each other, up and down where one stands above. */
function facingSides(source: Box, target: Box): [Side, Side] {
  const dx = target.x + target.width / 2 - (source.x + source.width / 2);
  const dy = target.y + target.height / 2 - (source.y + source.height / 2);
  const clearX = Math.abs(dx) - (source.width + target.width) / 2;
  const clearY = Math.abs(dy) - (source.height + target.height) / 2;
  if (clearX >= 24 || clearX >= clearY) return dx >= 0 ? ["right", "left"] : ["left", "right"];
  return dy >= 0 ? ["bottom", "top"] : ["top", "bottom"];
}

/** Edges of a pair are shifted to opposite sides of the line between the boxes: each keeps to its own right. */
function shiftFor(from: Side, shift: number): number {
  return from === "right" || from === "top" ? -shift : shift;
}

function pointOn(box: Box, side: Side, shift: number, gap: number): { x: number; y: number } {
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  if (side === "left") return { x: box.x - gap, y: middle.y + shift };
  if (side === "right") return { x: box.x + box.width + gap, y: middle.y + shift };
  if (side === "top") return { x: middle.x + shift * 2, y: box.y - gap };
  return { x: middle.x + shift * 2, y: box.y + box.height + gap };
}

function ahead(point: { x: number; y: number }, side: Side, by: number): { x: number; y: number } {
  if (side === "left") return { x: point.x - by, y: point.y };
  if (side === "right") return { x: point.x + by, y: point.y };
  if (side === "top") return { x: point.x, y: point.y - by };
  return { x: point.x, y: point.y + by };
}
