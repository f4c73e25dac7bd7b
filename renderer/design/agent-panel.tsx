/** Owns the inspector for one agent. */
import { Button, Checkbox, Group, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { whyNotConnect } from "#shared/org/create.ts";
import { type Agent, DEFAULT_MAX_OUTPUT_TOKENS } from "#shared/org/schema.ts";
import { connect, duplicate, handoffName, remove, setAgent } from "#renderer/design/edits.ts";
import { Instructions } from "#renderer/design/inspector/instructions.tsx";
import { NumberField } from "#renderer/design/inspector/number-field.tsx";
import { SentButton } from "#renderer/design/inspector/sent-dialog.tsx";
import { ModelInput } from "#renderer/design/model-input.tsx";
import type { PanelProps } from "#renderer/design/panel-props.ts";
import { EffortInputs, withSetting } from "#renderer/design/settings-inputs.tsx";
import { useApp } from "#renderer/state/context.ts";
import { count } from "#renderer/ui/words.ts";

/** What only shows something stands outside of the fieldsets, so that a read-only database disables none of it. */
export function AgentPanel({ draft, org, agent, onSelect, readOnly }: PanelProps & { agent: Agent }) {
  const set = <K extends keyof Agent & string>(field: K, value: Agent[K]) => draft.edit(setAgent(org, agent.id, field, value));
  const { defaults } = org;
  return (
    <>
      <div className="panel-head">
        <h2 className="panel-title">Agent</h2>
        <SentButton org={org} agent={agent} />
      </div>
      <fieldset disabled={readOnly} className="panel">
        <TextInput
          label="Name"
          value={agent.name}
          onChange={(event) => event.currentTarget.value !== "" && set("name", event.currentTarget.value)}
          maxLength={200}
        />
        <TextInput
          label="Role"
          description="Some constraints matter only for some roles."
          value={agent.role}
          onChange={(event) => set("role", event.currentTarget.value)}
          maxLength={200}
        />
      </fieldset>
      <Instructions draft={draft} agent={agent} readOnly={readOnly} />
      <fieldset disabled={readOnly} className="panel">
        <Group gap="lg">
          <Checkbox
            label="receives the brief"
            checked={agent.receivesBrief}
            onChange={(event) => set("receivesBrief", event.currentTarget.checked)}
          />
          <Checkbox label="delivers" checked={agent.delivers} onChange={(event) => set("delivers", event.currentTarget.checked)} />
        </Group>
        <Switch
          label="Memory: sees its own earlier turns"
          checked={agent.memory}
          onChange={(event) => set("memory", event.currentTarget.checked)}
        />
      </fieldset>
      <hr className="hr" />
      <Handoffs draft={draft} org={org} agent={agent} onSelect={onSelect} readOnly={readOnly} />
      <hr className="hr" />
      <fieldset disabled={readOnly} className="panel">
        <ModelInput label="Model" value={agent.model} fallback={defaults.model} onChange={(model) => set("model", model)} />
        <NumberField
          label="Most output tokens per answer"
          placeholder={`${count(defaults.settings.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS)} (org default)`}
          value={agent.settings.maxOutputTokens ?? null}
          min={1}
          max={1_000_000}
          optional
          onChange={(value) => set("settings", withSetting(agent.settings, "maxOutputTokens", value))}
        />
        <EffortInputs settings={agent.settings} fallback={defaults.settings} onChange={(next) => set("settings", next)} />
        <Textarea
          label="Notes"
          description="For you; no agent sees them."
          value={agent.notes}
          onChange={(event) => set("notes", event.currentTarget.value)}
          autosize
          minRows={1}
          maxRows={6}
        />
        <Group gap="xs">
          <Button
            variant="default"
            onClick={() => {
              const copy = duplicate(org, [agent.id]);
              draft.edit(copy.edit);
              onSelect({ agents: copy.agents, handoffs: [] });
            }}
          >
            Duplicate
          </Button>
          <Button variant="default" onClick={() => draft.edit(remove(org, [agent.id], []))}>
            Delete
          </Button>
        </Group>
      </fieldset>
    </>
  );
}

function Handoffs({ draft, org, agent, onSelect, readOnly }: PanelProps & { agent: Agent }) {
  const app = useApp();
  const [target, setTarget] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const out = org.handoffs.filter((handoff) => handoff.source === agent.id);
  const into = org.handoffs.filter((handoff) => handoff.target === agent.id);
  const offers = org.agents
    .filter((each) => whyNotConnect(org, agent.id, each.id) === null)
    .map((each) => ({ value: each.id, label: each.name }));
  const wire = () => {
    if (!target) return;
    const why = whyNotConnect(org, agent.id, target);
    if (why) return app.toast("info", why);
    draft.edit(connect(org, agent.id, target).edit);
    app.toast("info", `${agent.name} now hands off to ${org.agents.find((each) => each.id === target)?.name}.`);
    setTarget(null);
    // The button is disabled now; the keyboard stays where the next choice is made.
    input.current?.focus();
  };
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 6 }}>
      <h3 className="section-title">Handoffs</h3>
      {[...out, ...into].map((handoff) => (
        <button key={handoff.id} type="button" className="list-button" onClick={() => onSelect({ agents: [], handoffs: [handoff.id] })}>
          <span>{handoffName(org, handoff.id)}</span>
        </button>
      ))}
      {out.length + into.length === 0 && <span className="faint">None yet.</span>}
      <Group gap="xs" wrap="nowrap" align="end">
        <Select
          ref={input}
          label="Connect to…"
          placeholder={
            org.agents.length === 1 ? "add another agent first" : offers.length === 0 ? "everyone is connected" : "choose an agent"
          }
          data={offers}
          value={target}
          onChange={setTarget}
          searchable
          disabled={readOnly || offers.length === 0}
          style={{ flex: 1 }}
        />
        <Button variant="default" onClick={wire} disabled={readOnly || target === null}>
          Connect
        </Button>
      </Group>
    </div>
  );
}
