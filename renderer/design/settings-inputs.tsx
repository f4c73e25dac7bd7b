/** Owns the inputs for a model call's settings, for one agent, for several or for the org's defaults. */
import { Group, Select } from "@mantine/core";
import { EFFORTS, type Settings, THINKINGS } from "#shared/org/schema.ts";

/** The settings with one of them changed; null or an empty text takes it away. */
export function withSetting(settings: Settings, field: keyof Settings & string, value: unknown): Settings {
  const { [field]: _, ...rest } = settings;
  return value === null || value === "" ? rest : { ...rest, [field]: value };
}

const OFFERS = { effort: { label: "Effort", data: EFFORTS }, thinking: { label: "Thinking", data: THINKINGS } };

export interface SettingSelectProps {
  field: keyof typeof OFFERS;
  value: string | null;
  /** What counts where nothing is chosen; null: the model's own. */
  fallback: Settings | null;
  /** In the place of the fallback, e.g. that several agents differ. */
  placeholder?: string;
  onChange(value: string | null): void;
}

/** One setting that is chosen from a list. */
export function SettingSelect({ field, value, fallback, placeholder, onChange }: SettingSelectProps) {
  const { label, data } = OFFERS[field];
  const inherited = fallback?.[field];
  return (
    <Select
      label={label}
      data={[...data]}
      placeholder={placeholder ?? (inherited ? `${inherited} (org default)` : "model’s own")}
      clearable
      value={value}
      onChange={onChange}
    />
  );
}

export interface EffortInputsProps {
  settings: Settings;
  fallback: Settings | null;
  onChange(settings: Settings): void;
}

/** Effort and thinking. */
export function EffortInputs({ settings, fallback, onChange }: EffortInputsProps) {
  const input = (field: "effort" | "thinking") => (
    <SettingSelect
      field={field}
      value={settings[field] ?? null}
      fallback={fallback}
      onChange={(value) => onChange(withSetting(settings, field, value))}
    />
  );
  return (
    <Group grow>
      {input("effort")}
      {input("thinking")}
    </Group>
  );
}
