/** Owns where the labels of handoffs sit and how much each says: a number always, the rest while there is room. Pure. */
import { type Box, type Curve, pointAt } from "#renderer/canvas/geometry.ts";

/** Ways to write a label, from the most to the least: in a line, the detail below, each part of it in its line, the main text alone, a sign. */
export const FORMS = ["beside", "below", "stacked", "main", "short"] as const;
export type LabelForm = (typeof FORMS)[number];

export interface Words {
  label: string;
  detail: string;
  /** A sign that stands for the label where that has no room; empty for none. */
  short: string;
}

export interface LabelWish {
  words: Words;
  /** Canvas units to a pixel of text. */
  scale: number;
  /** Shown even where there is no room. */
  must: boolean;
  /** Where on its curve it best sits, 0 at the source, 1 at the target. */
  at: number;
  /** Whose label chooses its place first; the higher. */
  level: number;
}

export interface LabelPlace {
  at: number;
  /** Null where it has no room at all. */
  form: LabelForm | null;
}

/** About how wide a letter is, of the label and of its detail, in pixels of the screen. */
const LETTER = 7.2;
const SMALL_LETTER = 6.2;
/** Its edge and what is left free in it. */
const AROUND = 21;
const AROUND_SHORT = 11;
const LINE = 22;
const SHORT_LINE = 20;
const TWO_LINES = 37;
const SMALL_LINE = 14;
/** What says more must not hide the ends of its handoff. */
const CLEAR = 5;
const PLACES = [0, 0.07, -0.07, 0.14, -0.14, 0.21, -0.21, 0.28, -0.28, 0.34, -0.34];

/** What a detail is made of. */
export function partsOf(detail: string): string[] {
  return detail.split(" · ");
}

/** The size of a label in a form, in pixels of the screen; null where it has nothing to say in that form. */
export function labelSize({ label, detail, short }: Words, form: LabelForm): { width: number; height: number } | null {
  const [main, small] = [label.length * LETTER, detail.length * SMALL_LETTER];
  if (form === "short") return short === "" ? null : { width: short.length * LETTER + AROUND_SHORT, height: SHORT_LINE };
  if (form === "main") return label === "" ? null : { width: main + AROUND, height: LINE };
  if (detail === "") return null;
  if (form === "beside") return { width: main + small + (label === "" ? 0 : 5) + AROUND, height: LINE };
  if (label === "") return null;
  if (form === "below") return { width: Math.max(main, small) + AROUND, height: TWO_LINES };
  const parts = partsOf(detail).map((part) => part.length * SMALL_LETTER);
  return parts.length < 2 ? null : { width: Math.max(main, ...parts) + AROUND, height: LINE + parts.length * SMALL_LINE };
}

/**
 * A place and a form per label. First each gets a place for the least that it can say; then, the higher level first, each
 * says as much more as its neighbours and the agents leave room for.
 */
export function placeLabels(
  wishes: ReadonlyMap<string, LabelWish>,
  curves: ReadonlyMap<string, Curve>,
  agents: readonly Box[],
): Map<string, LabelPlace> {
  const order = [...wishes].filter(([id]) => curves.has(id)).toSorted(([, a], [, b]) => b.level - a.level);
  const places = new Map<string, LabelPlace>();
  const taken = new Map<string, Box>();
  const at = (id: string, wish: LabelWish, form: LabelForm, where: number, around = 0): Box | null => {
    const size = labelSize(wish.words, form);
    if (!size) return null;
    const { x, y } = pointAt(curves.get(id) as Curve, where);
    const [width, height] = [(size.width + around) * wish.scale, size.height * wish.scale];
    return { x: x - width / 2, y: y - height / 2, width, height };
  };
  const spots = (wish: LabelWish) => PLACES.map((off) => Math.min(0.9, Math.max(0.1, wish.at + off)));
  for (const [id, wish] of order) {
    const least = [...FORMS].reverse().find((form) => labelSize(wish.words, form));
    if (!least) continue;
    let best: { where: number; box: Box; overlap: number } | null = null;
    for (const where of spots(wish)) {
      const box = at(id, wish, least, where);
      if (!box) break;
      const overlap = overlapWith(box, agents) + overlapWith(box, [...taken.values()]);
      if (!best || overlap < best.overlap) best = { where, box, overlap };
      if (overlap === 0) break;
    }
    if (!best) continue;
    const shown = wish.must || best.overlap === 0;
    places.set(id, { at: best.where, form: shown ? least : null });
    if (shown) taken.set(id, best.box);
  }
  for (const [id, wish] of order) {
    const place = places.get(id);
    if (!place?.form) continue;
    const others = [...taken].flatMap(([other, box]) => (other === id ? [] : [box]));
    const more = FORMS.slice(0, FORMS.indexOf(place.form));
    search: for (const form of more)
      for (const where of [place.at, ...spots(wish)]) {
        const box = at(id, wish, form, where, 2 * CLEAR);
        if (!box || overlapWith(box, agents) + overlapWith(box, others) > 0) continue;
        places.set(id, { at: where, form });
        taken.set(id, box);
        break search;
      }
  }
  return places;
}

function overlapWith(box: Box, others: readonly Box[]): number {
  let area = 0;
  for (const other of others) {
    const width = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
    const height = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
    if (width > 0 && height > 0) area += width * height;
  }
  return area;
}
