/** Owns the names of the ways to look at one design. */

export const DESIGN_VIEWS = ["canvas", "table", "matrix", "versions", "generate"] as const;
export type DesignView = (typeof DESIGN_VIEWS)[number];

export const VIEW_NAMES: Record<DesignView, string> = {
  canvas: "Canvas",
  table: "Table",
  matrix: "Matrix",
  versions: "Versions",
  generate: "Generate",
};
