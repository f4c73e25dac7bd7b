/** Owns the inputs for how a run goes on and where it ends: schedule, memory, limits. */
import { Radio, Stack } from "@mantine/core";
import type { Limits, Org } from "#shared/org/schema.ts";
import { setOrg } from "#renderer/design/edits.ts";
import { NumberField } from "#renderer/design/inspector/number-field.tsx";
import type { PanelProps } from "#renderer/design/panel-props.ts";

type LimitName = "rounds" | "turnsPerAgent" | "handoffs" | "outputTokens" | "wallClockMs" | "costUsd" | "turnsAtOnce" | "contextTokens";

export interface LimitOffer {
  field: LimitName;
  label: string;
  /** How many of the design's units one of the person's is. */
  factor: number;
  min: number;
  max?: number;
  decimals?: number;
  prefix?: string;
  placeholder: string;
}

/** What ends a run. Bounds are those of the schema, in the units in which they are typed. */
export const END_LIMITS: readonly LimitOffer[] = [
  { field: "rounds", label: "Rounds", factor: 1, min: 1, placeholder: "no limit" },
  { field: "turnsPerAgent", label: "Turns per agent", factor: 1, min: 1, placeholder: "no limit" },
  { field: "handoffs", label: "Handoffs", factor: 1, min: 1, placeholder: "no limit" },
  { field: "outputTokens", label: "Output tokens", factor: 1, min: 1, placeholder: "no limit" },
  { field: "wallClockMs", label: "Seconds", factor: 1_000, min: 1, placeholder: "no limit" },
  { field: "costUsd", label: "Dollars", factor: 1, min: 0.01, decimals: 2, prefix: "$", placeholder: "no limit" },
];

export const TURNS_AT_ONCE: LimitOffer = {
  field: "turnsAtOnce",
  label: "Turns at once",
  factor: 1,
  min: 1,
  max: 64,
  placeholder: "no limit",
};

export const CONTEXT_TOKENS: LimitOffer = {
  field: "contextTokens",
  label: "Context tokens",
  factor: 1,
  min: 1_000,
  placeholder: "the model’s own",
};

/** The limits with one of them changed, in the units in which it is typed. */
export function withLimit(limits: Limits, { field, factor }: LimitOffer, value: number | null): Limits {
  return { ...limits, [field]: value === null ? null : value * factor };
}

const SCHEDULES: { value: Org["schedule"]; label: string; description: string }[] = [
  { value: "rounds", label: "In rounds", description: "All who have mail act together; what they write is read in the next round." },
  {
    value: "eager",
    label: "As mail comes",
    description: "Each acts as soon as it has mail; the limit of rounds then counts handoffs from the brief.",
  },
];

const OVERFLOWS: { value: Org["memoryOverflow"]; label: string; description: string }[] = [
  { value: "summarise", label: "Summarize", description: "The model sums up the agent’s oldest turns, and it goes on from that." },
  { value: "end", label: "End the run", description: "Nothing is ever left out of a memory; a run that would need it ends." },
];

type Props = Pick<PanelProps, "draft" | "org" | "readOnly">;

export function LimitInputs({ draft, org, readOnly }: Props) {
  const input = (offer: LimitOffer, more: { description?: string; disabled?: boolean } = {}) => {
    const { field, label, factor, min, max, decimals, prefix, placeholder } = offer;
    const value = org.limits[field];
    return (
      <NumberField
        key={field}
        label={label}
        placeholder={placeholder}
        min={min}
        {...(max === undefined ? {} : { max })}
        {...(decimals === undefined ? {} : { decimals })}
        {...(prefix === undefined ? {} : { prefix })}
        {...more}
        optional
        value={value === null ? null : value / factor}
        onChange={(next) => draft.edit(setOrg("limits", withLimit(org.limits, offer, next)))}
      />
    );
  };
  return (
    <>
      <Radio.Group
        size="xs"
        label="When agents act"
        value={org.schedule}
        onChange={(value) => draft.edit(setOrg("schedule", value as Org["schedule"]))}
      >
        <Choices offers={SCHEDULES} disabled={readOnly} />
      </Radio.Group>
      {org.schedule === "eager" && input(TURNS_AT_ONCE)}
      <hr className="hr" />
      <h3 className="section-title">A run ends at the latest after</h3>
      <div className="two-columns">{END_LIMITS.map((offer) => input(offer))}</div>
      {org.limits.costUsd !== null && (
        <p className="faint note">Dollars hold for each run; the price of every model in it must be known.</p>
      )}
      <hr className="hr" />
      <Radio.Group
        size="xs"
        label="When an agent’s memory is full"
        value={org.memoryOverflow}
        onChange={(value) => draft.edit(setOrg("memoryOverflow", value as Org["memoryOverflow"]))}
      >
        <Choices offers={OVERFLOWS} disabled={readOnly} />
      </Radio.Group>
      {input(CONTEXT_TOKENS, { description: "How much a model can hold, its answer included." })}
    </>
  );
}

function Choices({ offers, disabled }: { offers: readonly { value: string; label: string; description: string }[]; disabled: boolean }) {
  return (
    <Stack gap={8} mt={6}>
      {offers.map((offer) => (
        <Radio key={offer.value} size="xs" {...offer} disabled={disabled} />
      ))}
    </Stack>
  );
}
