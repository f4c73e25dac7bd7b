/** Owns telling the styles how far away the canvas is and how much of an agent is shown, in one place: no agent has to be drawn anew for it. */
import { useStore, useStoreApi, useUpdateNodeInternals } from "@xyflow/react";
import { useLayoutEffect } from "react";
import { tightZoom } from "#renderer/canvas/node-looks.ts";
import { lookOf, scaleOf } from "#renderer/canvas/route-table.ts";

/** Stands inside a React Flow; draws nothing. */
export function ZoomMarks() {
  const store = useStoreApi();
  const measure = useUpdateNodeInternals();
  const look = useStore(lookOf);
  const scale = useStore(scaleOf);
  useLayoutEffect(() => {
    const canvas = store.getState().domNode;
    if (!canvas) return;
    canvas.dataset["look"] = look.name;
    const sizes = {
      "--node-w": look.width / look.zoom,
      "--node-h": look.height / look.zoom,
      "--node-zoom": look.zoom,
      "--tight-zoom": tightZoom(scale),
      "--label-scale": scale,
    };
    for (const [name, value] of Object.entries(sizes)) canvas.style.setProperty(name, String(value));
    // Where wires are pulled from moves with an agent's edge.
    const { nodeLookup, nodesConnectable } = store.getState();
    if (nodesConnectable) measure([...nodeLookup.keys()]);
  }, [store, measure, look, scale]);
  return null;
}
