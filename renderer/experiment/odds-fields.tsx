/** Owns the sliders of one set of odds, each with a field beside it that takes a typed value. */
import { Slider, Stack } from "@mantine/core";
import { useState } from "react";
import type { Odds } from "#shared/population/schema.ts";
import { dropped, moved, type OddsField } from "#renderer/state/population-odds.ts";
import { NumberField } from "#renderer/ui/number-field.tsx";

const WORDS: Record<OddsField, string> = { keep: "Kept", weaken: "Weakened", contradict: "Contradicted" };

export interface OddsFieldsProps {
  /** Whose odds, for names that are read aloud alone; empty for everybody's. */
  of: string;
  odds: Odds;
  onChange(odds: Odds): void;
  onUnfit(why: string | null): void;
}

export function OddsFields({ of, odds, onChange, onUnfit }: OddsFieldsProps) {
  // What each was put to, while the three may not all have room: it comes back when there is some.
  const [memory, setMemory] = useState({ wanted: odds, odds });
  const wanted = memory.odds === odds ? memory.wanted : odds;
  const move = (field: OddsField, value: number) => {
    const next = moved(wanted, field, value);
    setMemory(next);
    onChange(next.odds);
  };
  return (
    <Stack gap={8}>
      {(Object.keys(WORDS) as OddsField[]).map((field) => (
        <OddsSlider
          key={field}
          label={of === "" ? WORDS[field] : `${of}: ${WORDS[field].toLowerCase()}`}
          shown={WORDS[field]}
          value={odds[field]}
          onChange={(value) => move(field, value)}
          onUnfit={onUnfit}
        />
      ))}
      <p className="muted num" style={{ fontSize: 12 }}>
        What is left over, {Math.round(dropped(odds) * 100)} %, is dropped.
      </p>
    </Stack>
  );
}

export interface OddsSliderProps {
  label: string;
  /** What stands above it, where that is not the whole label. */
  shown?: string;
  value: number;
  max?: number;
  /** Shown and typed in percent. */
  percent?: boolean;
  onChange(value: number): void;
  onUnfit(why: string | null): void;
}

export function OddsSlider({ label, shown = label, value, max = 1, percent = true, onChange, onUnfit }: OddsSliderProps) {
  const [scale, unit] = percent ? [100, " %"] : [1, ""];
  const text = (each: number) => `${percent ? Math.round(each * scale) : each}${unit}`;
  return (
    <div className="odds-row">
      <div>
        <span>{shown}</span>
        <Slider
          size="sm"
          aria-label={label}
          thumbLabel={label}
          value={value}
          min={0}
          max={max}
          step={percent ? 0.01 : 0.1}
          label={text}
          onChange={(next) => onChange(Math.round(next * 100) / 100)}
        />
      </div>
      <NumberField
        aria-label={`${label}${percent ? ", percent" : ""}`}
        rule={{ min: 0, max: max * scale, whole: percent }}
        step={percent ? 1 : 0.1}
        value={percent ? Math.round(value * 100) : value}
        show={(each) => `${each ?? ""}${unit}`}
        onNumber={(next) => next !== null && onChange(next / scale)}
        onUnfit={onUnfit}
      />
    </div>
  );
}
