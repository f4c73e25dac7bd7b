/** Owns how a collapsed group looks on a canvas: one box for all its agents. */
import { Handle, type Node, type NodeProps, Position, useStore } from "@xyflow/react";
import { memo, useCallback } from "react";
import { lookOf } from "#renderer/canvas/route-table.ts";

export interface TeamNodeData extends Record<string, unknown> {
  name: string;
  /** Who is in it. */
  agents: readonly string[];
  highlight: boolean;
  onExpand?: () => void;
}

export type TeamFlowNode = Node<TeamNodeData, "team">;

function TeamNodeView({ id, data }: NodeProps<TeamFlowNode>) {
  const tight = useStore(useCallback((state) => lookOf(state).tight.has(id), [id]));
  return (
    <div className="node-slot" data-testid={`team-${data.name}`}>
      <div className={`node team${tight ? " tight" : ""}${data.highlight ? " highlight" : ""}`}>
        <Handle type="target" position={Position.Left} id="in" isConnectable={false} />
        <b title={data.name}>{data.name}</b>
        <small title={data.agents.join(", ")}>{data.agents.join(", ")}</small>
        <div className="meta">
          <span>{data.agents.length === 1 ? "1 agent" : `${data.agents.length} agents`}</span>
          {data.onExpand && (
            <button type="button" className="team-button nodrag" tabIndex={-1} onClick={data.onExpand}>
              Expand
            </button>
          )}
        </div>
        <Handle type="source" position={Position.Right} id="out" isConnectable={false} />
      </div>
    </div>
  );
}

export const TeamNode = memo(TeamNodeView);
