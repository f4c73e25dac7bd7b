/** Owns fitting a canvas: all of it or a part, clear of what lies over the stage; again when its room changes, unless somebody has moved the view. */
import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { type FitLimits, fitTo, type Viewport } from "#renderer/canvas/fit.ts";
import { CANVAS_OPTIONS } from "#renderer/canvas/flow-types.ts";
import type { Box } from "#renderer/canvas/geometry.ts";

export interface FitWish extends Partial<FitLimits> {
  /** Ids of what is to be seen; all where it does not say. */
  ids?: readonly string[];
  /** Where some are about to stand, by id. */
  places?: ReadonlyMap<string, { x: number; y: number }>;
  durationMs?: number;
}

/** What lies over the stage, from React Flow itself and from a place. */
const OVER = ".react-flow__controls, .react-flow__minimap, [data-over-stage]";

/** The last fit of each canvas: while the view still stands there, nobody has moved it. */
const fits = new WeakMap<Element, Viewport>();

export function useFit(): (wish?: FitWish) => void {
  const flow = useReactFlow();
  const store = useStoreApi();
  return useCallback(
    ({ ids, places, durationMs, ...limits }: FitWish = {}) => {
      const { domNode, width, height, nodeLookup, minZoom } = store.getState();
      if (!domNode) return;
      const boxes = [...nodeLookup.values()].flatMap((node): Box[] => {
        if (ids && !ids.includes(node.id)) return [];
        const { x, y } = places?.get(node.id) ?? node.internals.positionAbsolute;
        return [{ x, y, width: node.measured.width ?? 0, height: node.measured.height ?? 0 }];
      });
      const view = fitTo(boxes, { width, height }, lyingOver(domNode), {
        maxZoom: CANVAS_OPTIONS.fitMaxZoom,
        // A small stage has less to leave free.
        pad: Math.max(18, Math.min(40, 0.06 * Math.min(width, height))),
        minZoom,
        ...limits,
      });
      if (!view) return;
      fits.set(domNode, view);
      void flow.setViewport(view, durationMs ? { duration: durationMs } : {});
    },
    [flow, store],
  );
}

/** Fits a canvas when it opens and when its room changes. Stands inside a React Flow; draws nothing. */
export function FitToRoom() {
  const fit = useFit();
  const store = useStoreApi();
  // React Flow's own word for it speaks of nodes that are given back to it; a canvas that is only read gives none back.
  const ready = useStore(({ nodeLookup }) => nodeLookup.size > 0 && [...nodeLookup.values()].every(({ measured }) => measured.width));
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const opened = useRef(false);
  useEffect(() => {
    if (!ready || width === 0 || height === 0) return;
    const { domNode, transform } = store.getState();
    const last = domNode && fits.get(domNode);
    const still = last && last.x === transform[0] && last.y === transform[1] && last.zoom === transform[2];
    if (!opened.current || still) fit();
    opened.current = true;
  }, [fit, store, ready, width, height]);
  return null;
}

/** Boxes in pixels of the stage. */
function lyingOver(canvas: Element): Box[] {
  const stage = canvas.getBoundingClientRect();
  const around = canvas.closest(".canvas")?.parentElement ?? canvas;
  return [...around.querySelectorAll(OVER)].flatMap((element): Box[] => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return width === 0 || height === 0 ? [] : [{ x: left - stage.left, y: top - stage.top, width, height }];
  });
}
