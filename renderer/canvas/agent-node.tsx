/** Owns how an agent looks on a canvas. */
import { Handle, type Node, type NodeProps, Position, useStore } from "@xyflow/react";
import { memo, useCallback } from "react";
import { lookOf } from "#renderer/canvas/route-table.ts";
import { isEnd, selectedOf } from "#renderer/canvas/spotlight.ts";

export interface AgentNodeData extends Record<string, unknown> {
  name: string;
  role: string;
  receivesBrief: boolean;
  delivers: boolean;
  /** A small line below, e.g. the model, or turns and tokens. */
  meta: string;
  hasProblem: boolean;
  highlight: boolean;
  /** Turns under way now. */
  busy: number;
  /** Neither moved nor deleted on the canvas. */
  locked: boolean;
  /** Left where it is by layouts. */
  pinned: boolean;
}

export type AgentFlowNode = Node<AgentNodeData, "agent">;

/** The slot is the agent's place, always of the same size; the agent in it is drawn as large as it can be read. */
function AgentNodeView({ id, data }: NodeProps<AgentFlowNode>) {
  const tight = useStore(useCallback((state) => lookOf(state).tight.has(id), [id]));
  const end = useStore(useCallback((state) => isEnd(id, selectedOf(state), state.edges), [id]));
  const classes = [
    "node",
    tight ? "tight" : "",
    end ? "end" : "",
    data.hasProblem ? "has-problem" : "",
    data.highlight ? "highlight" : "",
    data.busy > 0 ? "busy" : "",
  ]
    .filter(Boolean)
    .join(" ");
  return (
    <div className="node-slot" data-testid={`agent-${data.name}`}>
      <div className={classes}>
        <Handle type="target" position={Position.Left} id="in" />
        {(data.receivesBrief || data.delivers || data.locked || data.pinned) && (
          <div className="pills">
            {data.receivesBrief && <span className="pill">brief</span>}
            {data.delivers && <span className="pill">delivers</span>}
            {data.locked && <span className="pill mark">locked</span>}
            {data.pinned && !data.locked && <span className="pill mark">pinned</span>}
          </div>
        )}
        <b title={data.name}>{data.name}</b>
        <small>{data.role || "no role yet"}</small>
        <div className="meta">
          <span>{data.busy > 0 ? `working on ${data.busy}` : data.meta}</span>
        </div>
        <Handle type="source" position={Position.Right} id="out" />
      </div>
    </div>
  );
}

export const AgentNode = memo(AgentNodeView);
