/** Owns the choice of solo arms: who the org is compared with, a plain sentence each. */
import { Checkbox, Stack } from "@mantine/core";
import type { Baseline } from "#shared/experiment/plan.ts";
import { BASELINES } from "#shared/experiment/plan.ts";

const WORDS: Record<Baseline, { label: string; sentence: string }> = {
  "one-shot": { label: "One shot", sentence: "One agent gets the same brief and answers once." },
  "role-play": { label: "Role-play", sentence: "One agent plays all members of the org in a single answer." },
  "budget-matched": { label: "Budget-matched", sentence: "One agent works on until it has written as much as the org does." },
  "best-of-n": {
    label: "Best of n",
    sentence: "One agent answers as often as the org’s cost pays for; the answer that meets most asks counts.",
  },
};

export function SoloChoice({ value, onChange }: { value: Baseline[]; onChange(value: Baseline[]): void }) {
  return (
    <Checkbox.Group
      size="xs"
      className="solo-choice"
      label="Compared with one agent alone"
      value={value}
      onChange={(next) => onChange(next as Baseline[])}
    >
      <Stack gap={7} mt={5}>
        {BASELINES.map((each) => (
          <Checkbox key={each} value={each} label={WORDS[each].label} description={WORDS[each].sentence} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
