/** Owns how components reach the app's stores. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { App, AppState } from "#renderer/state/app.ts";
import type { Draft, DraftState } from "#renderer/state/draft.ts";

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("no app around this component");
  return app;
}

export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, select);
}

/** A part of a draft's state. */
export function useDraftState<T>(draft: Draft, select: (state: DraftState) => T): T {
  return useStore(draft.store, select);
}
