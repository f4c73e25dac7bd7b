/** Owns how much of an agent is shown: as much as is readable on the screen and leaves its neighbours and their handoffs room. Pure. */
import type { Box } from "#renderer/canvas/geometry.ts";

/** One way to draw agents, in pixels of the screen. */
export interface Look {
  name: "full" | "tall" | "role" | "name";
  width: number;
  height: number;
  /** How much smaller than designed its text is; never much. */
  text: number;
  /** Room that is left to neighbours, across for a handoff's figures. */
  across: number;
  down: number;
}

/** From all there is to say to the name alone. */
export const LOOKS: readonly Look[] = [
  { name: "full", width: 180, height: 78, text: 1, across: 72, down: 30 },
  { name: "full", width: 162, height: 70, text: 0.9, across: 72, down: 30 },
  { name: "tall", width: 126, height: 104, text: 1, across: 64, down: 30 },
  { name: "role", width: 126, height: 54, text: 1, across: 64, down: 28 },
  { name: "name", width: 114, height: 42, text: 1, across: 52, down: 26 },
  { name: "name", width: 98, height: 36, text: 0.9, across: 36, down: 20 },
  { name: "name", width: 86, height: 31, text: 0.82, across: 28, down: 16 },
];

/** What all agents of a canvas look like now. */
export interface NodeLook {
  name: Look["name"];
  /** The size in which an agent is drawn, in canvas units. */
  width: number;
  height: number;
  /** Canvas units to a pixel of text. */
  zoom: number;
  /** Whose neighbours are so near that they keep to their own place, and show their names alone. */
  tight: ReadonlySet<string>;
}

/** A canvas's own size of an agent, in canvas units: what it takes up for layouts and lines, however it is drawn. */
export const OWN = { width: 180, height: 78 };
/** Whoever is nearer than this to another, in canvas units, was put there on purpose, and keeps nobody else from growing. */
const NEAR = 30;
/** Room across where handoffs have no figures, in pixels of the screen. */
const PLAIN_ACROSS = 28;
/** In its own place an agent's name grows to two lines, no further. */
const MOST_TIGHT = 2.6;

/**
 * The look of all agents: the fullest for which there is room everywhere, or for all their own places.
 *
 * @param solid what else stands there, as notes do
 * @param labelled whether handoffs have labels, which need room across
 */
export function chooseLook(boxes: ReadonlyMap<string, Box>, solid: readonly Box[], scale: number, labelled: boolean): NodeLook {
  const all = [...boxes].map(([id, box]) => ({ id, ...middle(box) }));
  const looks = LOOKS.map((look) => sized(labelled ? look : { ...look, across: PLAIN_ACROSS }, scale));
  const near = new Set<number>();
  /** Where in the list of looks each agent comes to stand. */
  const ranks = all.map(() => 0);
  const lower = (index: number, clear: (look: (typeof looks)[number]) => boolean) => {
    while ((ranks[index] as number) < looks.length && !clear(looks[ranks[index] as number] as (typeof looks)[number]))
      ranks[index] = (ranks[index] as number) + 1;
  };
  for (const [index, one] of all.entries()) {
    for (let next = index + 1; next < all.length; next += 1) {
      const other = all[next] as (typeof all)[number];
      const [dx, dy] = [Math.abs(one.x - other.x), Math.abs(one.y - other.y)];
      const clear = (look: (typeof looks)[number]) => dx >= look.width + look.across || dy >= look.height + look.down;
      if (clear(looks[0] as (typeof looks)[number])) continue;
      lower(index, clear);
      lower(next, clear);
      if (dx < OWN.width + NEAR && dy < OWN.height + NEAR) near.add(index).add(next);
    }
    // What is no agent, as a note, does not give way.
    for (const box of solid) {
      const [dx, dy] = [Math.abs(one.x - box.x - box.width / 2), Math.abs(one.y - box.y - box.height / 2)];
      lower(index, (look) => !look.grows || dx >= (look.width + box.width) / 2 || dy >= (look.height + box.height) / 2);
    }
  }
  const worst = Math.max(0, ...ranks.filter((_, index) => !near.has(index)));
  const chosen = looks[worst];
  const tight = new Set(all.filter((_, index) => !chosen || (ranks[index] as number) > worst).map(({ id }) => id));
  if (!chosen) return { name: "name", ...OWN, zoom: scale, tight };
  const { name, width, height, zoom } = chosen;
  return { name, width, height, zoom, tight };
}

/** A look in canvas units. An agent is never drawn smaller than its own place; only what grows beyond it needs room. */
function sized(look: Look, scale: number) {
  const width = Math.max(OWN.width, look.width * scale);
  const height = Math.max(OWN.height, look.height * scale);
  return {
    name: look.name,
    width,
    height,
    zoom: scale * look.text,
    grows: width > OWN.width || height > OWN.height,
    across: width > OWN.width ? look.across * scale : 0,
    down: height > OWN.height ? look.down * scale : 0,
  };
}

/** An agent's box as it is drawn: round the middle of its own place. */
export function drawnBox(id: string, box: Box, look: NodeLook): Box {
  if (look.tight.has(id) || (look.width <= box.width && look.height <= box.height)) return box;
  return { x: box.x + (box.width - look.width) / 2, y: box.y + (box.height - look.height) / 2, width: look.width, height: look.height };
}

/** How large the text of one is that keeps to its own place. */
export function tightZoom(scale: number): number {
  return Math.min(scale, MOST_TIGHT);
}

function middle(box: Box): { x: number; y: number } {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export function sameLook(a: NodeLook, b: NodeLook): boolean {
  const alike = a.name === b.name && a.width === b.width && a.height === b.height && a.zoom === b.zoom;
  return alike && a.tight.size === b.tight.size && [...a.tight].every((id) => b.tight.has(id));
}
