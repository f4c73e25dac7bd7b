/** Owns how one looks at an experiment's drift: kept for each experiment while the app is open, wherever one goes meanwhile. Pure. */

export interface DriftView {
  /** Null: the first org. */
  arm: string | null;
  as: "map" | "table";
  edge: string | null;
  /** Which of the edge's runs is read, from 0. */
  run: number;
  /** Whether the strip below is unfolded. */
  strip: boolean;
}

export const FIRST_LOOK: DriftView = { arm: null, as: "map", edge: null, run: 0, strip: true };

export type DriftViews = Readonly<Record<string, DriftView>>;

/** Another org has other edges, another edge other runs: what belonged to the one before is let go. */
export function changedView(views: DriftViews, experimentId: string, change: Partial<DriftView>): DriftViews {
  const before = views[experimentId] ?? FIRST_LOOK;
  const after = { ...before, ...change };
  if (after.arm !== before.arm && change.edge === undefined) after.edge = null;
  if (after.edge !== before.edge && change.run === undefined) after.run = 0;
  return { ...views, [experimentId]: after };
}
