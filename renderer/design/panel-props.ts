/** Owns what every panel of the inspector is given. */
import type { Org } from "#shared/org/schema.ts";
import type { Selection } from "#renderer/design/selection.ts";
import type { Draft } from "#renderer/state/draft.ts";

export interface PanelProps {
  draft: Draft;
  org: Org;
  onSelect(selection: Selection): void;
  readOnly: boolean;
}
