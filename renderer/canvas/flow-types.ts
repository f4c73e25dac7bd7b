/** Owns which components draw nodes and edges; made once, so that React Flow does not mount them anew. */
import { AgentNode } from "#renderer/canvas/agent-node.tsx";
import { HandoffEdge } from "#renderer/canvas/handoff-edge.tsx";

export const NODE_TYPES = { agent: AgentNode };
export const EDGE_TYPES = { handoff: HandoffEdge };
export const CANVAS_OPTIONS = { minZoom: 0.1, maxZoom: 2.5, fitViewOptions: { padding: 0.18, maxZoom: 1.1 } };
