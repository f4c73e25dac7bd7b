/** Owns the drift map: the org again, each edge with its loss. */
import { useMemo } from "react";
import type { AgentSpend } from "#shared/drift/confounds.ts";
import type { EdgeReport } from "#shared/drift/report.ts";
import type { Org } from "#shared/org/schema.ts";
import { ReadCanvas } from "#renderer/canvas/read-canvas.tsx";
import { agentNodes, handoffEdges } from "#renderer/canvas/view-model.ts";
import { Explained } from "#renderer/drift/explained.tsx";
import { BANDS, driftEdge, NOTHING, spendWords, UNKNOWN } from "#renderer/drift/drift-view-model.ts";
import { Folding } from "#renderer/ui/folding.tsx";

export interface DriftMapProps {
  design: Org;
  agents: Readonly<Record<string, AgentSpend>>;
  edges: readonly EdgeReport[];
  selected: string | null;
  onEdge(id: string | null): void;
  designKey: string;
}

export function DriftMap({ design, agents, edges, selected, onEdge, designKey }: DriftMapProps) {
  const drawn = useMemo(() => {
    const byId = new Map(edges.map((edge) => [edge.edgeId, edge]));
    return {
      nodes: agentNodes(design, (id) => ({ meta: spendWords(agents[id]) })),
      edges: handoffEdges(design, (handoff) => {
        const edge = byId.get(handoff.id);
        return edge ? driftEdge(edge) : {};
      }),
    };
  }, [design, agents, edges]);
  return (
    <>
      <ReadCanvas designKey={designKey} nodes={drawn.nodes} edges={drawn.edges} selectedEdge={selected} onEdge={onEdge} />
      <MapLegend />
    </>
  );
}

function MapLegend() {
  return (
    <Folding
      className="map-legend"
      name="Legend"
      title="Loss of each edge, 0 to 3: mean, 95 % interval, number of tasks"
      remembered="legend"
    >
      <div className="row">
        {BANDS.map((band) => (
          <span key={band.label}>
            <Line color={band.color} width={band.width} dash="" /> {band.label}
          </span>
        ))}
        <span>
          <Line color="var(--d0)" width={1.5} dash="2 5" /> <b>{UNKNOWN}</b> too few, or none yet
        </span>
        <span>
          <Line color="var(--d0)" width={1.5} dash="2 5" /> <b>{NOTHING}</b> nothing to lose or carry
        </span>
        <Explained words="How much of what the sender held and the receiver did not have yet failed to arrive, in runs in which something could be lost: 0 nothing, 1 all of it, up to 3 where it was contradicted.">
          What is loss?
        </Explained>
      </div>
    </Folding>
  );
}

function Line({ color, width, dash }: { color: string; width: number; dash: string }) {
  return (
    <svg width="22" height="10" aria-hidden="true">
      <path d="M0 5h22" style={{ stroke: color }} strokeWidth={width} strokeDasharray={dash} />
    </svg>
  );
}
