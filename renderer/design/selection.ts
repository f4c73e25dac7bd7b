/** Owns what is selected on the design canvas; never part of history. */
import type { Org } from "#shared/org/schema.ts";

export interface Selection {
  agents: string[];
  handoffs: string[];
  /** Notes on the canvas; none where it does not say. */
  notes?: string[];
}

export const NOTHING: Selection = { agents: [], handoffs: [] };

export function sameSelection(a: Selection, b: Selection): boolean {
  return (["agents", "handoffs", "notes"] as const).every((kind) => (a[kind] ?? []).join("\n") === (b[kind] ?? []).join("\n"));
}

/** What of a selection is still in the design. */
export function stillThere(selection: Selection, org: Org): Selection {
  const among = (ids: readonly string[] | undefined, items: readonly { id: string }[]) =>
    (ids ?? []).filter((id) => items.some((item) => item.id === id));
  return {
    agents: among(selection.agents, org.agents),
    handoffs: among(selection.handoffs, org.handoffs),
    notes: among(selection.notes, org.notes),
  };
}
