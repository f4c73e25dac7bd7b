/** Owns an agent's texts: the base instructions and the variants that an experiment can put in their place. */
import { Button, Tabs } from "@mantine/core";
import { useState } from "react";
import { type Agent, TRAITS } from "#shared/org/schema.ts";
import { setText, TEXT_NAMES, type TextKind, textOfKind } from "#renderer/design/inspector/agent-edits.ts";
import { TextEditor } from "#renderer/design/inspector/text-editor.tsx";
import type { Draft } from "#renderer/state/draft.ts";

const KINDS: readonly TextKind[] = ["base", ...TRAITS];

export function Instructions({ draft, agent, readOnly }: { draft: Draft; agent: Agent; readOnly: boolean }) {
  const [kind, setKind] = useState<TextKind>("base");
  const base = agent.instructions;
  const commit = (which: TextKind) => (text: string, sessionMs: number) => {
    // Told after a pause: the design may have become another meanwhile.
    const { org } = draft.store.getState();
    if (org) draft.edit(setText(org, agent.id, which, text, sessionMs), sessionMs);
  };
  return (
    <div className="instructions">
      <h3 className="section-title">Instructions</h3>
      <Tabs value={kind} onChange={(value) => setKind((value ?? "base") as TextKind)} keepMounted={false}>
        <Tabs.List aria-label="Which of its texts">
          {KINDS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {TEXT_NAMES[each]}
              {each !== "base" && textOfKind(agent, each).trim() !== "" && <span className="has-text"> · set</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {KINDS.map((each) => {
          const text = textOfKind(agent, each);
          return (
            <Tabs.Panel key={each} value={each} className="instructions-panel">
              {each !== "base" && (
                <p className="faint note">
                  Takes the place of the base text where an experiment gives this agent the trait. Empty means that it has none.
                </p>
              )}
              <TextEditor
                label={each === "base" ? "Instructions" : `${TEXT_NAMES[each]} instructions`}
                value={text}
                readOnly={readOnly}
                placeholder={each === "base" ? "What it is there for. Sent word for word." : "None"}
                onCommit={commit(each)}
              />
              {each !== "base" && text === "" && base.trim() !== "" && (
                <Button variant="default" disabled={readOnly} onClick={() => commit(each)(base, Date.now())}>
                  Start from the base text
                </Button>
              )}
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </div>
  );
}
