/** Owns the inspector for the org itself: name, defaults, limits. */
import { NumberInput, Textarea, TextInput } from "@mantine/core";
import { DEFAULT_MAX_OUTPUT_TOKENS, type Limits, type Settings } from "#shared/org/schema.ts";
import { plural } from "#renderer/ui/words.ts";
import { setOrg } from "#renderer/design/edits.ts";
import type { PanelProps } from "#renderer/design/panel-props.ts";
import { EffortInputs, withSetting } from "#renderer/design/settings-inputs.tsx";
import { ModelInput } from "#renderer/design/model-input.tsx";

const LIMITS: { field: keyof Limits & string; label: string; factor: number }[] = [
  { field: "rounds", label: "Rounds", factor: 1 },
  { field: "turnsPerAgent", label: "Turns per agent", factor: 1 },
  { field: "handoffs", label: "Handoffs", factor: 1 },
  { field: "outputTokens", label: "Output tokens", factor: 1 },
  { field: "wallClockMs", label: "Seconds", factor: 1000 },
];

export function OrgPanel({ draft, org, readOnly }: PanelProps) {
  const setSettings = (settings: Settings) => draft.edit(setOrg("defaults", { ...org.defaults, settings }));
  return (
    <fieldset disabled={readOnly} style={{ all: "unset", display: "flex", flexDirection: "column", gap: 12 }}>
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
      <NumberInput
        label="Most output tokens per answer"
        value={org.defaults.settings.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS}
        min={1}
        max={1_000_000}
        allowDecimal={false}
        onChange={(value) => typeof value === "number" && setSettings(withSetting(org.defaults.settings, "maxOutputTokens", value))}
      />
      <EffortInputs settings={org.defaults.settings} fallback={null} onChange={setSettings} />
      <hr className="hr" />
      <h3 className="section-title">A run ends at the latest after</h3>
      <div style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 10 }}>
        {LIMITS.map(({ field, label, factor }) => {
          const value = org.limits[field] as number | null;
          return (
            <NumberInput
              key={field}
              label={label}
              placeholder="no limit"
              min={1}
              allowDecimal={false}
              value={value === null ? "" : value / factor}
              onChange={(next) =>
                draft.edit(setOrg("limits", { ...org.limits, [field]: typeof next === "number" ? Math.max(1, next) * factor : null }))
              }
            />
          );
        })}
      </div>
      <p className="faint" style={{ fontSize: 11.5 }}>
        {org.agents.length === 0
          ? "Add agents from the left, then pull wires between them."
          : `${plural(org.agents.length, "agent")}, ${plural(org.handoffs.length, "handoff")}. Press one to change it.`}
      </p>
    </fieldset>
  );
}
