/** Owns what is selected on the design canvas; never part of history. */
export interface Selection {
  agents: string[];
  handoffs: string[];
}

export const NOTHING: Selection = { agents: [], handoffs: [] };

export function sameSelection(a: Selection, b: Selection): boolean {
  return a.agents.join("\n") === b.agents.join("\n") && a.handoffs.join("\n") === b.handoffs.join("\n");
}
