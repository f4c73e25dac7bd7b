/** Owns the ways to look at one design, and the switch between them in the top bar. */
import { SegmentedControl } from "@mantine/core";

export const DESIGN_VIEWS = ["canvas", "table", "matrix", "versions", "generate"] as const;
export type DesignView = (typeof DESIGN_VIEWS)[number];

const NAMES: Record<DesignView, string> = {
  canvas: "Canvas",
  table: "Table",
  matrix: "Matrix",
  versions: "Versions",
  generate: "Generate",
};

export function ViewSwitch({ view, onView }: { view: DesignView; onView(view: DesignView): void }) {
  return (
    <SegmentedControl
      aria-label="View of the design"
      value={view}
      onChange={(next) => onView(next as DesignView)}
      data={DESIGN_VIEWS.map((each) => ({ value: each, label: NAMES[each] }))}
    />
  );
}
