/** Owns the form of a new experiment: orgs, tasks, solo arms, what is varied, connection; and its start. */
import { Button, Group, MultiSelect, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { errorProblem, type Problem, problemsAsLine } from "#shared/problem.ts";
import type { Variable } from "#shared/rpc/types.ts";
import { ConnectionChoice, type FormPart } from "#renderer/experiment/connection-choice.tsx";
import { capsOf, choicesOf, type FormState } from "#renderer/state/experiment-form.ts";
import { FormNotes } from "#renderer/experiment/form-notes.tsx";
import { PilotNotice } from "#renderer/experiment/pilot-notice.tsx";
import { PlanFoot } from "#renderer/experiment/plan-foot.tsx";
import { PlanPreview } from "#renderer/experiment/plan-preview.tsx";
import { SoloChoice } from "#renderer/experiment/solo-choice.tsx";
import { useForecast } from "#renderer/experiment/use-forecast.ts";
import { stillPossible } from "#renderer/state/variations.ts";
import { Vary } from "#renderer/experiment/vary.tsx";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { chooseFile } from "#renderer/ui/files.ts";

const NOTHING_VARIABLE: Variable = { edges: [], traits: [] };

export interface NewExperimentProps {
  isFirst: boolean;
  /** Stands above the form. */
  back: ReactNode;
  onStarted(): void;
}

export function NewExperiment({ isFirst, back, onStarted }: NewExperimentProps) {
  const app = useApp();
  const allOrgs = useAppState((state) => state.orgs);
  const orgs = allOrgs.filter((each) => !each.archived);
  const priced = useAppState((state) => state.info?.prices.models ?? null);
  const form = useAppState((state) => state.form);
  const [starting, setStarting] = useState(false);
  const [pilotId, setPilotId] = useState<string | null>(null);
  const set = (change: Partial<FormState>) => app.changeForm(change);
  const variable = useVariable(form.orgs, (found) => app.changeForm((before) => ({ variations: stillPossible(before.variations, found) })));
  const defaultName = form.orgs.map((id) => orgs.find((each) => each.id === id)?.name ?? "?").join(" · ") || "Experiment";
  const choices = choicesOf(form);
  const caps = capsOf(form);
  const { answer, current, again } = useForecast(choices);
  const forecast = answer?.ok ? answer.forecast : null;
  const needsPilot = answer?.ok === false && answer.problems.some((problem) => problem.code === "no-pilot");

  useEffect(() => {
    void app.attempt(() => app.loadOrgs());
  }, [app]);

  const start = (fresh: boolean) =>
    void app.attempt(async () => {
      if (!choices) return;
      setStarting(true);
      try {
        const name = (form.name.trim() || defaultName).slice(0, 200);
        const result = await app.lab.call((client) => client.experiments.start({ choices, name, fresh, caps }));
        if (!result.ok) return app.toast("error", problemsAsLine(result.problems.slice(0, 2)));
        if (form.connection === "compatible") app.rememberServer({ baseUrl: form.baseUrl, model: form.model });
        await app.loadExperiments();
        app.openExperiment(result.id);
        onStarted();
      } finally {
        setStarting(false);
      }
    });

  return (
    <>
      <aside className="side left" aria-label="Experiments">
        <div className="pad">
          {back}
          <Stack gap={14}>
            <h2 className="panel-title">New experiment</h2>
            <FormNotes />
            <MultiSelect
              label="Orgs"
              placeholder={form.orgs.length === 0 ? "choose one or more" : ""}
              data={orgs.map((each) => ({ value: each.id, label: each.name }))}
              value={form.orgs}
              onChange={(value) => set({ orgs: value })}
              searchable
            />
            <TaskChoice form={form} set={set} />
            <SoloChoice value={form.solos} onChange={(solos) => set({ solos })} />
            <Vary
              variations={form.variations}
              variable={variable}
              orgs={form.orgs.length}
              models={form.connection === "simulated" ? null : (priced ?? []).map((each) => each.model)}
              onChange={(variations) => set({ variations })}
            />
            <ConnectionChoice form={form} set={set} />
            <TextInput
              label="Name"
              placeholder={defaultName}
              value={form.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
              maxLength={200}
            />
            <PlanFoot
              forecast={forecast}
              problems={problemsOf(form, answer?.ok === false ? answer.problems : [], forecast?.unpriced ?? [])}
              current={current}
              starting={starting}
              onStart={start}
            >
              {needsPilot && choices && <PilotNotice choices={choices} caps={caps} pilotId={pilotId} onPilot={setPilotId} onEnd={again} />}
            </PlanFoot>
          </Stack>
        </div>
      </aside>
      <PlanPreview forecast={forecast} problems={answer?.ok === false ? answer.problems : []} isFirst={isFirst} />
    </>
  );
}

/** What keeps it from starting; that a pilot is needed is said apart, with the way to run one. */
function problemsOf(form: FormState, problems: readonly Problem[], unpriced: readonly string[]): Problem[] {
  const missing =
    capsOf(form).usd !== null && unpriced.length > 0
      ? [
          errorProblem(
            "unknown-price",
            `The price of ${unpriced.join(", ")} is not known, so a cap in dollars cannot hold. Add it to the prices (Settings says where), or cap output tokens instead.`,
          ),
        ]
      : [];
  return [...problems.filter((problem) => problem.code !== "no-pilot"), ...missing];
}

/** What can be varied in the chosen orgs; told each time it changes. */
function useVariable(orgs: string[], onFound: (variable: Variable) => void): Variable {
  const app = useApp();
  const [variable, setVariable] = useState(NOTHING_VARIABLE);
  const text = JSON.stringify(orgs);
  useEffect(() => {
    let wanted = true;
    void app.attempt(async () => {
      const found = await app.lab.call((client) => client.experiments.variable({ orgs: JSON.parse(text) as string[] }));
      if (!wanted) return;
      setVariable(found);
      onFound(found);
    });
    return () => {
      wanted = false;
    };
    // Asked again with other orgs alone; what is told is another function at each drawing.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [app, text]);
  return variable;
}

function TaskChoice({ form, set }: FormPart) {
  const app = useApp();
  const suites = useAppState((state) => state.suites);
  const suite = suites.find((each) => each.suite.id === form.suiteId)?.suite;
  const importSuite = () =>
    void app.attempt(async () => {
      const file = await chooseFile(".json,.yaml,.yml");
      if (!file) return;
      const result = await app.lab.call((client) => client.suites.import({ text: file.text, fileName: file.name }));
      if (!result.ok) return app.toast("error", problemsAsLine(result.problems.slice(0, 2)));
      await app.loadSuites();
      set({ suiteId: result.suiteId, tasks: null });
    });
  return (
    <>
      <Group gap="xs" align="end" wrap="nowrap">
        <Select
          label="Suite of tasks"
          data={suites.map((each) => ({ value: each.suite.id, label: each.suite.name }))}
          value={form.suiteId}
          onChange={(value) => value && set({ suiteId: value, tasks: null })}
          allowDeselect={false}
          style={{ flex: 1 }}
        />
        <Button variant="default" onClick={importSuite}>
          Import…
        </Button>
      </Group>
      <MultiSelect
        label="Tasks"
        description="All but the no-tension twins, unless you choose."
        placeholder={form.tasks === null ? `all ${suite?.tasks.filter((task) => task.twinOf === undefined).length ?? 0} tasks` : ""}
        data={(suite?.tasks ?? []).map((task) => ({ value: task.id, label: `${task.title}${task.twinOf ? " (no tension)" : ""}` }))}
        value={form.tasks ?? []}
        onChange={(value) => set({ tasks: value.length === 0 ? null : value })}
        searchable
        clearable
      />
      <Group grow>
        <NumberInput
          label="Repeats"
          min={1}
          max={10_000}
          allowDecimal={false}
          value={form.repeats}
          onChange={(value) => typeof value === "number" && set({ repeats: value })}
        />
        <NumberInput
          label="Seed"
          min={0}
          allowDecimal={false}
          value={form.seed}
          onChange={(value) => typeof value === "number" && set({ seed: value })}
        />
      </Group>
    </>
  );
}
