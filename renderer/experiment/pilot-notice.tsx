/** Owns the pilot of a new experiment: starting it, its progress, and what became of it. */
import { Alert, Button, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import { problemsAsLine } from "#shared/problem.ts";
import type { ExperimentChoices } from "#shared/rpc/contract.ts";
import type { CellCounts } from "#shared/rpc/experiment-types.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { useExperiment } from "#renderer/state/use-experiment.ts";
import { count, plural } from "#renderer/ui/words.ts";

/** Fewer past runs say nothing about a spread. */
const PILOT_REPEATS = 3;

export interface PilotProps {
  choices: ExperimentChoices;
  caps: { outputTokens: number | null; usd: number | null };
  pilotId: string | null;
  onPilot(id: string | null): void;
  /** The pilot has come to rest: budgets can be asked for again. */
  onEnd(): void;
}

export function PilotNotice({ choices, caps, pilotId, onPilot, onEnd }: PilotProps) {
  const app = useApp();
  const readOnly = useAppState((state) => state.info?.readOnly ?? false);
  const [starting, setStarting] = useState(false);
  const start = () =>
    void app.attempt(async () => {
      setStarting(true);
      try {
        const result = await app.lab.call((client) => client.experiments.pilot({ choices, repeats: PILOT_REPEATS, caps }));
        if (!result.ok) return app.toast("error", problemsAsLine(result.problems.slice(0, 2)));
        await app.loadExperiments();
        onPilot(result.id);
      } finally {
        setStarting(false);
      }
    });
  if (pilotId !== null) return <RunningPilot key={pilotId} id={pilotId} onEnd={onEnd} onGiveUp={() => onPilot(null)} />;
  return (
    <Alert className="foot-alert" color="blue" title="A pilot is needed first">
      <p>
        Budgets come from earlier runs under the same conditions, and there are none yet. The pilot runs each org {PILOT_REPEATS} times a
        task, as an experiment of its own under the same caps; this form waits for it.
      </p>
      <Button mt={8} onClick={start} loading={starting} disabled={readOnly}>
        Run a pilot of {PILOT_REPEATS} first
      </Button>
    </Alert>
  );
}

function RunningPilot({ id, onEnd, onGiveUp }: { id: string; onEnd(): void; onGiveUp(): void }) {
  const app = useApp();
  const { view, gone } = useExperiment(id);
  const rests = gone || (view !== null && !view.running);
  const finished = gone || (view !== null && !view.running && view.counts.done === totalOf(view.counts));
  useEffect(() => {
    if (rests) onEnd();
    // With other orgs another pilot may be needed.
    if (finished) onGiveUp();
    // Told once, when it comes to rest; what is told is another function at each drawing.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [rests, finished]);
  if (!view || finished) return null;
  const { counts } = view;
  const total = totalOf(counts);
  if (view.running)
    return (
      <Alert className="foot-alert" color="blue" title="The pilot is running" role="status">
        <p className="num">
          {count(counts.done)} of {plural(total, "cell")} done.
        </p>
        <Button mt={8} variant="default" onClick={() => void app.attempt(() => app.lab.call((client) => client.experiments.stop({ id })))}>
          Stop the pilot
        </Button>
      </Alert>
    );
  return (
    <Alert className="foot-alert" color="orange" title="The pilot did not finish">
      <p>{view.firstFailure ?? view.message ?? "Some of its cells are missing."}</p>
      <Group mt={8} gap="xs">
        <Button onClick={() => void app.attempt(() => app.lab.call((client) => client.experiments.resume({ id, caps: null })))}>
          Go on with it
        </Button>
        <Button variant="default" onClick={onGiveUp}>
          Leave it
        </Button>
      </Group>
    </Alert>
  );
}

function totalOf({ done, failed, stopped, waiting }: CellCounts): number {
  return done + failed + stopped + waiting;
}
