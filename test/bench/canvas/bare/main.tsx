/** Owns the yardstick: React Flow with nothing of ours, its own nodes and edges, kept in state as its manual shows. */
import "@xyflow/react/dist/style.css";
import { type Edge, type Node, ReactFlow, useEdgesState, useNodesState } from "@xyflow/react";
import { createRoot } from "react-dom/client";
import type { BareFlow } from "#test/bench/canvas/bare/flow.ts";

const given: BareFlow | undefined = window.bareFlow;
const room = document.getElementById("root");
if (!given || !room) throw new Error("the page was opened without what to show");
const { nodes, edges, box, viewport } = given;
Object.assign(room.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` });

function Bare({ firstNodes, firstEdges }: { firstNodes: Node[]; firstEdges: Edge[] }) {
  const [shownNodes, , onNodesChange] = useNodesState(firstNodes);
  const [shownEdges, , onEdgesChange] = useEdgesState(firstEdges);
  return (
    <ReactFlow
      nodes={shownNodes}
      edges={shownEdges}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      defaultViewport={viewport}
      minZoom={0.1}
      maxZoom={2.5}
    />
  );
}

createRoot(room).render(<Bare firstNodes={nodes} firstEdges={edges} />);
