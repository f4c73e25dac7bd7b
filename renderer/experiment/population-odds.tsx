/** Owns the odds of the simulated population in the form: everybody's, those of one handoff or role, a file in and out. */
import { ActionIcon, Button, Group, Menu, Stack } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Population } from "#shared/population/schema.ts";
import type { Problem } from "#shared/problem.ts";
import type { Variable } from "#shared/rpc/experiment-types.ts";
import { FileProblems } from "#renderer/experiment/file-problems.tsx";
import { OddsFields, OddsSlider } from "#renderer/experiment/odds-fields.tsx";
import { useApp } from "#renderer/state/context.ts";
import { addableOdds, oddsOf, ownOdds, whoseWords, withOdds, withoutOdds } from "#renderer/state/population-odds.ts";
import { chooseFile, saveFile } from "#renderer/ui/files.ts";
import { CloseIcon } from "#renderer/ui/icons.tsx";

export interface PopulationOddsProps {
  population: Population;
  variable: Variable;
  onChange(population: Population): void;
  onUnfit(why: string | null): void;
}

export function PopulationOdds({ population, variable, onChange, onUnfit }: PopulationOddsProps) {
  const top = useRef<HTMLDivElement>(null);
  // Opened at the end of the form, they would open out of sight.
  useEffect(() => {
    // What a browser gives back, in newer ones a promise, is no way to clean up.
    top.current?.scrollIntoView({ block: "start" });
  }, []);
  const slider = (field: "skill" | "silence" | "refuse" | "spread", label: string, rest: { max?: number; percent?: boolean } = {}) => (
    <OddsSlider
      label={label}
      value={population[field]}
      onChange={(value) => onChange({ ...population, [field]: value })}
      onUnfit={onUnfit}
      {...rest}
    />
  );
  return (
    <Stack gap={10} ref={top} className="odds">
      <p className="muted" style={{ fontSize: 12 }}>
        When a simulated agent writes, each constraint it holds is kept, weakened, contradicted or dropped with these chances.
      </p>
      <OddsFields
        of=""
        odds={population.default}
        onChange={(odds) => onChange(withOdds(population, { kind: "default" }, odds))}
        onUnfit={onUnfit}
      />
      <OwnOdds population={population} variable={variable} onChange={onChange} onUnfit={onUnfit} />
      {slider("skill", "Skill: chance to meet each ask")}
      {slider("spread", "Spread between tasks", { max: 10, percent: false })}
      {slider("silence", "Silence: chance not to write")}
      {slider("refuse", "Refusals")}
      <PopulationFile population={population} onChange={onChange} />
    </Stack>
  );
}

function OwnOdds({ population, variable, onChange, onUnfit }: PopulationOddsProps) {
  const more = addableOdds(population, variable);
  return (
    <>
      {ownOdds(population).map((whose) => {
        const name = whoseWords(whose, variable);
        return (
          <fieldset key={JSON.stringify(whose)} className="vary-row" aria-label={`Odds: ${name}`}>
            <div className="vary-head">
              <b style={{ fontWeight: 600 }}>{name}</b>
              <ActionIcon aria-label={`No odds of its own: ${name}`} size={24} onClick={() => onChange(withoutOdds(population, whose))}>
                {CloseIcon}
              </ActionIcon>
            </div>
            <OddsFields
              of={name}
              odds={oddsOf(population, whose)}
              onChange={(odds) => onChange(withOdds(population, whose, odds))}
              onUnfit={onUnfit}
            />
          </fieldset>
        );
      })}
      {more.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" style={{ alignSelf: "flex-start" }}>
              One handoff or role behaves differently…
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
            {more.map(({ whose, label }) => (
              <Menu.Item key={JSON.stringify(whose)} onClick={() => onChange(withOdds(population, whose, oddsOf(population, whose)))}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

function PopulationFile({ population, onChange }: Pick<PopulationOddsProps, "population" | "onChange">) {
  const app = useApp();
  const [problems, setProblems] = useState<Problem[]>([]);
  const bringIn = () =>
    void app.attempt(async () => {
      const file = await chooseFile(".json,.yaml,.yml");
      if (!file) return;
      const result = await app.lab.call((client) => client.populations.import({ text: file.text, fileName: file.name }));
      setProblems(result.problems);
      if (result.ok) onChange(result.population);
    });
  return (
    <>
      <Group gap="xs">
        <Button variant="default" onClick={bringIn}>
          Import a population…
        </Button>
        <Button
          variant="default"
          onClick={() => saveFile(`${population.name || "driftlab"}.population.json`, `${JSON.stringify(population, null, 2)}\n`)}
        >
          Export it
        </Button>
      </Group>
      <FileProblems problems={problems} onClose={() => setProblems([])} />
    </>
  );
}
