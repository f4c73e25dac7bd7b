/** Owns the sliders of the simulated population. */
import { Slider, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { Population } from "#shared/population/schema.ts";
import { withOdds } from "#renderer/state/experiment-form.ts";

export function PopulationSliders({ population, onChange }: { population: Population; onChange(population: Population): void }) {
  const { keep, weaken, contradict } = population.default;
  const dropped = Math.max(0, 1 - keep - weaken - contradict);
  const top = useRef<HTMLDivElement>(null);
  // Opened at the end of the form, they would open out of sight.
  useEffect(() => {
    // What a browser gives back, in newer ones a promise, is no way to clean up.
    top.current?.scrollIntoView({ block: "start" });
  }, []);
  return (
    <Stack gap={10} ref={top} className="odds">
      <Text size="xs" c="dimmed">
        When a simulated agent writes, each constraint it holds is kept, weakened or contradicted with these chances; the rest, now{" "}
        {Math.round(dropped * 100)} %, is dropped.
      </Text>
      <OneSlider label="Kept" value={keep} onChange={(value) => onChange(withOdds(population, "keep", value))} />
      <OneSlider label="Weakened" value={weaken} onChange={(value) => onChange(withOdds(population, "weaken", value))} />
      <OneSlider label="Contradicted" value={contradict} onChange={(value) => onChange(withOdds(population, "contradict", value))} />
      <OneSlider label="Skill: chance to meet each ask" value={population.skill} onChange={(skill) => onChange({ ...population, skill })} />
      <OneSlider
        label="Spread between tasks"
        value={population.spread}
        max={2}
        percent={false}
        onChange={(spread) => onChange({ ...population, spread })}
      />
      <OneSlider
        label="Silence: chance not to write"
        value={population.silence}
        onChange={(silence) => onChange({ ...population, silence })}
      />
      <OneSlider label="Refusals" value={population.refuse} max={0.5} onChange={(refuse) => onChange({ ...population, refuse })} />
    </Stack>
  );
}

function OneSlider({
  label,
  value,
  onChange,
  max = 1,
  percent = true,
}: {
  label: string;
  value: number;
  onChange(value: number): void;
  max?: number;
  percent?: boolean;
}) {
  const text = (each: number) => (percent ? `${Math.round(each * 100)} %` : each.toFixed(1));
  return (
    <div>
      <div style={{ display: "flex", justifyContent: "space-between", fontSize: 12 }}>
        <span>{label}</span>
        <span className="num muted">{text(value)}</span>
      </div>
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
  );
}
