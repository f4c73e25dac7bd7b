/** Owns the lines that show what a dragged agent stands in line with. */
import { ViewportPortal } from "@xyflow/react";
import type { Guide } from "#renderer/canvas/guides.ts";

export function GuideLines({ guides }: { guides: readonly Guide[] }) {
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={axis}
          className="guide"
          data-testid={`guide-${axis}`}
          style={
            axis === "x"
              ? { transform: `translate(${at}px,${from - 12}px)`, width: 1, height: to - from + 24 }
              : { transform: `translate(${from - 12}px,${at}px)`, height: 1, width: to - from + 24 }
          }
        />
      ))}
    </ViewportPortal>
  );
}
