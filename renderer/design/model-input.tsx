/** Owns choosing a model: the ones with a known price are offered, any other can be typed. */
import { Autocomplete } from "@mantine/core";
import { SIMULATED_MODEL } from "#shared/run/connection.ts";
import { useAppState } from "#renderer/state/context.ts";

export function ModelInput({
  label,
  value,
  fallback,
  onChange,
}: {
  label: string;
  value: string | null;
  fallback: string | null;
  onChange(model: string | null): void;
}) {
  const models = useAppState((state) => state.info?.prices.models);
  return (
    <Autocomplete
      size="xs"
      label={label}
      placeholder={fallback === null ? "a model’s id" : `${fallback} (the org’s default)`}
      data={(models ?? []).map((each) => each.model).filter((model) => model !== SIMULATED_MODEL)}
      value={value ?? ""}
      onChange={(text) => onChange(text.trim() === "" ? null : text.trim())}
      clearable={fallback !== null}
    />
  );
}
