/** Owns where all edges of a canvas run: round agents that stand between their ends, labels clear of each other. Pure. */
import { type Box, type Curve, edgeCurve, type EdgePath, pathOf, pointAt } from "#renderer/canvas/geometry.ts";
import { type LabelForm, type LabelPlace, type LabelWish, placeLabels } from "#renderer/canvas/labels.ts";

export interface Wire {
  id: string;
  source: string;
  target: string;
  /** Whether an edge runs the other way too. */
  twoWay: boolean;
  /** Room left for the arrow's head, in canvas units. */
  gap: number;
  label: LabelWish;
}

export interface Route extends EdgePath {
  /** How much its label says; null where it has none, or no room for it. */
  form: LabelForm | null;
}

/** Tried one after another, nearest first, in canvas units; the curve's middle goes three quarters of it aside. */
const BENDS = [0, 70, -70, 110, -110, 160, -160, 220, -220, 300, -300, 400, -400, 520, -520];
/** How near an edge may come to an agent that it does not belong to, in canvas units. */
const CLEAR = 6;
const SAMPLES = 28;

/**
 * A curve per wire between boxes that exist. One that would run behind a third box is bent round it, to the side where it needs
 * to go least far; where no bend is clear, the one that covers least.
 *
 * @param keepLabels earlier places of labels, which are kept as they are
 */
export function routeAll(
  wires: readonly Wire[],
  boxes: ReadonlyMap<string, Box>,
  keepLabels?: ReadonlyMap<string, LabelPlace>,
): { paths: Map<string, Route>; labels: ReadonlyMap<string, LabelPlace> } {
  const all = [...boxes];
  const curves = new Map<string, Curve>();
  for (const wire of wires) {
    const source = boxes.get(wire.source);
    const target = boxes.get(wire.target);
    if (!source || !target) continue;
    curves.set(wire.id, clearCurve(wire, source, target, all));
  }
  const labels =
    keepLabels ??
    placeLabels(new Map(wires.map(({ id, label }) => [id, label])), curves, withPills([...boxes.values()], wires[0]?.label.scale ?? 1));
  const paths = new Map<string, Route>();
  for (const { id, label } of wires) {
    const curve = curves.get(id);
    const place = labels.get(id);
    if (curve) paths.set(id, { ...pathOf(curve, place?.at ?? label.at), form: place?.form ?? null });
  }
  return { paths, labels };
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

/** How far the words "brief" and "delivers" rise above an agent, in pixels of the screen. */
const PILL = 14;

function withPills(boxes: readonly Box[], scale: number): Box[] {
  return boxes.map((box) => ({ ...box, y: box.y - PILL * scale, height: box.height + PILL * scale }));
}
