/** Owns laying out in tests: ELK without its worker, and what to ask of the places it gives. */
import ELK from "elkjs/lib/elk.bundled.js";
import type { Org } from "#shared/org/schema.ts";
import type { LayoutStyle, Point, Size } from "#renderer/canvas/layout/elk-graph.ts";
import { tooClose } from "#renderer/canvas/layout/free-spot.ts";
import { type Engine, layoutWith } from "#renderer/canvas/layout/layout.ts";

export const elk = new ELK();
export const engine: Engine = (graph) => elk.layout(graph);
const never = new AbortController().signal;
export const NO_SIZES: ReadonlyMap<string, Size> = new Map();

export function laidOut(org: Org, style: LayoutStyle, sizes = NO_SIZES): Promise<Map<string, Point>> {
  return layoutWith(engine, org, { style, sizes }, never);
}

/** The design with its agents at places. */
export function withPlaces(org: Org, places: ReadonlyMap<string, Point>): Org {
  return { ...org, agents: org.agents.map((agent) => ({ ...agent, position: places.get(agent.id) ?? agent.position })) };
}

export function pinnedAt(org: Org, pins: Readonly<Record<string, Point>>): Org {
  return {
    ...org,
    agents: org.agents.map((agent) => {
      const position = pins[agent.name];
      return position ? { ...agent, position, pinned: true } : agent;
    }),
  };
}

function boxesOf(org: Org, places: ReadonlyMap<string, Point>, sizes = NO_SIZES) {
  return org.agents.map((agent) => ({
    id: agent.id,
    pinned: agent["pinned"] === true,
    ...(places.get(agent.id) as Point),
    ...(sizes.get(agent.id) ?? { width: 180, height: 80 }),
  }));
}

/** Pairs of agents that overlap, but for those that were both pinned so. */
export function overlaps(org: Org, places: ReadonlyMap<string, Point>, sizes = NO_SIZES): string[] {
  const boxes = boxesOf(org, places, sizes);
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => !(a.pinned && b.pinned) && tooClose(a, b, 0))
      .map((b) => `${a.id} and ${b.id}`),
  );
}

/** Agents of others that stand inside a group's bounds. */
export function strangers(org: Org, places: ReadonlyMap<string, Point>): string[] {
  const boxes = boxesOf(org, places);
  return org.groups.flatMap((group) => {
    const inside = boxes.filter((box) => group.agents.includes(box.id));
    const bounds = {
      x: Math.min(...inside.map((box) => box.x)),
      y: Math.min(...inside.map((box) => box.y)),
      width: Math.max(...inside.map((box) => box.x + box.width)) - Math.min(...inside.map((box) => box.x)),
      height: Math.max(...inside.map((box) => box.y + box.height)) - Math.min(...inside.map((box) => box.y)),
    };
    return boxes.filter((box) => !group.agents.includes(box.id) && tooClose(bounds, box, 0)).map((box) => `${box.id} in ${group.id}`);
  });
}
