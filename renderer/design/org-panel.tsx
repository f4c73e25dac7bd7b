/** Owns the inspector for the org itself: name, defaults, how a run goes on and where it ends. */
import { Textarea, TextInput } from "@mantine/core";
import { DEFAULT_MAX_OUTPUT_TOKENS, type Settings } from "#shared/org/schema.ts";
import { setOrg } from "#renderer/design/edits.ts";
import { LimitInputs } from "#renderer/design/inspector/limits.tsx";
import { NumberField } from "#renderer/design/inspector/number-field.tsx";
import { ModelInput } from "#renderer/design/model-input.tsx";
import type { PanelProps } from "#renderer/design/panel-props.ts";
import { EffortInputs, withSetting } from "#renderer/design/settings-inputs.tsx";
import { count, plural } from "#renderer/ui/words.ts";

export function OrgPanel({ draft, org, readOnly }: PanelProps) {
  const setSettings = (settings: Settings) => draft.edit(setOrg("defaults", { ...org.defaults, settings }));
  return (
    <fieldset disabled={readOnly} className="panel">
      <h2 className="panel-title">Org</h2>
      <TextInput
        label="Name"
        value={org.name}
        maxLength={200}
        onChange={(event) => event.currentTarget.value !== "" && draft.edit(setOrg("name", event.currentTarget.value))}
      />
      <Textarea
        label="Description"
        value={org.description}
        autosize
        minRows={2}
        maxRows={8}
        onChange={(event) => draft.edit(setOrg("description", event.currentTarget.value))}
      />
      <hr className="hr" />
      <h3 className="section-title">Defaults for all agents</h3>
      <ModelInput
        label="Model"
        value={org.defaults.model}
        fallback={null}
        onChange={(model) => model !== null && draft.edit(setOrg("defaults", { ...org.defaults, model }))}
      />
      <NumberField
        label="Most output tokens per answer"
        placeholder={`${count(DEFAULT_MAX_OUTPUT_TOKENS)} where nothing is set`}
        value={org.defaults.settings.maxOutputTokens ?? null}
        min={1}
        max={1_000_000}
        optional
        onChange={(value) => setSettings(withSetting(org.defaults.settings, "maxOutputTokens", value))}
      />
      <EffortInputs settings={org.defaults.settings} fallback={null} onChange={setSettings} />
      <hr className="hr" />
      <LimitInputs draft={draft} org={org} readOnly={readOnly} />
      <p className="faint note">
        {org.agents.length === 0
          ? "Add agents from the left, then pull wires between them."
          : `${plural(org.agents.length, "agent")}, ${plural(org.handoffs.length, "handoff")}. Press one to change it.`}
      </p>
    </fieldset>
  );
}
