/** Owns asking the lab what the choices of a form would take, a moment behind the form. */
import { useEffect, useState } from "react";
import type { ExperimentChoices } from "#shared/rpc/contract.ts";
import type { PlanAnswer } from "#shared/rpc/experiment-types.ts";
import { useApp } from "#renderer/state/context.ts";

const BEHIND_MS = 150;

export interface AskedForecast {
  /** The last answer; it may be to choices that have changed since. */
  answer: PlanAnswer | null;
  /** Whether it answers the choices as they are now. */
  current: boolean;
  /** Asks again, e.g. when a pilot has ended. */
  again(): void;
}

/** An older answer never covers a newer one; without choices there is none. */
export function useForecast(choices: ExperimentChoices | null): AskedForecast {
  const app = useApp();
  const text = JSON.stringify(choices);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ text: string; round: number; answer: PlanAnswer | null } | null>(null);
  useEffect(() => {
    const asked = JSON.parse(text) as ExperimentChoices | null;
    if (!asked) return;
    let wanted = true;
    const timer = setTimeout(async () => {
      const answer = await app.attempt(() => app.lab.call((client) => client.experiments.forecast(asked)));
      if (wanted) setState({ text, round, answer });
    }, BEHIND_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [app, text, round]);
  return {
    answer: choices ? (state?.answer ?? null) : null,
    current: state?.text === text && state.round === round,
    again: () => setRound((before) => before + 1),
  };
}
