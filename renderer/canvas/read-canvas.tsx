/** Owns a canvas that is only read: a frozen design with live states or drift drawn on it. */
import { Background, type NodeMouseHandler, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { useMemo } from "react";
import type { AgentFlowNode } from "#renderer/canvas/agent-node.tsx";
import { FitToRoom } from "#renderer/canvas/use-fit.ts";
import { SpotCaption } from "#renderer/canvas/spot-caption.tsx";
import { POINTED } from "#renderer/canvas/spotlight.ts";
import { ZoomMarks } from "#renderer/canvas/zoom-marks.tsx";
import { CanvasControls } from "#renderer/canvas/canvas-controls.tsx";
import { CANVAS_OPTIONS, EDGE_TYPES, NODE_TYPES } from "#renderer/canvas/flow-types.ts";
import type { HandoffFlowEdge } from "#renderer/canvas/handoff-edge.tsx";

export interface ReadCanvasProps {
  nodes: AgentFlowNode[];
  edges: HandoffFlowEdge[];
  selectedEdge?: string | null;
  selectedNode?: string | null;
  onEdge?(id: string | null): void;
  onNode?(id: string | null): void;
  /** Changes when another design is shown, so that it is fitted anew. */
  designKey: string;
}

export function ReadCanvas({ nodes, edges, selectedEdge = null, selectedNode = null, onEdge, onNode, designKey }: ReadCanvasProps) {
  const shownEdges = useMemo(
    () =>
      edges.map((edge) => ({
        ...edge,
        selected: edge.id === selectedEdge,
        data: { ...(edge.data as NonNullable<typeof edge.data>), ...(onEdge ? { onPress: onEdge } : {}) },
      })),
    [edges, selectedEdge, onEdge],
  );
  const shownNodes = useMemo(() => nodes.map((node) => ({ ...node, selected: node.id === selectedNode })), [nodes, selectedNode]);
  const pressNode: NodeMouseHandler<AgentFlowNode> = (_event, node) => onNode?.(node.id);
  return (
    <div className="canvas readonly">
      <ReactFlowProvider key={designKey}>
        <ReactFlow<AgentFlowNode, HandoffFlowEdge>
          nodes={shownNodes}
          edges={shownEdges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          {...POINTED}
          onEdgeClick={(_event, edge) => onEdge?.(edge.id)}
          onNodeClick={pressNode}
          onPaneClick={() => {
            onEdge?.(null);
            onNode?.(null);
          }}
          onKeyDown={(event) => {
            // An edge or an agent that has the focus is opened by Enter or Space, as by a press.
            if (event.key !== "Enter" && event.key !== " ") return;
            const focused = (event.target as HTMLElement).closest<HTMLElement>("[data-id]");
            const id = focused?.dataset.id;
            if (!id) return;
            if (edges.some((edge) => edge.id === id)) onEdge?.(id);
            else onNode?.(id);
          }}
          nodesDraggable={false}
          nodesConnectable={false}
          deleteKeyCode={null}
          elementsSelectable
          minZoom={CANVAS_OPTIONS.minZoom}
          maxZoom={CANVAS_OPTIONS.maxZoom}
          attributionPosition="bottom-right"
        >
          <FitToRoom />
          <ZoomMarks />
          <SpotCaption />
          <Background gap={20} size={1.4} color="var(--grid)" />
          <CanvasControls />
        </ReactFlow>
      </ReactFlowProvider>
    </div>
  );
}
