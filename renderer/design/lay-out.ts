/** Owns laying the open design out as one undo step, in a worker, so that work goes on meanwhile. */
import type { LayoutStyle } from "#renderer/canvas/layout/elk-graph.ts";
import { layoutOrg } from "#renderer/canvas/layout/layout.ts";
import { isPinned } from "#renderer/canvas/layout/place.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { move } from "#renderer/design/edits.ts";

const WORDS: Record<LayoutStyle, string> = { layered: "in columns", tree: "as a tree", radial: "in rings" };

/** Lays out what is there; a second layout calls off the first. Agents that went or were moved by others meanwhile are left alone. */
export async function layOut(desk: DesignDesk, style: LayoutStyle): Promise<void> {
  const org = desk.org;
  if (!org) return;
  const stop = desk.beginLayout();
  try {
    const places = await layoutOrg(org, { style, sizes: desk.view?.sizes() ?? new Map() }, stop);
    const now = desk.org;
    if (!now || stop.aborted) return;
    const before = new Map(org.agents.map((agent) => [agent.id, agent.position]));
    const moves = now.agents.flatMap((agent) => {
      const to = places.get(agent.id);
      const untouched = before.get(agent.id)?.x === agent.position.x && before.get(agent.id)?.y === agent.position.y;
      if (!to || !untouched || isPinned(agent) || (to.x === agent.position.x && to.y === agent.position.y)) return [];
      return [{ id: agent.id, position: to }];
    });
    if (moves.length === 0) {
      desk.draft.say("Everything stands where this layout puts it.");
      desk.view?.fit();
      return;
    }
    const { coalesce: _, ...edit } = move(now, moves, `lay out ${WORDS[style]}`);
    desk.glide();
    desk.do({ ...edit, said: `Laid out ${WORDS[style]}` });
    desk.view?.fit();
  } catch (error) {
    if (!stop.aborted) desk.app.toast("error", error instanceof Error ? error.message : "The layout could not be worked out; try again.");
  }
}
