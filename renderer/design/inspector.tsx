/** Owns the panel on the right: what is selected, to be read and changed. */
import "#renderer/design/inspector/inspector.css";
import { AgentPanel } from "#renderer/design/agent-panel.tsx";
import { HandoffPanel } from "#renderer/design/handoff-panel.tsx";
import { BulkPanel } from "#renderer/design/inspector/bulk-panel.tsx";
import { OrgPanel } from "#renderer/design/org-panel.tsx";
import type { Selection } from "#renderer/design/selection.ts";
import type { PanelProps } from "#renderer/design/panel-props.ts";

export function Inspector({ selection, ...props }: PanelProps & { selection: Selection }) {
  const agents = props.org.agents.filter((agent) => selection.agents.includes(agent.id));
  const handoffs = props.org.handoffs.filter((handoff) => selection.handoffs.includes(handoff.id));
  const [agent] = agents;
  const [handoff] = handoffs;
  // Another selection is another panel, from its top: what is half typed for one is not meant for the next.
  const shown = JSON.stringify([agents, handoffs].map((list) => list.map((each) => each.id)));
  return (
    <aside key={shown} className="side right" aria-label="Inspector">
      <div className="pad">
        {agents.length === 1 && handoffs.length === 0 && agent ? (
          <AgentPanel {...props} agent={agent} />
        ) : agents.length === 0 && handoffs.length === 1 && handoff ? (
          <HandoffPanel {...props} handoff={handoff} />
        ) : agents.length + handoffs.length > 1 ? (
          <BulkPanel {...props} agents={agents} handoffs={handoffs.map((each) => each.id)} />
        ) : (
          <OrgPanel {...props} />
        )}
      </div>
    </aside>
  );
}
