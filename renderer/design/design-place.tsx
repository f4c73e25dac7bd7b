/** Owns the design place: palette, canvas, inspector, problems, and their keys. */
import { Button } from "@mantine/core";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { orgProblems } from "#shared/org/problems.ts";
import type { Org } from "#shared/org/schema.ts";
import type { Problem } from "#shared/problem.ts";
import { DesignCanvas } from "#renderer/design/design-canvas.tsx";
import { addAgent, duplicate, type Point, type RoleOffer } from "#renderer/design/edits.ts";
import { Inspector } from "#renderer/design/inspector.tsx";
import { OrgBar } from "#renderer/design/org-bar.tsx";
import { Palette } from "#renderer/design/palette.tsx";
import { ProblemsPanel } from "#renderer/design/problems-panel.tsx";
import { OtherView } from "#renderer/design/other-view.tsx";
import { NOTHING, type Selection } from "#renderer/design/selection.ts";
import { type DesignView, ViewSwitch } from "#renderer/design/view-switch.tsx";
import { useApp, useAppState, useDraftState } from "#renderer/state/context.ts";
import type { Draft } from "#renderer/state/draft.ts";

export function DesignPlace() {
  const app = useApp();
  const draft = useAppState((state) => state.draft);
  const readOnly = useAppState((state) => state.info?.readOnly ?? false);
  if (!draft)
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
      <OpenDesign draft={draft} readOnly={readOnly} />
    </ReactFlowProvider>
  );
}

function OpenDesign({ draft, readOnly }: { draft: Draft; readOnly: boolean }) {
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
  return <Design draft={draft} org={org} readOnly={readOnly} />;
}

function Design({ draft, org, readOnly }: { draft: Draft; org: Org; readOnly: boolean }) {
  const flow = useReactFlow();
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [view, setView] = useState<DesignView>("canvas");
  const [highlight, setHighlight] = useState<readonly string[]>([]);
  const problems = useMemo(() => orgProblems(org), [org]);
  const select = useCallback((next: Selection) => {
    setSelection(next);
    setHighlight([]);
  }, []);

  const add = useCallback(
    (offer: RoleOffer, at: Point | null) => {
      const rightmost = Math.max(-220, ...org.agents.map((agent) => agent.position.x));
      const { edit, agent } = addAgent(org, offer, at ?? { x: rightmost + 320, y: org.agents[0]?.position.y ?? 0 });
      draft.edit(edit);
      select({ agents: [agent.id], handoffs: [] });
      if (!at) setTimeout(() => void flow.fitView({ padding: 0.18, maxZoom: 1.1, duration: 200 }), 50);
    },
    [draft, flow, org, select],
  );

  const show = (problem: Problem) => {
    setHighlight(problem.ids);
    const agents = problem.ids.filter((id) => org.agents.some((agent) => agent.id === id));
    const handoffs = problem.ids.filter((id) => org.handoffs.some((handoff) => handoff.id === id));
    if (agents.length + handoffs.length === 1) setSelection({ agents, handoffs });
    if (agents.length > 0) void flow.fitView({ nodes: agents.map((id) => ({ id })), maxZoom: 1, duration: 250, padding: 0.6 });
  };

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      // A focused text field keeps its own keys.
      if (target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true]")) return;
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      const handled = () => event.preventDefault();
      if (command && key === "z" && !readOnly) {
        handled();
        if (event.shiftKey) draft.redo();
        else draft.undo();
      } else if (command && key === "y" && !readOnly) {
        handled();
        draft.redo();
      } else if (command && key === "d" && !readOnly && selection.agents.length > 0) {
        handled();
        const copy = duplicate(org, selection.agents);
        draft.edit(copy.edit);
        select({ agents: copy.agents, handoffs: [] });
      } else if (command && key === "a") {
        handled();
        select({ agents: org.agents.map((agent) => agent.id), handoffs: org.handoffs.map((handoff) => handoff.id) });
      } else if (!command && key === "1") {
        handled();
        void flow.fitView({ padding: 0.18, maxZoom: 1.1, duration: 200 });
      } else if (key === "escape") select(NOTHING);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [draft, flow, org, readOnly, select, selection]);

  const bar = (
    <OrgBar draft={draft} org={org} readOnly={readOnly}>
      <ViewSwitch view={view} onView={setView} />
    </OrgBar>
  );
  if (view !== "canvas")
    return (
      <div className="design" style={{ gridTemplateColumns: "minmax(0, 1fr)" }}>
        {bar}
        <OtherView view={view} draft={draft} org={org} selection={selection} onSelect={select} readOnly={readOnly} />
      </div>
    );
  return (
    <div className="design">
      {bar}
      <Palette onAdd={add} disabled={readOnly} />
      <div style={{ position: "relative", minWidth: 0 }}>
        <DesignCanvas
          draft={draft}
          org={org}
          problems={problems}
          highlight={highlight}
          selection={selection}
          onSelect={select}
          readOnly={readOnly}
        />
        <ProblemsPanel problems={problems} onShow={show} />
      </div>
      <Inspector draft={draft} org={org} selection={selection} onSelect={select} readOnly={readOnly} />
    </div>
  );
}
