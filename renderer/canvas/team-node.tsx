/** Owns how a collapsed group looks on a canvas: one box for all its agents. */
import { Handle, type Node, type NodeProps, Position, useStore } from "@xyflow/react";
import { memo } from "react";
import { isFar, labelScale } from "#renderer/canvas/zoom.ts";

export interface TeamNodeData extends Record<string, unknown> {
  name: string;
  /** Who is in it. */
  agents: readonly string[];
  highlight: boolean;
  onExpand?: () => void;
}

export type TeamFlowNode = Node<TeamNodeData, "team">;

function TeamNodeView({ data }: NodeProps<TeamFlowNode>) {
  const far = useStore(isFar);
  const scale = useStore(labelScale);
  return (
    <div className={`node team${far ? " far" : ""}${data.highlight ? " highlight" : ""}`} data-testid={`team-${data.name}`}>
      <Handle type="target" position={Position.Left} id="in" isConnectable={false} />
      <b title={data.name} style={far ? { fontSize: 13 * Math.min(scale, 1.6) } : undefined}>
        {data.name}
      </b>
      {!far && (
        <>
          <small title={data.agents.join(", ")}>{data.agents.join(", ")}</small>
          <div className="meta">
            <span>{data.agents.length === 1 ? "1 agent" : `${data.agents.length} agents`}</span>
            {data.onExpand && (
              <button type="button" className="team-button nodrag" tabIndex={-1} onClick={data.onExpand}>
                Expand
              </button>
            )}
          </div>
        </>
      )}
      <Handle type="source" position={Position.Right} id="out" isConnectable={false} />
    </div>
  );
}

export const TeamNode = memo(TeamNodeView);
