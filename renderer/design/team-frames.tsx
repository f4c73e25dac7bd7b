/** Owns the frames of open groups: drawn round their agents, moved with them, pressed to select them. */
import { useReactFlow, useStore, ViewportPortal } from "@xyflow/react";
import { memo, type PointerEvent, useCallback, useRef } from "react";
import type { Org } from "#shared/org/schema.ts";
import type { Box } from "#renderer/canvas/geometry.ts";
import { FRAME } from "#renderer/canvas/layout/elk-graph.ts";
import { boundsOf } from "#renderer/canvas/layout/free-spot.ts";
import { isLocked } from "#renderer/canvas/layout/place.ts";
import { drawnBox } from "#renderer/canvas/node-looks.ts";
import { lookOf, scaleOf } from "#renderer/canvas/route-table.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { move, type Point } from "#renderer/design/edits.ts";
import { type AgentGroup, groupName, isCollapsed, renameGroup, toggleCollapsed } from "#renderer/design/groups.ts";

export function TeamFrames({ desk, org, readOnly }: { desk: DesignDesk; org: Org; readOnly: boolean }) {
  const open = org.groups.filter((group) => !isCollapsed(group));
  return (
    <ViewportPortal>
      {open.map((group) => (
        <TeamFrame key={group.id} desk={desk} group={group} readOnly={readOnly} />
      ))}
    </ViewportPortal>
  );
}

function sameBox(a: Box | null, b: Box | null): boolean {
  return a === b || (a !== null && b !== null && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height);
}

const TeamFrame = memo(function TeamFrame({ desk, group, readOnly }: { desk: DesignDesk; group: AgentGroup; readOnly: boolean }) {
  const flow = useReactFlow();
  const scale = useStore(scaleOf);
  const drag = useRef<{ from: Point; at: Map<string, Point>; moved: boolean } | null>(null);
  const box = useStore(
    useCallback(
      (state): Box | null => {
        const look = lookOf(state);
        const boxes = group.agents.flatMap((id): Box[] => {
          const node = state.nodeLookup.get(id);
          if (!node || node.type !== "agent") return [];
          const { x, y } = node.internals.positionAbsolute;
          return [drawnBox(id, { x, y, width: node.measured.width ?? 180, height: node.measured.height ?? 72 }, look)];
        });
        if (boxes.length === 0) return null;
        const { x, y, width, height } = boundsOf(boxes);
        return { x: x - FRAME.side, y: y - FRAME.top, width: width + 2 * FRAME.side, height: height + FRAME.top + FRAME.side };
      },
      [group],
    ),
    sameBox,
  );
  if (!box) return null;
  const name = groupName(group);
  const press = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    desk.select({ agents: group.agents, handoffs: [] });
    const free = desk.org?.agents.filter((agent) => group.agents.includes(agent.id) && !isLocked(agent)) ?? [];
    if (readOnly || free.length === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = {
      from: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false }),
      at: new Map(free.map(({ id, position }) => [id, { x: position.x, y: position.y }])),
      moved: false,
    };
  };
  const pull = (event: PointerEvent<HTMLButtonElement>) => {
    const { current } = drag;
    if (!current) return;
    const to = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    const by = { x: Math.round((to.x - current.from.x) / 10) * 10, y: Math.round((to.y - current.from.y) / 10) * 10 };
    if (by.x === 0 && by.y === 0 && !current.moved) return;
    current.moved = true;
    flow.setNodes((nodes) =>
      nodes.map((node) => {
        const at = current.at.get(node.id);
        return at ? { ...node, position: { x: at.x + by.x, y: at.y + by.y } } : node;
      }),
    );
  };
  const drop = () => {
    const { current } = drag;
    drag.current = null;
    if (!current?.moved || !desk.org) return;
    const moves = [...current.at.keys()].flatMap((id) => {
      const node = flow.getNode(id);
      return node ? [{ id, position: { x: node.position.x, y: node.position.y } }] : [];
    });
    const { coalesce: _, ...edit } = move(desk.org, moves, `move ${name}`);
    desk.do(edit);
  };
  return (
    <div
      className="team-frame"
      data-testid={`frame-${name}`}
      style={{ transform: `translate(${box.x}px,${box.y}px)`, width: box.width, height: box.height }}
    >
      {/* From far its letters are larger than its place in the frame: it stands on top of it. */}
      <div className="team-head" style={scale > 1.2 ? { transform: `translateY(-100%) scale(${scale})` } : undefined}>
        <button
          type="button"
          className="team-label nodrag nopan"
          aria-label={`Group ${name}: select its ${group.agents.length} agents`}
          onPointerDown={press}
          onPointerMove={pull}
          onPointerUp={drop}
          onPointerCancel={() => {
            drag.current = null;
          }}
          onClick={() => desk.select({ agents: group.agents, handoffs: [] })}
          onDoubleClick={() =>
            !readOnly &&
            desk.ask({
              kind: "text",
              title: `Rename ${name}`,
              label: "Label of the group",
              value: group.label,
              mayBeEmpty: false,
              onAnswer: (label) => void desk.do(renameGroup(group, label)),
            })
          }
        >
          {name}
        </button>
        <button
          type="button"
          className="team-button nodrag nopan"
          aria-label={`Collapse ${name}`}
          disabled={readOnly}
          onClick={() => desk.do(toggleCollapsed([group]))}
        >
          Collapse
        </button>
      </div>
    </div>
  );
});
