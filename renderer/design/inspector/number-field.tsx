/** Owns typing a number that the design takes: what is out of bounds is said beside it and never reaches the design. */
import { NumberInput } from "@mantine/core";
import { useState } from "react";
import { count } from "#renderer/ui/words.ts";

export interface NumberFieldProps {
  label: string;
  description?: string;
  /** Null: nothing is set. */
  value: number | null;
  placeholder: string;
  min: number;
  max?: number;
  /** Digits after the point; none where left out. */
  decimals?: number;
  prefix?: string;
  /** Whether it may be emptied, which hands on null. */
  optional: boolean;
  disabled?: boolean;
  onChange(value: number | null): void;
}

/** Where no other bound is given: far beyond any use, and still exact in a unit a thousand times as small. */
const MOST = 1_000_000_000;

/** What is typed, read as a number within bounds; a sentence where it is none. */
export function readNumber(
  typed: string | number,
  { min, max = MOST, optional }: Pick<NumberFieldProps, "min" | "max" | "optional">,
): { ok: true; value: number | null } | { ok: false; why: string } {
  if (typed === "" || typed === "-" || typed === ".")
    return optional ? { ok: true, value: null } : { ok: false, why: "A number is needed." };
  const value = Number(typed);
  if (!Number.isFinite(value)) return { ok: false, why: "That is no number." };
  if (value < min) return { ok: false, why: `At least ${min < 1 ? min : count(min)}.` };
  return value > max ? { ok: false, why: `At most ${count(max)}.` } : { ok: true, value };
}

export function NumberField({ value, min, max, decimals = 0, optional, onChange, ...rest }: NumberFieldProps) {
  /** What the field shows while it is typed in; null where it shows the design's value. */
  const [typed, setTyped] = useState<string | number | null>(null);
  const read = typed === null ? null : readNumber(typed, { min, optional, ...(max === undefined ? {} : { max }) });
  return (
    <NumberInput
      {...rest}
      value={typed ?? value ?? ""}
      allowDecimal={decimals > 0}
      decimalScale={decimals}
      allowNegative={false}
      thousandSeparator=","
      clampBehavior="none"
      hideControls
      error={read && !read.ok ? read.why : undefined}
      onChange={(next) => {
        // Mantine also tells of values that it was given; only a person's typing counts.
        if (next === (typed ?? value ?? "")) return;
        setTyped(next);
        const now = readNumber(next, { min, optional, ...(max === undefined ? {} : { max }) });
        if (now.ok && now.value !== value) onChange(now.value);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
