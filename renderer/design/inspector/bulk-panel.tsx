/** Owns changing several selected agents at once; what they do not have in common is shown as mixed. */
import { Button, Checkbox, Group, TextInput } from "@mantine/core";
import { DEFAULT_MAX_OUTPUT_TOKENS, type Agent } from "#shared/org/schema.ts";
import { duplicate, remove } from "#renderer/design/edits.ts";
import { setAgents, setAgentsSetting, type Shared, sharedOf, takeDefaults, valueOf } from "#renderer/design/inspector/agent-edits.ts";
import { NumberField } from "#renderer/design/inspector/number-field.tsx";
import { ModelInput } from "#renderer/design/model-input.tsx";
import type { PanelProps } from "#renderer/design/panel-props.ts";
import { SettingSelect } from "#renderer/design/settings-inputs.tsx";
import { count, plural } from "#renderer/ui/words.ts";

const MIXED = "mixed";

export function BulkPanel({
  draft,
  org,
  onSelect,
  readOnly,
  agents,
  handoffs,
}: PanelProps & { agents: readonly Agent[]; handoffs: readonly string[] }) {
  const ids = agents.map((agent) => agent.id);
  const setting = (field: "maxOutputTokens" | "effort" | "thinking") => (value: unknown) =>
    draft.edit(setAgentsSetting(org, ids, field, value));
  const model = sharedOf(agents, (agent) => agent.model);
  const role = sharedOf(agents, (agent) => agent.role);
  const memory = sharedOf(agents, (agent) => agent.memory);
  const most = sharedOf(agents, (agent) => agent.settings.maxOutputTokens);
  const effort = sharedOf(agents, (agent) => agent.settings.effort);
  const thinking = sharedOf(agents, (agent) => agent.settings.thinking);
  const { model: defaultModel, settings: defaults } = org.defaults;
  return (
    <fieldset disabled={readOnly} className="panel">
      <h2 className="panel-title">
        {agents.length === 0
          ? `${plural(handoffs.length, "handoff")} selected`
          : `${plural(agents.length, "agent")}, ${plural(handoffs.length, "handoff")} selected`}
      </h2>
      {agents.length > 1 && (
        <>
          <p className="faint">What is changed here is changed in all {agents.length} agents, as one step.</p>
          <TextInput
            label="Role"
            placeholder={role.mixed ? MIXED : ""}
            value={valueOf(role) ?? ""}
            maxLength={200}
            onChange={(event) => draft.edit(setAgents(ids, "role", event.currentTarget.value))}
          />
          <ModelInput
            label="Model"
            value={valueOf(model)}
            fallback={defaultModel}
            {...placeholderOf(model)}
            onChange={(value) => draft.edit(setAgents(ids, "model", value))}
          />
          <NumberField
            label="Most output tokens per answer"
            placeholder={most.mixed ? MIXED : `${count(defaults.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS)} (org default)`}
            value={valueOf(most)}
            min={1}
            max={1_000_000}
            optional
            onChange={setting("maxOutputTokens")}
          />
          <Group grow>
            <SettingSelect
              field="effort"
              value={valueOf(effort)}
              fallback={defaults}
              {...placeholderOf(effort)}
              onChange={setting("effort")}
            />
            <SettingSelect
              field="thinking"
              value={valueOf(thinking)}
              fallback={defaults}
              {...placeholderOf(thinking)}
              onChange={setting("thinking")}
            />
          </Group>
          <Checkbox
            label={memory.mixed ? "Memory: sees its own earlier turns (mixed)" : "Memory: sees its own earlier turns"}
            checked={valueOf(memory) === true}
            indeterminate={memory.mixed}
            onChange={(event) => draft.edit(setAgents(ids, "memory", event.currentTarget.checked))}
          />
          <Button variant="default" onClick={() => draft.edit(takeDefaults(org, ids))}>
            Take the org’s defaults
          </Button>
          <hr className="hr" />
        </>
      )}
      <Group gap="xs">
        {agents.length > 0 && (
          <Button
            variant="default"
            onClick={() => {
              const copy = duplicate(org, ids);
              draft.edit(copy.edit);
              onSelect({ agents: copy.agents, handoffs: [] });
            }}
          >
            Duplicate
          </Button>
        )}
        <Button variant="default" onClick={() => draft.edit(remove(org, ids, handoffs))}>
          Delete
        </Button>
      </Group>
    </fieldset>
  );
}

function placeholderOf(shared: Shared<unknown>): { placeholder?: string } {
  return shared.mixed ? { placeholder: MIXED } : {};
}
