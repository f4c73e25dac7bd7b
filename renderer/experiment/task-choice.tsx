/** Owns the choice of tasks: the suite, which of its tasks, how often each, and the seed. */
import { Button, Group, MultiSelect, Select } from "@mantine/core";
import { useState } from "react";
import type { Problem } from "#shared/problem.ts";
import { FileProblems } from "#renderer/experiment/file-problems.tsx";
import type { FormPart } from "#renderer/experiment/form-part.ts";
import { allTasksWords, plannedTasks, twinTitle } from "#renderer/experiment/task-words.ts";
import { fieldId } from "#renderer/experiment/go-to.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { chooseFile } from "#renderer/ui/files.ts";
import { NumberField } from "#renderer/ui/number-field.tsx";
import type { NumberRule } from "#renderer/ui/typed-number.ts";

const REPEATS: NumberRule = { min: 1, max: 10_000, whole: true };
const SEED: NumberRule = { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true };

export function TaskChoice({ form, set, unfit }: FormPart) {
  const app = useApp();
  const suites = useAppState((state) => state.suites);
  const suite = suites.find((each) => each.suite.id === form.suiteId)?.suite;
  const [problems, setProblems] = useState<Problem[]>([]);
  const importSuite = () =>
    void app.attempt(async () => {
      const file = await chooseFile(".json,.yaml,.yml");
      if (!file) return;
      const result = await app.lab.call((client) => client.suites.import({ text: file.text, fileName: file.name }));
      setProblems(result.problems);
      if (!result.ok) return;
      await app.loadSuites();
      set({ suiteId: result.suiteId, tasks: null });
    });
  return (
    <>
      <Group gap="xs" align="end" wrap="nowrap">
        <Select
          id={fieldId("suite")}
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
      <FileProblems problems={problems} onClose={() => setProblems([])} />
      <MultiSelect
        id={fieldId("tasks")}
        label="Tasks"
        description="All but the calm twins, unless you choose."
        placeholder={form.tasks === null ? (suite ? allTasksWords(plannedTasks(suite, null).length) : "") : ""}
        data={(suite?.tasks ?? []).map((task) => ({ value: task.id, label: twinTitle(task) }))}
        value={form.tasks ?? []}
        onChange={(value) => set({ tasks: value.length === 0 ? null : value })}
        searchable
        clearable
      />
      <Group grow align="start">
        <NumberField
          id={fieldId("repeats")}
          label="Repeats"
          rule={REPEATS}
          value={form.repeats}
          onNumber={(value) => value !== null && set({ repeats: value })}
          onUnfit={(why) => unfit("repeats", why)}
        />
        <NumberField
          id={fieldId("seed")}
          label="Seed"
          rule={SEED}
          // A seed is a name, not an amount.
          show={String}
          value={form.seed}
          onNumber={(value) => value !== null && set({ seed: value })}
          onUnfit={(why) => unfit("seed", why)}
        />
      </Group>
    </>
  );
}
