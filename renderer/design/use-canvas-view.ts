/** Owns what the rest of the design place may ask of the canvas: to fit, to zoom, to show somebody. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { useFit } from "#renderer/canvas/use-fit.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { collapsedGroups, TEAM } from "#renderer/design/canvas-view-model.ts";

const DURATION_MS = 250;
/** Who is shown is shown with some of what is around, in pixels. */
const SHOWN_PAD = 120;

export function lessMotion(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Sets the desk's view while the canvas is there. */
export function useCanvasView(desk: DesignDesk): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  const fit = useFit();
  useEffect(() => {
    const duration = () => (lessMotion() ? 0 : DURATION_MS);
    desk.setView({
      // What has just been added is measured before it is fitted; what glides counts where it will stand.
      fit: () =>
        void setTimeout(() => {
          const places = new Map(desk.org?.agents.map(({ id, position }) => [id, position]));
          fit({ places, durationMs: duration() });
        }, 40),
      actualSize: () => void flow.zoomTo(1, { duration: duration() }),
      zoom: (by) => void (by > 0 ? flow.zoomIn({ duration: duration() }) : flow.zoomOut({ duration: duration() })),
      show: (ids) => {
        const inside = desk.org ? collapsedGroups(desk.org) : new Map();
        const shown = ids.map((id) => (inside.has(id) ? `${TEAM}${inside.get(id)?.id}` : id));
        void setTimeout(() => fit({ ids: shown, maxZoom: 1, pad: SHOWN_PAD, durationMs: duration() }), 40);
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
  }, [desk, fit, flow, store]);
}
