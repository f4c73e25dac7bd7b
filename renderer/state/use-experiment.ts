/** Owns following one experiment: its live picture and its frozen designs. */
import { useEffect, useState } from "react";
import type { ExperimentDetail, ExperimentView } from "#shared/rpc/experiment-types.ts";
import { useApp } from "#renderer/state/context.ts";

export interface FollowedExperiment {
  view: ExperimentView | null;
  detail: ExperimentDetail | null;
  gone: boolean;
}

/** Two experiments are never mixed: with another id everything starts from nothing. */
export function useExperiment(id: string | null): FollowedExperiment {
  const app = useApp();
  const [state, setState] = useState<FollowedExperiment & { id: string | null }>({ id: null, view: null, detail: null, gone: false });
  useEffect(() => {
    setState({ id, view: null, detail: null, gone: false });
    if (id === null) return;
    const abort = new AbortController();
    const update = (change: Partial<FollowedExperiment>) => {
      if (!abort.signal.aborted) setState((before) => (before.id === id ? { ...before, ...change } : before));
    };
    void app.lab
      .call((client) => client.experiments.detail({ id }))
      .then(
        (detail) => update({ detail }),
        () => update({ gone: true }),
      );
    let wasRunning = false;
    void app.lab.follow(
      abort.signal,
      (client, signal) => client.experiments.watch({ id }, { signal }),
      (view) => {
        update({ view });
        if (wasRunning && !view.running) void app.loadExperiments();
        wasRunning = view.running;
      },
      () => update({ gone: true }),
    );
    return () => abort.abort();
  }, [app, id]);
  return state.id === id ? state : { view: null, detail: null, gone: false };
}
