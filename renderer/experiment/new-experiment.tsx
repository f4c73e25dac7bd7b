/** Owns the form of a new experiment: orgs, solo arm, tasks, repeats, connection, seed; forecast and start. */
import {
  Alert,
  Button,
  Collapse,
  Group,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  TextInput,
} from "@mantine/core";
import { useEffect, useState } from "react";
import { problemsAsLine } from "#shared/problem.ts";
import type { PlanAnswer } from "#shared/rpc/types.ts";
import { choicesOf, type FormState, initialForm } from "#renderer/experiment/form-state.ts";
import { PopulationSliders } from "#renderer/experiment/population-sliders.tsx";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { chooseFile } from "#renderer/ui/files.ts";
import { count, plural } from "#renderer/ui/words.ts";

export function NewExperiment({ orgs: chosen, onStarted }: { orgs: string[]; onStarted(): void }) {
  const app = useApp();
  const allOrgs = useAppState((state) => state.orgs);
  const orgs = allOrgs.filter((each) => !each.archived);
  const suites = useAppState((state) => state.suites);
  const info = useAppState((state) => state.info);
  const ownServer = useAppState((state) => state.ownServer);
  const [form, setForm] = useState<FormState>(() => initialForm(chosen, suites[0]?.suite.id ?? "", ownServer));
  const [answer, setAnswer] = useState<PlanAnswer | null>(null);
  const [starting, setStarting] = useState(false);
  const [showPopulation, setShowPopulation] = useState(false);
  const set = (change: Partial<FormState>) => setForm((before) => ({ ...before, ...change }));
  const suite = suites.find((each) => each.suite.id === form.suiteId)?.suite;
  const defaultName = form.orgs.map((id) => orgs.find((each) => each.id === id)?.name ?? "?").join(" · ") || "Experiment";
  const choices = choicesOf(form);
  const choicesText = JSON.stringify(choices);

  useEffect(() => {
    void app.attempt(() => app.loadOrgs());
  }, [app]);
  // The forecast follows the form a moment behind, and an older answer never covers a newer one.
  useEffect(() => {
    const parsed = JSON.parse(choicesText) as typeof choices;
    setAnswer(null);
    if (!parsed) return;
    let current = true;
    const timer = setTimeout(async () => {
      const next = await app.attempt(() => app.lab.call((client) => client.experiments.forecast(parsed)));
      if (current) setAnswer(next);
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [app, choicesText]);

  const start = (fresh: boolean) =>
    void app.attempt(async () => {
      if (!choices) return;
      setStarting(true);
      try {
        const name = form.name.trim() || defaultName;
        const result = await app.lab.call((client) =>
          client.experiments.start({ choices, name, fresh, caps: { outputTokens: form.maxOutputTokens, usd: form.maxUsd } }),
        );
        if (!result.ok) return app.toast("error", problemsAsLine(result.problems));
        if (form.connection === "compatible") app.rememberServer({ baseUrl: form.baseUrl, model: form.model });
        await app.loadExperiments();
        app.openExperiment(result.id);
        onStarted();
      } finally {
        setStarting(false);
      }
    });

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
    <Stack gap={12}>
      <h2 className="panel-title">New experiment</h2>
      <MultiSelect
        label="Orgs"
        placeholder={form.orgs.length === 0 ? "choose one or more" : ""}
        data={orgs.map((each) => ({ value: each.id, label: each.name }))}
        value={form.orgs}
        onChange={(value) => set({ orgs: value })}
        searchable
      />
      <Switch
        label="Solo baseline: one agent, the same brief, one shot"
        checked={form.solo}
        onChange={(event) => set({ solo: event.currentTarget.checked })}
      />
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
      <div>
        <div style={{ fontSize: 11.5, fontWeight: 500, marginBottom: 3 }}>Who answers</div>
        <SegmentedControl
          fullWidth
          aria-label="Who answers"
          data={[
            { value: "simulated", label: "Simulated" },
            { value: "anthropic", label: "Anthropic" },
            { value: "compatible", label: "Own server" },
          ]}
          value={form.connection}
          onChange={(value) => set({ connection: value as FormState["connection"] })}
        />
      </div>
      {form.connection === "simulated" && (
        <>
          <p className="muted" style={{ fontSize: 12 }}>
            A simulated population answers: no key, offline, free. Its figures prove that measuring works; they say nothing about how a
            model behaves, and simulated agents do not react to wording.
          </p>
          <Button variant="default" onClick={() => setShowPopulation(!showPopulation)} aria-expanded={showPopulation}>
            {showPopulation ? "Hide the population’s odds" : "Change the population’s odds"}
          </Button>
          <Collapse expanded={showPopulation}>
            <PopulationSliders population={form.population} onChange={(population) => set({ population })} />
          </Collapse>
        </>
      )}
      {form.connection === "compatible" && (
        <TextInput
          label="Base URL"
          description="Ollama :11434, LM Studio :1234, llama.cpp :8080, LiteLLM … without /v1."
          value={form.baseUrl}
          onChange={(event) => set({ baseUrl: event.currentTarget.value })}
        />
      )}
      {form.connection !== "simulated" && (
        <>
          <TextInput
            label="Model"
            placeholder={form.connection === "compatible" ? "its name on that server" : "each agent’s own"}
            value={form.model}
            onChange={(event) => set({ model: event.currentTarget.value })}
          />
          {form.connection === "anthropic" && info?.keyStatus === "none" && (
            <Alert color="orange">The Anthropic API needs a key: type one in under Settings.</Alert>
          )}
        </>
      )}
      <NumberInput
        label="Hard cap on output tokens"
        placeholder="no cap"
        min={1}
        allowDecimal={false}
        value={form.maxOutputTokens ?? ""}
        onChange={(value) => set({ maxOutputTokens: typeof value === "number" ? value : null })}
      />
      {form.connection === "anthropic" && (
        <NumberInput
          label="Hard cap in US dollars"
          placeholder="no cap"
          min={0.01}
          step={1}
          prefix="$"
          value={form.maxUsd ?? ""}
          onChange={(value) => set({ maxUsd: typeof value === "number" && value > 0 ? value : null })}
        />
      )}
      <TextInput
        label="Name"
        placeholder={defaultName}
        value={form.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        maxLength={200}
      />
      <div className="sticky-foot">
        {answer && !answer.ok && (
          <Alert color="orange" role="alert">
            {answer.problems.slice(0, 3).map((problem) => (
              <p key={problem.message}>{problem.message}</p>
            ))}
          </Alert>
        )}
        {answer?.ok && (
          <p className="muted num" data-testid="forecast">
            {plural(answer.forecast.cells, "cell")} · {count(answer.forecast.calls.low)}–{count(answer.forecast.calls.high)} calls ·{" "}
            {count(answer.forecast.outputTokens.low)}–{count(answer.forecast.outputTokens.high)} output tokens
          </p>
        )}
        <Group gap="xs">
          <Button onClick={() => start(false)} disabled={!answer?.ok || info?.readOnly} loading={starting}>
            {answer?.ok && answer.forecast.existing ? "Continue this experiment" : "Start"}
          </Button>
          {answer?.ok && answer.forecast.existing && (
            <Button variant="default" onClick={() => start(true)} disabled={info?.readOnly} loading={starting}>
              Start a new one
            </Button>
          )}
        </Group>
      </div>
    </Stack>
  );
}
