/** Owns putting agents in order by hand: edges and centres in line, even gaps, steps by keys, locks and pins. Pure: design in, edit out. */
import type { Edit, Op } from "#shared/org/edit.ts";
import type { Agent, Org } from "#shared/org/schema.ts";
import type { Box } from "#renderer/canvas/geometry.ts";
import { isLocked } from "#renderer/canvas/layout/place.ts";
import { move, nameOf, type Point } from "#renderer/design/edits.ts";

export const LINES = ["left", "center", "right", "top", "middle", "bottom"] as const;
export type Line = (typeof LINES)[number];

interface Placed {
  id: string;
  box: Box;
}

/** The agents that are to be moved, as they stand; a locked one is a mark for others and stays. */
function placed(org: Org, ids: readonly string[], sizes: ReadonlyMap<string, { width: number; height: number }>): Placed[] {
  return org.agents
    .filter((agent) => ids.includes(agent.id))
    .map(({ id, position }) => ({ id, box: { x: position.x, y: position.y, ...(sizes.get(id) ?? { width: 180, height: 80 }) } }));
}

function moved(org: Org, wanted: readonly { id: string; position: Point }[], name: string): Edit | null {
  const moves = wanted.filter(({ id, position }) => {
    const agent = org.agents.find((each) => each.id === id);
    return agent && !isLocked(agent) && (agent.position.x !== position.x || agent.position.y !== position.y);
  });
  if (moves.length === 0) return null;
  const { coalesce: _, ...edit } = move(org, moves, name);
  return { ...edit, said: `Done: ${name}` };
}

/** Brings edges or centres of agents in line with the outermost, centres with the middle of all. Null where they are. */
export function align(
  org: Org,
  ids: readonly string[],
  line: Line,
  sizes: ReadonlyMap<string, { width: number; height: number }>,
): Edit | null {
  const all = placed(org, ids, sizes);
  if (all.length < 2) return null;
  const left = Math.min(...all.map(({ box }) => box.x));
  const right = Math.max(...all.map(({ box }) => box.x + box.width));
  const top = Math.min(...all.map(({ box }) => box.y));
  const bottom = Math.max(...all.map(({ box }) => box.y + box.height));
  const at: Record<Line, (box: Box) => Point> = {
    left: ({ y }) => ({ x: left, y }),
    center: ({ y, width }) => ({ x: (left + right - width) / 2, y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: (top + bottom - height) / 2 }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  };
  return moved(
    org,
    all.map(({ id, box }) => ({ id, position: at[line](box) })),
    `align ${all.length} agents`,
  );
}

/** Makes the gaps between three agents or more alike; the two outermost stay. Null where there are fewer or nothing changes. */
export function distribute(
  org: Org,
  ids: readonly string[],
  along: "x" | "y",
  sizes: ReadonlyMap<string, { width: number; height: number }>,
): Edit | null {
  const side = along === "x" ? "width" : "height";
  const all = placed(org, ids, sizes).toSorted((a, b) => a.box[along] - b.box[along]);
  const [first, last] = [all[0], all.at(-1)];
  if (all.length < 3 || !first || !last) return null;
  const room = last.box[along] + last.box[side] - first.box[along];
  const gap = (room - all.reduce((sum, { box }) => sum + box[side], 0)) / (all.length - 1);
  let next = first.box[along];
  const wanted = all.map(({ id, box }) => {
    const at = Math.round(next);
    next += box[side] + gap;
    return { id, position: along === "x" ? { x: at, y: box.y } : { x: box.x, y: at } };
  });
  // Rounding is not to move what stays.
  return moved(org, wanted.slice(1, -1), `space out ${all.length} agents`);
}

/** One step of agents and notes by keys, in canvas units; locked agents stay. Null where nothing can move. */
export function nudge(org: Org, ids: { agents: readonly string[]; notes: readonly string[] }, by: Point): Edit | null {
  const some = [
    ...org.agents.filter((agent) => ids.agents.includes(agent.id) && !isLocked(agent)),
    ...org.notes.filter((note) => ids.notes.includes(note.id)),
  ];
  if (some.length === 0) return null;
  return move(
    org,
    some.map(({ id, position }) => ({ id, position: { x: position.x + by.x, y: position.y + by.y } })),
  );
}

/** Switches a mark of agents on, or off where all have it. A lock keeps from moving and deleting, a pin from layouts alone. */
export function toggleMark(org: Org, ids: readonly string[], mark: "locked" | "pinned"): Edit | null {
  const agents = org.agents.filter((agent) => ids.includes(agent.id));
  if (agents.length === 0) return null;
  const on = !agents.every((agent) => agent[mark] === true);
  const verb = { locked: on ? "lock" : "unlock", pinned: on ? "pin" : "unpin" }[mark];
  const what = agents.length === 1 ? nameOf(org, agents[0]?.id ?? "") : `${agents.length} agents`;
  return {
    name: `${verb} ${what}`,
    said: `${what}: ${on ? mark : `no longer ${mark}`}`,
    ops: agents.map((agent: Agent): Op => ({ op: "set", in: "agents", id: agent.id, field: mark, ...(on ? { value: true } : {}) })),
  };
}
