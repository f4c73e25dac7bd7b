/** Owns the frozen design of a running experiment with what its agents are doing now. */
import { useMemo, useState } from "react";
import type { ExperimentDetail, ExperimentView } from "#shared/rpc/experiment-types.ts";
import { ReadCanvas } from "#renderer/canvas/read-canvas.tsx";
import { agentNodes, handoffEdges } from "#renderer/canvas/view-model.ts";
import { ArmChoice } from "#renderer/ui/arm-choice.tsx";
import { count } from "#renderer/ui/words.ts";

export function LiveOrg({ detail, view }: { detail: ExperimentDetail; view: ExperimentView }) {
  const arms = detail.plan.arms.filter((arm) => arm.kind === "org");
  const [chosen, setChosen] = useState<string | null>(null);
  const arm = arms.find((each) => each.id === chosen) ?? arms[0];
  const design = arm ? detail.designs[arm.id] : undefined;
  const live = view.live.find((each) => each.armId === arm?.id);
  const { nodes, edges } = useMemo(() => {
    if (!design) return { nodes: [], edges: [] };
    return {
      nodes: agentNodes(design, (id) => ({ busy: live?.busy[id] ?? 0 })),
      edges: handoffEdges(design, (handoff) => {
        const sent = live?.sent[handoff.id] ?? 0;
        return {
          label: sent > 0 ? count(sent) : "",
          detail: sent > 0 ? "sent" : "",
          width: sent > 0 ? 2.5 : 1.5,
          color: sent > 0 ? "var(--accent)" : "var(--d0)",
        };
      }),
    };
  }, [design, live]);
  if (!arm || !design) return null;
  return (
    <div style={{ position: "relative", minHeight: 0 }}>
      {arms.length > 1 && (
        <div className="canvas-tools" data-over-stage="">
          <ArmChoice arms={arms} value={arm.id} onChange={setChosen} />
        </div>
      )}
      <ReadCanvas designKey={`${view.id}/${arm.id}`} nodes={nodes} edges={edges} />
    </div>
  );
}
