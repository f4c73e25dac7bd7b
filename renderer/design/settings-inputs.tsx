/** Owns the inputs for a model call's settings, for one agent or for the org's defaults. */
import { Group, Select } from "@mantine/core";
import { EFFORTS, type Settings, THINKINGS } from "#shared/org/schema.ts";

/** The settings with one of them changed; null or an empty text takes it away. */
export function withSetting(settings: Settings, field: keyof Settings & string, value: unknown): Settings {
  const { [field]: _, ...rest } = settings;
  return value === null || value === "" ? rest : { ...rest, [field]: value };
}

export interface EffortInputsProps {
  settings: Settings;
  /** What counts where nothing is chosen; null: the model's own. */
  fallback: Settings | null;
  onChange(settings: Settings): void;
}

/** Effort and thinking. */
export function EffortInputs({ settings, fallback, onChange }: EffortInputsProps) {
  const input = (field: "effort" | "thinking", label: string, data: readonly string[]) => (
    <Select
      label={label}
      data={[...data]}
      placeholder={fallback?.[field] ?? "model’s own"}
      clearable
      value={settings[field] ?? null}
      onChange={(value) => onChange(withSetting(settings, field, value))}
    />
  );
  return (
    <Group grow>
      {input("effort", "Effort", EFFORTS)}
      {input("thinking", "Thinking", THINKINGS)}
    </Group>
  );
}
