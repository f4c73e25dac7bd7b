/** Owns the panel on the right: what is selected, to be read and changed. */
import { Button } from "@mantine/core";
import { AgentPanel } from "#renderer/design/agent-panel.tsx";
import { duplicate, remove } from "#renderer/design/edits.ts";
import { HandoffPanel } from "#renderer/design/handoff-panel.tsx";
import { OrgPanel } from "#renderer/design/org-panel.tsx";
import type { Selection } from "#renderer/design/selection.ts";
import type { PanelProps } from "#renderer/design/panel-props.ts";

export function Inspector({ selection, ...props }: PanelProps & { selection: Selection }) {
  const { draft, org, onSelect, readOnly } = props;
  const agents = org.agents.filter((agent) => selection.agents.includes(agent.id));
  const handoffs = org.handoffs.filter((handoff) => selection.handoffs.includes(handoff.id));
  const [agent] = agents;
  const [handoff] = handoffs;
  return (
    <aside className="side right" aria-label="Inspector">
      <div className="pad">
        {agents.length === 1 && handoffs.length === 0 && agent ? (
          <AgentPanel key={agent.id} {...props} agent={agent} />
        ) : agents.length === 0 && handoffs.length === 1 && handoff ? (
          <HandoffPanel key={handoff.id} {...props} handoff={handoff} />
        ) : agents.length + handoffs.length > 1 ? (
          <>
            <h2 className="panel-title">
              {agents.length} agents, {handoffs.length} handoffs selected
            </h2>
            <div style={{ display: "flex", gap: 8 }}>
              <Button
                variant="default"
                disabled={readOnly || agents.length === 0}
                onClick={() => {
                  const copy = duplicate(
                    org,
                    agents.map((each) => each.id),
                  );
                  draft.edit(copy.edit);
                  onSelect({ agents: copy.agents, handoffs: [] });
                }}
              >
                Duplicate
              </Button>
              <Button
                variant="default"
                color="red"
                disabled={readOnly}
                onClick={() =>
                  draft.edit(
                    remove(
                      org,
                      agents.map((each) => each.id),
                      handoffs.map((each) => each.id),
                    ),
                  )
                }
              >
                Delete
              </Button>
            </div>
          </>
        ) : (
          <OrgPanel {...props} />
        )}
      </div>
    </aside>
  );
}
