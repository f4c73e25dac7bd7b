/** Owns the design place: palette, canvas, inspector, problems, questions, what is said aloud. */
import { Button } from "@mantine/core";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useMemo } from "react";
import { useStore } from "zustand";
import { orgProblems } from "#shared/org/problems.ts";
import type { Org } from "#shared/org/schema.ts";
import { CanvasTools } from "#renderer/design/canvas-tools.tsx";
import { listenToClipboard } from "#renderer/design/clipboard.ts";
import { DesignCanvas } from "#renderer/design/design-canvas.tsx";
import { DesignDesk } from "#renderer/design/desk.ts";
import type { Point, RoleOffer } from "#renderer/design/edits.ts";
import { Inspector } from "#renderer/design/inspector.tsx";
import { OrgBar } from "#renderer/design/org-bar.tsx";
import { Palette } from "#renderer/design/palette.tsx";
import { ProblemsPanel } from "#renderer/design/problems-panel.tsx";
import { OtherView } from "#renderer/design/other-view.tsx";
import { Questions } from "#renderer/design/questions.tsx";
import { type Selection, stillThere } from "#renderer/design/selection.ts";
import { ViewSwitch } from "#renderer/design/view-switch.tsx";
import { useApp, useAppState, useDraftState } from "#renderer/state/context.ts";
import type { Draft } from "#renderer/state/draft.ts";

/** `onDesk` hears which design is open, so that commands can work on it; null when none is. */
export function DesignPlace({ onDesk }: { onDesk(desk: DesignDesk | null): void }) {
  const app = useApp();
  const draft = useAppState((state) => state.draft);
  const readOnly = useAppState((state) => state.info?.readOnly ?? false);
  const desk = useMemo(() => (draft ? new DesignDesk(app, draft) : null), [app, draft]);
  useEffect(() => {
    onDesk(desk);
    const stop = desk && listenToClipboard(desk);
    return () => {
      stop?.();
      desk?.stopLayout();
      onDesk(null);
    };
  }, [desk, onDesk]);
  if (!draft || !desk)
    return (
      <>
        <OrgBar draft={null} org={null} readOnly={readOnly} />
        <div className="empty">
          <div>
            <p>There is no org yet.</p>
            <Button disabled={readOnly} onClick={() => void app.createOrg({ preset: "chain-3" })}>
              Start with the sample org
            </Button>
          </div>
        </div>
      </>
    );
  return (
    <ReactFlowProvider key={draft.store.getState().orgId}>
      <OpenDesign desk={desk} draft={draft} readOnly={readOnly} />
    </ReactFlowProvider>
  );
}

function OpenDesign({ desk, draft, readOnly }: { desk: DesignDesk; draft: Draft; readOnly: boolean }) {
  const app = useApp();
  const org = useDraftState(draft, (state) => state.org);
  const gone = useDraftState(draft, (state) => state.gone);
  const refused = useDraftState(draft, (state) => state.refused);
  useEffect(() => {
    if (refused) app.toast("error", refused);
  }, [app, refused]);
  if (gone)
    return (
      <>
        <OrgBar draft={null} org={null} readOnly={readOnly} />
        <div className="empty">This org is no longer there. Open another from the menu above.</div>
      </>
    );
  if (!org)
    return (
      <div className="empty">
        <div role="status">Opening…</div>
      </div>
    );
  return <Design desk={desk} draft={draft} org={org} readOnly={readOnly} />;
}

function Design({ desk, draft, org, readOnly }: { desk: DesignDesk; draft: Draft; org: Org; readOnly: boolean }) {
  const flow = useReactFlow();
  const view = useStore(desk.store, (state) => state.shows);
  const selection = useStore(desk.store, (state) => state.selection);
  const problems = useMemo(() => orgProblems(org), [org]);
  const select = useCallback((next: Selection) => desk.select(next), [desk]);
  // Others, or an undo, may have taken away what is selected: it is not to come back selected by itself.
  useEffect(() => {
    const there = stillThere(desk.store.getState().selection, org);
    desk.store.setState(({ selection: now }) =>
      (["agents", "handoffs", "notes"] as const).some((kind) => (now[kind]?.length ?? 0) !== (there[kind]?.length ?? 0))
        ? { selection: there }
        : {},
    );
  }, [desk, org]);

  /** A role dropped on a handoff goes into it. */
  const add = useCallback(
    (offer: RoleOffer, at: Point | null) => {
      if (!at) return desk.add(offer, null);
      const under = document.elementsFromPoint(at.x, at.y);
      const edge = under.map((each) => each.closest<HTMLElement>(".react-flow__edge, .edge-label")).find((each) => each !== null);
      const place = flow.screenToFlowPosition({ x: at.x - 90, y: at.y - 40 });
      const handoffId = edge?.dataset["id"];
      if (handoffId) desk.insert(handoffId, offer, place);
      else desk.add(offer, place);
    },
    [desk, flow],
  );

  const bar = (
    <OrgBar draft={draft} org={org} readOnly={readOnly}>
      <ViewSwitch view={view} onView={(shows) => desk.store.setState({ shows })} />
    </OrgBar>
  );
  if (view !== "canvas")
    return (
      <div className="design" style={{ gridTemplateColumns: "minmax(0, 1fr)" }}>
        {bar}
        <OtherView view={view} draft={draft} org={org} selection={selection} onSelect={select} readOnly={readOnly} />
        <Said draft={draft} />
      </div>
    );
  return (
    <div className="design">
      {bar}
      <Palette onAdd={add} disabled={readOnly} />
      <div style={{ position: "relative", minWidth: 0 }}>
        <DesignCanvas desk={desk} org={org} problems={problems} readOnly={readOnly} />
        <CanvasTools desk={desk} org={org} readOnly={readOnly} />
        <ProblemsPanel problems={problems} onShow={(problem) => desk.point(problem.ids)} />
      </div>
      <Inspector draft={draft} org={org} selection={selection} onSelect={select} readOnly={readOnly} />
      <Questions desk={desk} />
      <Said draft={draft} />
    </div>
  );
}

/** What a screen reader hears of each change. The same twice must differ to be heard twice. */
function Said({ draft }: { draft: Draft }) {
  const said = useDraftState(draft, (state) => state.said);
  return (
    <div className="unseen" aria-live="polite" data-testid="said">
      {said.text}
      {said.count % 2 === 0 ? "" : "\u00a0"}
    </div>
  );
}
