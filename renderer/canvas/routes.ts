/** Owns where all edges of a canvas run: round agents that stand between their ends, labels clear of each other. Pure. */
import { type Box, type Curve, edgeCurve, type EdgePath, pathOf, pointAt } from "#renderer/canvas/geometry.ts";

export interface Wire {
  id: string;
  source: string;
  target: string;
  /** Whether an edge runs the other way too. */
  twoWay: boolean;
  /** Room left for the arrow's head, in canvas units. */
  gap: number;
  /** Where its label best sits, 0 at the source, 1 at the target. */
  labelAt: number;
  /** The label's size in canvas units; null where it has none. */
  label: { width: number; height: number } | null;
  /** Whose label chooses its place first; the higher. */
  level: number;
}

/** Tried one after another, nearest first, in canvas units; the curve's middle goes three quarters of it aside. */
const BENDS = [0, 70, -70, 110, -110, 160, -160, 220, -220, 300, -300, 400, -400, 520, -520];
/** How near an edge may come to an agent that it does not belong to, in canvas units. */
const CLEAR = 6;
const SAMPLES = 28;
const LABEL_PLACES = [0, 0.12, -0.12, 0.22, -0.22, 0.3, -0.3];

/**
 * A curve per wire between boxes that exist. One that would run behind a third box is bent round it, to the side where it needs
 * to go least far; where no bend is clear, the one that covers least.
 *
 * @param keepLabels earlier places of labels, which are kept as they are
 */
export function routeAll(
  wires: readonly Wire[],
  boxes: ReadonlyMap<string, Box>,
  keepLabels?: ReadonlyMap<string, number>,
): { paths: Map<string, EdgePath>; labels: Map<string, number> } {
  const all = [...boxes];
  const curves = new Map<string, Curve>();
  for (const wire of wires) {
    const source = boxes.get(wire.source);
    const target = boxes.get(wire.target);
    if (!source || !target) continue;
    curves.set(wire.id, clearCurve(wire, source, target, all));
  }
  const labels = keepLabels ?? placeLabels(wires, curves, all);
  const paths = new Map<string, EdgePath>();
  for (const wire of wires) {
    const curve = curves.get(wire.id);
    if (curve) paths.set(wire.id, pathOf(curve, labels.get(wire.id) ?? wire.labelAt));
  }
  return { paths, labels: new Map(labels) };
}

function clearCurve(wire: Wire, source: Box, target: Box, all: readonly (readonly [string, Box])[]): Curve {
  let best: Curve | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const bend of BENDS) {
    const curve = edgeCurve(source, target, wire.twoWay, wire.gap, bend);
    const count = covered(curve, wire, all);
    if (count === 0) return curve;
    if (count < fewest) {
      fewest = count;
      best = curve;
    }
  }
  return best ?? edgeCurve(source, target, wire.twoWay, wire.gap);
}

/** How many points of a curve lie in boxes that it does not belong to. */
function covered(curve: Curve, wire: Wire, all: readonly (readonly [string, Box])[]): number {
  const { start, one, two, end } = curve;
  const left = Math.min(start.x, one.x, two.x, end.x) - CLEAR;
  const right = Math.max(start.x, one.x, two.x, end.x) + CLEAR;
  const top = Math.min(start.y, one.y, two.y, end.y) - CLEAR;
  const bottom = Math.max(start.y, one.y, two.y, end.y) + CLEAR;
  const near: Box[] = [];
  for (const [id, box] of all)
    if (box.x < right && box.x + box.width > left && box.y < bottom && box.y + box.height > top && id !== wire.source && id !== wire.target)
      near.push(box);
  if (near.length === 0) return 0;
  let count = 0;
  for (let step = 1; step < SAMPLES; step += 1) {
    const { x, y } = pointAt(curve, step / SAMPLES);
    if (near.some((box) => x > box.x - CLEAR && x < box.x + box.width + CLEAR && y > box.y - CLEAR && y < box.y + box.height + CLEAR))
      count += 1;
  }
  return count;
}

/** Where on its curve each label sits: at its best place, or near it where that is taken by an agent or another label. */
function placeLabels(
  wires: readonly Wire[],
  curves: ReadonlyMap<string, Curve>,
  all: readonly (readonly [string, Box])[],
): Map<string, number> {
  const placed: Box[] = [];
  const labels = new Map<string, number>();
  for (const wire of wires.toSorted((a, b) => b.level - a.level)) {
    const curve = curves.get(wire.id);
    const size = wire.label;
    if (!curve || !size) continue;
    const boxAt = (at: number): Box => {
      const { x, y } = pointAt(curve, at);
      return { x: x - size.width / 2, y: y - size.height / 2, ...size };
    };
    let best = wire.labelAt;
    let least = Number.POSITIVE_INFINITY;
    for (const off of LABEL_PLACES) {
      const at = Math.min(0.88, Math.max(0.12, wire.labelAt + off));
      const box = boxAt(at);
      let overlap = 0;
      for (const other of placed) overlap += shared(box, other);
      for (const [, other] of all) overlap += shared(box, other);
      if (overlap < least) {
        least = overlap;
        best = at;
      }
      if (overlap === 0) break;
    }
    labels.set(wire.id, best);
    placed.push(boxAt(best));
  }
  return labels;
}

/** The area that two boxes share, in square canvas units. */
function shared(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
