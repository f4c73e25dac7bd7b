/** Owns fetching an experiment's drift, again whenever more of it is done. */
import { useEffect, useRef, useState } from "react";
import type { DriftAnswer } from "#shared/rpc/drift-types.ts";
import { sentenceOf } from "#renderer/lab/lab.ts";
import { useApp } from "#renderer/state/context.ts";

/** While cells finish, the report is not made more often than this. */
const PAUSE_MS = 700;

export function useDrift(id: string | null, done: number): { answer: DriftAnswer | null; problem: string | null } {
  const app = useApp();
  const [state, setState] = useState<{ id: string | null; answer: DriftAnswer | null; problem: string | null }>({
    id: null,
    answer: null,
    problem: null,
  });
  const lastMs = useRef(0);
  useEffect(() => {
    if (id === null || done < 0) return;
    let current = true;
    const wait = Math.max(0, lastMs.current + PAUSE_MS - Date.now());
    const timer = setTimeout(() => {
      lastMs.current = Date.now();
      app.lab
        .call((client) => client.drift.get({ id }))
        .then(
          (answer) => current && setState({ id, answer, problem: null }),
          (error: unknown) => current && setState({ id, answer: null, problem: sentenceOf(error) }),
        );
    }, wait);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [app, id, done]);
  return state.id === id ? state : { answer: null, problem: null };
}
