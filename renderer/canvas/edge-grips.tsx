/** Owns the grips at the ends of a selected handoff: pulled onto another agent, they give it another sender or receiver. */
import { EdgeLabelRenderer, useReactFlow } from "@xyflow/react";
import { type PointerEvent, useState } from "react";
import type { EdgePath, Spot } from "#renderer/canvas/geometry.ts";

export interface EdgeGripsProps {
  id: string;
  path: EdgePath;
  onDrop(id: string, end: "source" | "target", agentId: string | null): void;
}

export function EdgeGrips({ id, path, onDrop }: EdgeGripsProps) {
  const flow = useReactFlow();
  const [pulled, setPulled] = useState<{ end: "source" | "target"; at: Spot } | null>(null);
  const fixed = pulled?.end === "source" ? path.end : path.start;
  const grip = (end: "source" | "target", at: Spot) => (
    <div
      key={end}
      className="edge-grip nodrag nopan"
      data-testid={`grip-${end}`}
      title={end === "source" ? "Pull onto another sender" : "Pull onto another receiver"}
      style={{ transform: `translate(-50%,-50%) translate(${at.x}px,${at.y}px)` }}
      onPointerDown={(event: PointerEvent<HTMLDivElement>) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        setPulled({ end, at });
      }}
      onPointerMove={(event) => {
        if (pulled) setPulled({ end: pulled.end, at: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) });
      }}
      onPointerUp={(event) => {
        if (!pulled) return;
        setPulled(null);
        const under = document.elementsFromPoint(event.clientX, event.clientY);
        const node = under.map((each) => each.closest<HTMLElement>(".react-flow__node-agent")).find((each) => each !== null);
        onDrop(id, pulled.end, node?.dataset["id"] ?? null);
      }}
      onPointerCancel={() => setPulled(null)}
    />
  );
  return (
    <>
      {pulled && <path d={`M${fixed.x},${fixed.y} L${pulled.at.x},${pulled.at.y}`} className="edge-pulled" />}
      <EdgeLabelRenderer>
        {grip("source", pulled?.end === "source" ? pulled.at : path.start)}
        {grip("target", pulled?.end === "target" ? pulled.at : path.end)}
      </EdgeLabelRenderer>
    </>
  );
}
