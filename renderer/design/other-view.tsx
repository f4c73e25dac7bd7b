/** Owns which view of a design stands in the place of the canvas. */
import { GenerateView } from "#renderer/design/generate/generate-view.tsx";
import { Inspector } from "#renderer/design/inspector.tsx";
import { MatrixView } from "#renderer/design/matrix-view/matrix-view.tsx";
import type { PanelProps } from "#renderer/design/panel-props.ts";
import type { Selection } from "#renderer/design/selection.ts";
import { TableView } from "#renderer/design/table/table-view.tsx";
import { VersionsView } from "#renderer/design/versions/versions-view.tsx";
import type { DesignView } from "#renderer/design/views.ts";

export function OtherView({ view, ...props }: PanelProps & { view: Exclude<DesignView, "canvas">; selection: Selection }) {
  if (view === "versions") return <VersionsView draft={props.draft} org={props.org} readOnly={props.readOnly} />;
  if (view === "generate") return <GenerateView readOnly={props.readOnly} />;
  return (
    <div className="design" style={{ gridTemplateColumns: "minmax(0, 1fr) 340px" }}>
      {view === "table" ? <TableView {...props} /> : <MatrixView {...props} />}
      <Inspector {...props} />
    </div>
  );
}
