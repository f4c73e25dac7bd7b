/** Owns the experiment place: old experiments, a new one, the one that is open. */
import { Button, Switch } from "@mantine/core";
import { useEffect, useState } from "react";
import type { ExperimentSummary } from "#shared/rpc/experiment-types.ts";
import { LiveOrg } from "#renderer/experiment/live-org.tsx";
import { LiveWords } from "#renderer/experiment/live-words.tsx";
import { Matrix } from "#renderer/experiment/matrix.tsx";
import { NewExperiment } from "#renderer/experiment/new-experiment.tsx";
import { RunHead } from "#renderer/experiment/run-head.tsx";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { useExperiment } from "#renderer/state/use-experiment.ts";
import { TopBar } from "#renderer/ui/topbar.tsx";
import { plural, timeOf } from "#renderer/ui/words.ts";
import "#renderer/experiment/experiment.css";

export function ExperimentPlace() {
  const app = useApp();
  const id = useAppState((state) => state.experimentId);
  const experiments = useAppState((state) => state.experiments);
  const [showArchived, setShowArchived] = useState(false);
  const { view, detail, gone } = useExperiment(id);
  useEffect(() => {
    void app.attempt(() => app.loadExperiments());
  }, [app]);
  const shown = experiments.filter((each) => showArchived || !each.archived);
  const openOrg = useAppState((state) => state.draft?.store.getState().orgId ?? null);
  const making = useAppState((state) => state.making);
  // With nothing to show yet, a new one is what anybody comes for.
  const isFirst = experiments.length === 0;
  useEffect(() => {
    if (isFirst && !making) app.newExperiment(openOrg ? [openOrg] : []);
  }, [app, isFirst, making, openOrg]);
  return (
    <div className="experiment">
      <TopBar>
        <b style={{ fontWeight: 650 }}>Experiment</b>
        <div className="spacer" />
      </TopBar>
      {making ? (
        <NewExperiment
          isFirst={isFirst}
          back={
            shown.length > 0 ? (
              <Button variant="subtle" style={{ alignSelf: "flex-start" }} onClick={() => app.doneMaking()}>
                ‹ All experiments
              </Button>
            ) : null
          }
          onStarted={() => app.doneMaking()}
        />
      ) : (
        <>
          <aside className="side left" aria-label="Experiments">
            <div className="pad">
              <Button onClick={() => app.newExperiment(openOrg ? [openOrg] : [])}>New experiment</Button>
              <div>
                {shown.map((each) => (
                  <ExperimentButton key={each.id} experiment={each} isOpen={each.id === id} onOpen={() => app.openExperiment(each.id)} />
                ))}
              </div>
              {experiments.some((each) => each.archived) && (
                <Switch label="Show archived" checked={showArchived} onChange={(event) => setShowArchived(event.currentTarget.checked)} />
              )}
            </div>
          </aside>
          {id && view && detail && !gone ? (
            <div className="experiment-main">
              <RunHead detail={detail} view={view} />
              <div className="experiment-body">
                <div className={view.running ? "live-row" : undefined}>
                  <LiveOrg detail={detail} view={view} />
                  {view.running && <LiveWords detail={detail} view={view} />}
                </div>
                <Matrix detail={detail} view={view} />
              </div>
            </div>
          ) : (
            <div className="empty">
              {id && !gone ? <div role="status">Opening…</div> : <div>Open an experiment on the left, or make a new one.</div>}
            </div>
          )}
        </>
      )}
    </div>
  );
}

interface ExperimentButtonProps {
  experiment: ExperimentSummary;
  isOpen: boolean;
  onOpen(): void;
}

function ExperimentButton({ experiment, isOpen, onOpen }: ExperimentButtonProps) {
  const { counts, running, interrupted } = experiment;
  const total = counts.done + counts.failed + counts.stopped + counts.waiting;
  return (
    <button type="button" className="list-button" aria-current={isOpen} onClick={onOpen}>
      <span style={{ minWidth: 0, overflowWrap: "anywhere" }}>
        <b style={{ fontWeight: 600 }}>{experiment.name}</b>
        <span className="muted" style={{ display: "block", fontSize: 11.5 }}>
          {timeOf(experiment.createdAtMs)} · {plural(experiment.tasks, "task")} × {experiment.repeats} · {experiment.badge}
          {experiment.archived ? " · archived" : ""}
        </span>
      </span>
      <span className="muted num" style={{ fontSize: 11.5, whiteSpace: "nowrap" }}>
        {running ? "running" : interrupted > 0 ? "interrupted" : `${counts.done}/${total}`}
      </span>
    </button>
  );
}
