/** Owns which components draw nodes and edges; made once, so that React Flow does not mount them anew. */
import "#renderer/canvas/canvas.css";
import "#renderer/canvas/spotlight.css";
import { AgentNode } from "#renderer/canvas/agent-node.tsx";
import { HandoffEdge } from "#renderer/canvas/handoff-edge.tsx";
import { NoteNode } from "#renderer/canvas/note-node.tsx";
import { TeamNode } from "#renderer/canvas/team-node.tsx";

export const NODE_TYPES = { agent: AgentNode, note: NoteNode, team: TeamNode };
export const EDGE_TYPES = { handoff: HandoffEdge };
export const CANVAS_OPTIONS = { minZoom: 0.1, maxZoom: 2.5, fitMaxZoom: 1.1 };
