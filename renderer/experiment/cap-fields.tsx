/** Owns the two fields of hard caps, wherever caps are chosen; an empty field is no cap. */
import { NumberInput } from "@mantine/core";

export interface CapFieldsProps {
  outputTokens: number | null;
  usd: number | null;
  /** Where nothing costs anything, dollars are not asked for. */
  withUsd: boolean;
  onOutputTokens(value: number | null): void;
  onUsd(value: number | null): void;
}

export function CapFields({ outputTokens, usd, withUsd, onOutputTokens, onUsd }: CapFieldsProps) {
  return (
    <>
      <NumberInput
        label="Hard cap on output tokens"
        placeholder="no cap"
        min={1}
        allowDecimal={false}
        thousandSeparator=","
        value={outputTokens ?? ""}
        onChange={(value) => onOutputTokens(typeof value === "number" ? value : null)}
      />
      {withUsd && (
        <NumberInput
          label="Hard cap in US dollars"
          placeholder="no cap"
          min={0.01}
          step={1}
          prefix="$"
          value={usd ?? ""}
          onChange={(value) => onUsd(typeof value === "number" && value > 0 ? value : null)}
        />
      )}
    </>
  );
}
