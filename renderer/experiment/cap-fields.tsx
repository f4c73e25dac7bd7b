/** Owns the two fields of hard caps, wherever caps are chosen; an empty field is no cap. */
import type { FieldId } from "#renderer/experiment/readiness.ts";
import { NumberField } from "#renderer/ui/number-field.tsx";
import { type NumberRule, shownNumber } from "#renderer/ui/typed-number.ts";

const TOKENS: NumberRule = { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true, optional: true };
const DOLLARS: NumberRule = { min: 0.01, max: Number.MAX_SAFE_INTEGER, whole: false, optional: true };

export interface CapFieldsProps {
  outputTokens: number | null;
  usd: number | null;
  /** Where nothing costs anything, dollars are not asked for. */
  withUsd: boolean;
  /** What the elements of the fields are called. */
  idOf?: (field: FieldId) => string;
  onOutputTokens(value: number | null): void;
  onUsd(value: number | null): void;
  onUnfit(field: FieldId, why: string | null): void;
}

export function CapFields({ outputTokens, usd, withUsd, idOf, onOutputTokens, onUsd, onUnfit }: CapFieldsProps) {
  return (
    <>
      <NumberField
        {...(idOf ? { id: idOf("tokens-cap") } : {})}
        label="Hard cap on output tokens"
        placeholder="no cap"
        rule={TOKENS}
        step={1_000}
        value={outputTokens}
        onNumber={onOutputTokens}
        onUnfit={(why) => onUnfit("tokens-cap", why)}
      />
      {withUsd && (
        <NumberField
          {...(idOf ? { id: idOf("usd-cap") } : {})}
          label="Hard cap in US dollars"
          placeholder="no cap"
          rule={DOLLARS}
          value={usd}
          show={(value) => (value === null ? "" : `$${shownNumber(value)}`)}
          onNumber={onUsd}
          onUnfit={(why) => onUnfit("usd-cap", why)}
        />
      )}
    </>
  );
}
