/** Owns what comes after the layout engine: pinned agents stay where they are, the rest keeps clear of them, all on the grid. Pure. */
import type { Org } from "#shared/org/schema.ts";
import { FRAME, groupOfAgent, type Point, type Size, USUAL_SIZE } from "#renderer/canvas/layout/elk-graph.ts";
import { boundsOf, freeSpot } from "#renderer/canvas/layout/free-spot.ts";
import type { Box } from "#renderer/canvas/geometry.ts";

/** Places are multiples of this, in canvas units, as for an agent dropped from the palette. */
export const GRID = 20;

/** Whether a person has said that an agent stays where layouts find it. A loose field: designs without it have none pinned. */
export function isPinned(agent: Org["agents"][number]): boolean {
  return agent["pinned"] === true || isLocked(agent);
}

/** Whether an agent is neither moved nor deleted on the canvas. A loose field: designs without it have none locked. */
export function isLocked(agent: Org["agents"][number]): boolean {
  return agent["locked"] === true;
}

/**
 * Final places from the engine's.
 *
 * Pinned agents stay to the last digit. The rest is moved as a whole to where most pinned agents want it (the median of what
 * they are off by), then whatever stands in the way of something pinned goes to the nearest free place: a group without a
 * pinned agent in one piece, other agents one by one. Without pinned agents the upper left corner stays where it was.
 * No two agents overlap unless both are pinned. A group whose pinned agents stand apart may have others between them.
 */
export function settle(org: Org, engine: ReadonlyMap<string, Point>, sizes: ReadonlyMap<string, Size>): Map<string, Point> {
  const agents = [...new Map(org.agents.toReversed().map((agent) => [agent.id, agent])).values()].toReversed();
  const groupOf = groupOfAgent(org);
  const sizeOf = (id: string) => sizes.get(id) ?? USUAL_SIZE;
  const wanted = (id: string, by: Point): Box => {
    const at = engine.get(id) ?? { x: 0, y: 0 };
    return { x: at.x + by.x, y: at.y + by.y, ...sizeOf(id) };
  };
  const offBy = (some: typeof agents): Point => {
    const off = some.map(({ id, position }) => ({ x: position.x - wanted(id, ORIGIN).x, y: position.y - wanted(id, ORIGIN).y }));
    return { x: median(off.map((each) => each.x)), y: median(off.map((each) => each.y)) };
  };
  const pinned = agents.filter(isPinned);
  const overall = pinned.length > 0 ? offBy(pinned) : ORIGIN;

  const placed = new Map<string, Box>(pinned.map(({ id, position }) => [id, { x: position.x, y: position.y, ...sizeOf(id) }]));
  const inTheWay: Box[] = [...placed.values()];

  const membersOf = new Map<string, typeof agents>();
  for (const agent of agents) {
    const group = groupOf.get(agent.id);
    if (group !== undefined) membersOf.set(group, [...(membersOf.get(group) ?? []), agent]);
  }
  const groups = [...membersOf.values()];

  // Groups that a pinned agent holds in place come first: their agents gather round it, out of each other's frames.
  const held = groups.filter((members) => members.some(isPinned));
  const framesOfPins = held.map((members) => framed(members.flatMap(({ id }) => placed.get(id) ?? [])));
  const frames: Box[] = [];
  for (const [index, members] of held.entries()) {
    const by = offBy(members.filter(isPinned));
    const others = [...frames, ...framesOfPins.slice(index + 1)];
    const free = members.filter((agent) => !isPinned(agent)).map((agent) => ({ id: agent.id, box: wanted(agent.id, by) }));
    for (const { box, id } of inReadingOrder(free)) {
      const spot = freeSpot(onGrid(box), [...inTheWay, ...others], GRID);
      placed.set(id, spot);
      inTheWay.push(spot);
    }
    frames.push(framed(members.flatMap(({ id }) => placed.get(id) ?? [])));
  }
  inTheWay.push(...frames);

  const units = [
    ...groups.filter((members) => !members.some(isPinned)).map((members) => members.map(({ id }) => id)),
    ...agents.filter(({ id }) => !groupOf.has(id) && !placed.has(id)).map(({ id }) => [id]),
  ].map((ids) => {
    const boxes: { id: string; box: Box }[] = [];
    for (const { id, box } of inReadingOrder(ids.map((each) => ({ id: each, box: onGrid(wanted(each, overall)) })))) {
      const inside = boxes.map((each) => each.box);
      boxes.push({ id, box: freeSpot(box, inside, GRID) });
    }
    const bounds = boundsOf(boxes.map((each) => each.box));
    const grouped = groupOf.has(ids[0] as string);
    return { boxes, box: grouped ? framed([bounds]) : bounds };
  });
  for (const { boxes, box } of inReadingOrder(units)) {
    const spot = freeSpot(box, inTheWay, GRID);
    inTheWay.push(spot);
    for (const each of boxes) placed.set(each.id, { ...each.box, x: each.box.x + spot.x - box.x, y: each.box.y + spot.y - box.y });
  }

  const corner = pinned.length > 0 || agents.length === 0 ? ORIGIN : stays(agents, placed);
  return new Map(
    agents.map(({ id }) => {
      const box = placed.get(id) ?? { x: 0, y: 0 };
      return [id, { x: box.x + corner.x, y: box.y + corner.y }];
    }),
  );
}

const ORIGIN: Point = { x: 0, y: 0 };

/** How far everything moves so that its upper left corner stays where the design had it, on the grid. */
function stays(agents: readonly Org["agents"][number][], placed: ReadonlyMap<string, Box>): Point {
  const before = onGrid(boundsOf(agents.map(({ position }) => ({ x: position.x, y: position.y, width: 0, height: 0 }))));
  const after = boundsOf([...placed.values()]);
  return { x: before.x - after.x, y: before.y - after.y };
}

/** A group's frame: what its label and border take up around its agents. Multiples of the grid, so what is in it stays on it. */
function framed(boxes: readonly Box[]): Box {
  const { x, y, width, height } = boundsOf(boxes);
  return { x: x - FRAME.side, y: y - FRAME.top, width: width + 2 * FRAME.side, height: height + FRAME.top + FRAME.side };
}

function onGrid(box: Box): Box {
  // Adding zero turns -0 into 0.
  return { ...box, x: Math.round(box.x / GRID) * GRID + 0, y: Math.round(box.y / GRID) * GRID + 0 };
}

/** Column by column, from the top: who stands first keeps its place. */
function inReadingOrder<T extends { box: Box }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => a.box.x - b.box.x || a.box.y - b.box.y);
}

/** The middle value; of two middle ones the lower, so that it is one that occurs. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
