/** Owns the line that says how outgoing and incoming handoffs of one agent are told apart, while they stand out. */
import { Panel, useStore } from "@xyflow/react";
import { useStore as usePointer } from "zustand";
import { pointer, selectedOf } from "#renderer/canvas/spotlight.ts";

/** Stands inside a React Flow. */
export function SpotCaption() {
  const pointedAt = usePointer(pointer, (state) => state.agentId);
  const selected = useStore(selectedOf);
  const edges = useStore((state) => state.edges);
  const id = pointedAt ?? (selected.agents.size === 1 ? [...selected.agents][0] : undefined);
  const out = edges.filter((edge) => edge.source === id).length;
  const into = edges.filter((edge) => edge.target === id).length;
  if (id === undefined || out + into === 0) return null;
  return (
    <Panel position="top-right" className="spot-caption">
      <Band dash="" /> {out} out <Band dash="7 5" /> {into} in
    </Panel>
  );
}

function Band({ dash }: { dash: string }) {
  return (
    <svg width="30" height="10" aria-hidden="true">
      <path d="M0 5h30" className="edge-halo" strokeWidth={9} strokeDasharray={dash} />
    </svg>
  );
}
