/** Owns what the rest of the design place may ask of the canvas: to fit, to zoom, to show somebody. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { CANVAS_OPTIONS } from "#renderer/canvas/flow-types.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { collapsedGroups, TEAM } from "#renderer/design/canvas-view-model.ts";

const DURATION_MS = 250;

export function lessMotion(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Sets the desk's view while the canvas is there. */
export function useCanvasView(desk: DesignDesk): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    const duration = () => (lessMotion() ? 0 : DURATION_MS);
    desk.setView({
      // What has just been added is measured before it is fitted.
      fit: () => void setTimeout(() => void flow.fitView({ ...CANVAS_OPTIONS.fitViewOptions, duration: duration() }), 40),
      actualSize: () => void flow.zoomTo(1, { duration: duration() }),
      zoom: (by) => void (by > 0 ? flow.zoomIn({ duration: duration() }) : flow.zoomOut({ duration: duration() })),
      show: (ids) => {
        const inside = desk.org ? collapsedGroups(desk.org) : new Map();
        const nodes = ids.map((id) => ({ id: inside.has(id) ? `${TEAM}${inside.get(id)?.id}` : id }));
        void setTimeout(() => void flow.fitView({ nodes, maxZoom: 1, duration: duration(), padding: 0.6 }), 40);
      },
      focus: () => {
        const { nodes, domNode } = store.getState();
        const selected = nodes.find((node) => node.selected);
        const element = selected && domNode?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(selected.id)}"]`);
        if (element) element.focus({ preventScroll: true });
        else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      },
      middle: () => {
        const { width, height, domNode } = store.getState();
        const box = domNode?.getBoundingClientRect();
        return flow.screenToFlowPosition({ x: (box?.left ?? 0) + width / 2, y: (box?.top ?? 0) + height / 2 });
      },
      sizes: () =>
        new Map(
          flow
            .getNodes()
            .flatMap(({ id, type, measured }) =>
              type === "agent" && measured?.width && measured.height ? [[id, { width: measured.width, height: measured.height }]] : [],
            ),
        ),
    });
    return () => desk.setView(null);
  }, [desk, flow, store]);
}
