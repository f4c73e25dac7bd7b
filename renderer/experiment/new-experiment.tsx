/** Owns the form of a new experiment: orgs, tasks, solo arms, what is varied, connection; and its start. */
import { MultiSelect, Stack, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { problemsAsLine } from "#shared/problem.ts";
import type { OrgSummary } from "#shared/rpc/org-types.ts";
import type { Variable } from "#shared/rpc/experiment-types.ts";
import { ConnectionChoice } from "#renderer/experiment/connection-choice.tsx";
import { capsOf, choicesOf, type FormState } from "#renderer/state/experiment-form.ts";
import { fieldId } from "#renderer/experiment/go-to.ts";
import { FormNotes } from "#renderer/experiment/form-notes.tsx";
import { PilotNotice } from "#renderer/experiment/pilot-notice.tsx";
import { PlanFoot } from "#renderer/experiment/plan-foot.tsx";
import { PlanPreview } from "#renderer/experiment/plan-preview.tsx";
import { type FieldId, readinessOf } from "#renderer/experiment/readiness.ts";
import { SoloChoice } from "#renderer/experiment/solo-choice.tsx";
import { orgDetail, orgLabel } from "#renderer/experiment/task-words.ts";
import { TaskChoice } from "#renderer/experiment/task-choice.tsx";
import { useForecast } from "#renderer/experiment/use-forecast.ts";
import { stillPossible } from "#renderer/state/variations.ts";
import { Vary } from "#renderer/experiment/vary.tsx";
import { useApp, useAppState } from "#renderer/state/context.ts";

const NOTHING_VARIABLE: Variable = { edges: [], handoffs: [], roles: [], traits: [] };

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
  const suite = useAppState((state) => state.suites.find((each) => each.suite.id === form.suiteId)?.suite ?? null);
  const [starting, setStarting] = useState(false);
  const keyStatus = useAppState((state) => state.info?.keyStatus ?? "none");
  const readOnly = useAppState((state) => state.info?.readOnly ?? false);
  const [unfit, setUnfit] = useState<Partial<Record<FieldId, string | null>>>({});
  const [pilotId, setPilotId] = useState<string | null>(null);
  const set = (change: Partial<FormState>) => app.changeForm(change);
  const part = {
    form,
    set,
    unfit: (field: FieldId, why: string | null) => setUnfit((before) => ({ ...before, [field]: why })),
  };
  const variable = useVariable(form.orgs, (found) => app.changeForm((before) => ({ variations: stillPossible(before.variations, found) })));
  const defaultName = form.orgs.map((id) => orgs.find((each) => each.id === id)?.name ?? "?").join(" · ") || "Experiment";
  const choices = choicesOf(form);
  const caps = capsOf(form);
  const { answer, current, again } = useForecast(choices);
  const forecast = answer?.ok ? answer.forecast : null;
  const problems = answer?.ok === false ? answer.problems : [];
  const needsPilot = problems.some((problem) => problem.code === "no-pilot");

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
        if (form.connection === "compatible") app.rememberServer({ baseUrl: form.baseUrl, model: form.ownModel });
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
              id={fieldId("orgs")}
              label="Orgs"
              placeholder={form.orgs.length === 0 ? "choose one or more" : ""}
              data={orgs.map((each) => ({ value: each.id, label: orgLabel(each, orgs) }))}
              renderOption={({ option }) => <OrgOption name={option.label} org={orgs.find((each) => each.id === option.value)} />}
              value={form.orgs}
              onChange={(value) => set({ orgs: value })}
              searchable
            />
            <TaskChoice {...part} />
            <SoloChoice value={form.solos} onChange={(solos) => set({ solos })} />
            <div id={fieldId("vary")} tabIndex={-1}>
              <Vary
                variations={form.variations}
                variable={variable}
                orgs={form.orgs.length}
                models={form.connection === "simulated" ? null : (priced ?? []).map((each) => each.model)}
                onChange={(variations) => set({ variations })}
              />
            </div>
            <ConnectionChoice {...part} variable={variable} />
            <TextInput
              label="Name"
              placeholder={defaultName}
              value={form.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
              maxLength={200}
            />
            <PlanFoot
              forecast={forecast}
              readiness={readinessOf({ form, unfit, problems, forecast, keyStatus, readOnly })}
              current={current}
              starting={starting}
              onStart={start}
            >
              {needsPilot && choices && <PilotNotice choices={choices} caps={caps} pilotId={pilotId} onPilot={setPilotId} onEnd={again} />}
            </PlanFoot>
          </Stack>
        </div>
      </aside>
      <PlanPreview forecast={forecast} problems={problems} isFirst={isFirst} suite={suite} tasks={form.tasks} />
    </>
  );
}

function OrgOption({ name, org }: { name: string; org: OrgSummary | undefined }) {
  return (
    <span>
      {org?.name ?? name}
      {org && <span className="option-detail">{orgDetail(org)}</span>}
    </span>
  );
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
