/** Owns asking the lab for something that changes while it runs: now, again on demand, and again so often as long as it moves. */
import { useCallback, useEffect, useState } from "react";
import { useApp } from "#renderer/state/context.ts";
import { useLatest } from "#renderer/ui/use-latest.ts";

/**
 * @param key what is asked for; an answer to another key is never shown
 * @param everyMs how soon to ask again after an answer; null: not by itself
 */
export function useAsked<T>(key: string, ask: () => Promise<T>, everyMs: (value: T) => number | null): { value: T | null; again(): void } {
  const app = useApp();
  const latest = useLatest(ask);
  const [state, setState] = useState<{ key: string; value: T } | null>(null);
  const value = state?.key === key ? state.value : null;
  const again = useCallback(() => {
    const read = async () => {
      const next = await app.attempt(() => latest.current());
      if (next !== null) setState({ key, value: next });
    };
    void read();
  }, [app, key, latest]);
  const pauseMs = value === null ? null : everyMs(value);
  useEffect(() => {
    again();
    if (pauseMs === null) return;
    const timer = setInterval(again, pauseMs);
    return () => clearInterval(timer);
  }, [again, pauseMs]);
  return { value, again };
}
