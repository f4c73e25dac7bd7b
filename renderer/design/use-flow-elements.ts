/** Owns keeping React Flow's nodes and edges in step with the design: only what has changed gets a new object, and so is drawn anew. */
import { type Dispatch, type SetStateAction, useEffect, useState } from "react";
import type { HandoffFlowEdge } from "#renderer/canvas/handoff-edge.tsx";
import { type DesignNode, keepSame } from "#renderer/design/canvas-view-model.ts";
import { lessMotion } from "#renderer/design/use-canvas-view.ts";
import { useLatest } from "#renderer/ui/use-latest.ts";

export interface Wanted {
  nodes: readonly DesignNode[];
  edges: readonly HandoffFlowEdge[];
}

/** Ids of nodes and edges that are selected. */
export interface Chosen {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
}

const GLIDE_MS = 320;

export interface FlowElements {
  nodes: DesignNode[];
  edges: HandoffFlowEdge[];
  setNodes: Dispatch<SetStateAction<DesignNode[]>>;
  setEdges: Dispatch<SetStateAction<HandoffFlowEdge[]>>;
}

/** `takeGlide` says, once, whether what has moved is to glide to its place. */
export function useFlowElements(wanted: Wanted, chosen: Chosen, takeGlide: () => boolean): FlowElements {
  const [nodes, setNodes] = useState<DesignNode[]>([]);
  const [edges, setEdges] = useState<HandoffFlowEdge[]>([]);
  const shown = useLatest(nodes);
  useEffect(() => {
    const gliding = takeGlide() && !lessMotion();
    const from = new Map(gliding ? shown.current.map((node) => [node.id, node.position]) : []);
    /** What React Flow keeps for itself (measured sizes, a drag under way) is kept; everything else comes from the design. */
    const next = (before: DesignNode[], share: number): DesignNode[] => {
      const known = new Map(before.map((node) => [node.id, node]));
      return keepSame(
        before,
        wanted.nodes.map((node) => {
          const old = known.get(node.id);
          const start = from.get(node.id);
          const between = start && {
            x: start.x + (node.position.x - start.x) * share,
            y: start.y + (node.position.y - start.y) * share,
          };
          const position = old?.dragging === true ? old.position : (between ?? node.position);
          return { ...old, ...node, position, selected: chosen.nodes.has(node.id) } as DesignNode;
        }),
      );
    };
    if (!gliding) {
      setNodes((before) => next(before, 1));
      return;
    }
    let frame = 0;
    const startMs = performance.now();
    const step = (nowMs: number) => {
      const share = Math.min(1, Math.max(0, (nowMs - startMs) / GLIDE_MS));
      setNodes((before) => next(before, 1 - (1 - share) ** 3));
      if (share < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [wanted.nodes, chosen.nodes, takeGlide, shown]);
  useEffect(() => {
    setEdges((before) =>
      keepSame(
        before,
        wanted.edges.map((edge) => ({ ...edge, selected: chosen.edges.has(edge.id) })),
      ),
    );
  }, [wanted.edges, chosen.edges]);
  return { nodes, edges, setNodes, setEdges };
}
