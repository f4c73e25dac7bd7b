/** Owns the experiment place: old experiments, a new one, the one that is open. */
import { Button, Switch } from "@mantine/core";
import { useEffect, useState } from "react";
import { LiveOrg } from "#renderer/experiment/live-org.tsx";
import { Matrix } from "#renderer/experiment/matrix.tsx";
import { NewExperiment } from "#renderer/experiment/new-experiment.tsx";
import { RunHead } from "#renderer/experiment/run-head.tsx";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { useExperiment } from "#renderer/state/use-experiment.ts";
import { TopBar } from "#renderer/ui/topbar.tsx";
import { plural, timeOf } from "#renderer/ui/words.ts";

export function ExperimentPlace() {
  const app = useApp();
  const id = useAppState((state) => state.experimentId);
  const experiments = useAppState((state) => state.experiments);
  const wanted = useAppState((state) => state.making);
  const [showArchived, setShowArchived] = useState(false);
  const { view, detail, gone } = useExperiment(id);
  useEffect(() => {
    void app.attempt(() => app.loadExperiments());
  }, [app]);
  const shown = experiments.filter((each) => showArchived || !each.archived);
  const openOrg = useAppState((state) => state.draft?.store.getState().orgId ?? null);
  const making = wanted ?? (experiments.length === 0 ? { orgs: openOrg ? [openOrg] : [] } : null);
  return (
    <div className="experiment">
      <TopBar>
        <b style={{ fontWeight: 650 }}>Experiment</b>
        <div className="spacer" />
      </TopBar>
      <aside className="side left" aria-label="Experiments">
        <div className="pad">
          {making ? (
            <>
              {shown.length > 0 && (
                <Button variant="subtle" style={{ alignSelf: "flex-start" }} onClick={() => app.doneMaking()}>
                  ‹ All experiments
                </Button>
              )}
              <NewExperiment key={making.orgs.join()} orgs={making.orgs} onStarted={() => app.doneMaking()} />
            </>
          ) : (
            <>
              <Button onClick={() => app.newExperiment(openOrg ? [openOrg] : [])}>New experiment</Button>
              <div>
                {shown.map((each) => (
                  <button
                    key={each.id}
                    type="button"
                    className="list-button"
                    aria-current={each.id === id}
                    onClick={() => app.openExperiment(each.id)}
                  >
                    <span>
                      <b style={{ fontWeight: 600 }}>{each.name}</b>
                      <span className="muted" style={{ display: "block", fontSize: 11.5 }}>
                        {timeOf(each.createdAtMs)} · {plural(each.tasks, "task")} × {each.repeats} · {each.badge}
                        {each.archived ? " · archived" : ""}
                      </span>
                    </span>
                    <span className="muted num" style={{ fontSize: 11.5, whiteSpace: "nowrap" }}>
                      {each.running
                        ? "running"
                        : `${each.counts.done}/${each.counts.done + each.counts.failed + each.counts.stopped + each.counts.waiting}`}
                    </span>
                  </button>
                ))}
              </div>
              {experiments.some((each) => each.archived) && (
                <Switch label="Show archived" checked={showArchived} onChange={(event) => setShowArchived(event.currentTarget.checked)} />
              )}
            </>
          )}
        </div>
      </aside>
      {id && view && detail && !gone && !making ? (
        <div className="experiment-main">
          <RunHead detail={detail} view={view} />
          <div className="experiment-body">
            <LiveOrg detail={detail} view={view} />
            <Matrix detail={detail} view={view} />
          </div>
        </div>
      ) : (
        <div className="empty">
          {id && !gone && !making ? (
            <div role="status">Opening…</div>
          ) : (
            <div>
              <p style={{ fontSize: 15, fontWeight: 600, color: "var(--ink)" }}>Run an org beside one agent alone</p>
              <p>Choose an org on the left and press Start. Nothing else is needed: a simulated population answers, offline and free.</p>
            </div>
          )}
        </div>
      )}
    </div>
  );
}
