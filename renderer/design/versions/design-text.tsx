/** Owns a design in words, to be read and not changed: each agent with its role, its colleagues and its instructions. */
import type { Org } from "#shared/org/schema.ts";
import { relayWords } from "#renderer/canvas/view-model.ts";
import { plural } from "#renderer/ui/words.ts";

export function DesignText({ org }: { org: Org }) {
  const nameOf = (id: string) => org.agents.find((agent) => agent.id === id)?.name ?? `“${id}”`;
  if (org.agents.length === 0) return <p className="muted">It has no agents.</p>;
  return (
    <>
      <p className="muted">
        {org.name}: {plural(org.agents.length, "agent")}, {plural(org.handoffs.length, "handoff")}.
        {org.description && ` ${org.description}`}
      </p>
      {org.agents.map((agent, index) => {
        const to = org.handoffs.filter((handoff) => handoff.source === agent.id);
        return (
          <section key={`${agent.id}/${index}`} className="diff-part">
            <h3 className="section-title">
              {agent.name}
              {agent.role && <span className="faint"> · {agent.role}</span>}
            </h3>
            {to.length > 0 && (
              <p className="faint">
                hands off to{" "}
                {to
                  .map((handoff) => `${nameOf(handoff.target)}${handoff.relay === "paraphrase" ? "" : ` (${relayWords(handoff.relay)})`}`)
                  .join(", ")}
              </p>
            )}
            <p className="diff-about">{agent.instructions || "No instructions."}</p>
          </section>
        );
      })}
    </>
  );
}
