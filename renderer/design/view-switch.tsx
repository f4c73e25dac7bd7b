/** Owns the switch between the ways to look at one design, in the top bar. */
import { SegmentedControl } from "@mantine/core";
import { DESIGN_VIEWS, type DesignView, VIEW_NAMES } from "#renderer/design/views.ts";

export function ViewSwitch({ view, onView }: { view: DesignView; onView(view: DesignView): void }) {
  return (
    <SegmentedControl
      aria-label="View of the design"
      value={view}
      onChange={(next) => onView(next as DesignView)}
      data={DESIGN_VIEWS.map((each) => ({ value: each, label: VIEW_NAMES[each] }))}
    />
  );
}
