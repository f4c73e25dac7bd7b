/** Owns the buttons at the canvas's corner: nearer, farther, all of it. */
import { ControlButton, Controls } from "@xyflow/react";
import { useFit } from "#renderer/canvas/use-fit.ts";
import { FitIcon } from "#renderer/ui/icons.tsx";

export function CanvasControls() {
  const fit = useFit();
  return (
    <Controls showInteractive={false} showFitView={false} position="top-right">
      <ControlButton onClick={() => fit()} title="Fit all" aria-label="Fit all">
        {FitIcon}
      </ControlButton>
    </Controls>
  );
}
