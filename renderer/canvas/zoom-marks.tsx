/** Owns telling the styles how far away the canvas is, in one place: no agent and no handoff has to be drawn anew for it. */
import { useStore, useStoreApi } from "@xyflow/react";
import { useLayoutEffect } from "react";
import { isFar, labelScale } from "#renderer/canvas/zoom.ts";

/** Stands inside a React Flow; draws nothing. */
export function ZoomMarks() {
  const store = useStoreApi();
  const far = useStore(isFar);
  const scale = useStore(labelScale);
  useLayoutEffect(() => {
    const canvas = store.getState().domNode;
    if (!canvas) return;
    canvas.toggleAttribute("data-far", far);
    canvas.style.setProperty("--label-scale", String(scale));
  }, [store, far, scale]);
  return null;
}
