/** Owns fitting the canvas again when its room changes, unless somebody has moved the view themselves. */
import { useOnViewportChange, useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { CANVAS_OPTIONS } from "#renderer/canvas/flow-types.ts";

/** A few pixels are no other room. */
const NOTICEABLE = 24;

export function RefitOnResize() {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const fitted = useRef<{ width: number; height: number } | null>(null);
  const moved = useRef(false);
  const fitting = useRef(false);
  useOnViewportChange({
    onStart: () => {
      if (!fitting.current) moved.current = true;
    },
  });
  useEffect(() => {
    if (width === 0 || height === 0) return;
    const before = fitted.current;
    fitted.current = { width, height };
    if (!before) {
      // The first fit is React Flow's own; what moves after it is somebody's wish.
      const timer = setTimeout(() => {
        moved.current = false;
      }, 300);
      return () => clearTimeout(timer);
    }
    if (moved.current || Math.abs(before.width - width) + Math.abs(before.height - height) < NOTICEABLE) return;
    const fit = async () => {
      fitting.current = true;
      await flow.fitView(CANVAS_OPTIONS.fitViewOptions);
      fitting.current = false;
    };
    void fit();
  }, [flow, width, height]);
  return null;
}
