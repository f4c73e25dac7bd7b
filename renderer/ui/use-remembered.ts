/** Owns small choices about how the interface stands, kept on this machine and shared by all that ask for the same. */
import { useSyncExternalStore } from "react";

const PREFIX = "driftlab.stands.";
const listeners = new Set<() => void>();

export function remembered(name: string, usual: boolean): boolean {
  try {
    const kept = localStorage.getItem(PREFIX + name);
    return kept === null ? usual : kept === "yes";
  } catch {
    return forgotten.get(name) ?? usual;
  }
}

/** A browser that forbids storage forgets with the page. */
const forgotten = new Map<string, boolean>();

export function remember(name: string, value: boolean): void {
  forgotten.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, value ? "yes" : "no");
  } catch {
    // It is held in memory above.
  }
  for (const each of listeners) each();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useRemembered(name: string, usual: boolean): [boolean, (value: boolean) => void] {
  const value = useSyncExternalStore(listen, () => remembered(name, usual));
  return [value, (next) => remember(name, next)];
}
