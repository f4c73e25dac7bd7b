/** Owns the drift place: map or table, one edge's messages, org against solo. */
import { Button, Menu, SegmentedControl, Select } from "@mantine/core";
import { useCallback, useMemo } from "react";
import { DriftMap } from "#renderer/drift/drift-map.tsx";
import { DriftTable } from "#renderer/drift/drift-table.tsx";
import { worstEdge } from "#renderer/drift/drift-view-model.ts";
import { EdgePanel } from "#renderer/drift/edge-panel.tsx";
import { Explained } from "#renderer/drift/explained.tsx";
import { OrgAgainstSolo } from "#renderer/drift/org-against-solo.tsx";
import { OverviewPanel } from "#renderer/drift/overview-panel.tsx";
import { useDrift } from "#renderer/drift/use-drift.ts";
import { useEdgeFocus } from "#renderer/drift/use-edge-focus.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { FIRST_LOOK } from "#renderer/state/drift-view.ts";
import { useExperiment } from "#renderer/state/use-experiment.ts";
import { ArmChoice } from "#renderer/ui/arm-choice.tsx";
import { BadgeTag } from "#renderer/ui/badge.tsx";
import { saveFile } from "#renderer/ui/files.ts";
import { TopBar } from "#renderer/ui/topbar.tsx";
import { count, dollars, plural, timeOf } from "#renderer/ui/words.ts";

import "#renderer/drift/drift.css";

const NO_AGENTS = {};

export function DriftPlace() {
  const app = useApp();
  const id = useAppState((state) => state.experimentId);
  const experiments = useAppState((state) => state.experiments);
  const openOrg = useAppState((state) => state.draft?.store.getState().orgId ?? null);
  const { view } = useExperiment(id);
  const { answer, problem } = useDrift(id, view ? view.counts.done : -1);
  const look = useAppState((state) => (id === null ? undefined : state.driftViews[id])) ?? FIRST_LOOK;
  const { edge: edgeId, as } = look;
  const { heading, leaving } = useEdgeFocus(id, edgeId);
  const setEdge = useCallback(
    (next: string | null) => {
      if (next !== null) leaving();
      app.lookAtDrift({ edge: next });
    },
    [app, leaving],
  );

  const orgArms = answer?.report.arms.filter((arm) => arm.kind === "org") ?? [];
  const arm = orgArms.find((each) => each.id === look.arm) ?? orgArms[0];
  const design = arm && answer ? answer.designs[arm.id] : undefined;
  // The same list for the same report: another one would have the whole map measured and drawn anew.
  const edges = useMemo(() => answer?.report.edges.filter((edge) => edge.arm === arm?.id) ?? [], [answer, arm?.id]);
  const edge = edges.find((each) => each.edgeId === edgeId);
  const total = view ? view.counts.done + view.counts.failed + view.counts.stopped + view.counts.waiting : 0;

  const save = (what: "report" | "tables") =>
    void app.attempt(async () => {
      if (!id) return;
      if (what === "report") {
        const file = await app.lab.call((client) => client.drift.exportReport({ id }));
        saveFile(file.fileName, file.text);
      } else for (const file of await app.lab.call((client) => client.drift.exportTables({ id }))) saveFile(file.fileName, file.text);
    });

  const bar = (
    <TopBar>
      {experiments.length > 0 && (
        <Select
          aria-label="Experiment"
          data={experiments
            .filter((each) => !each.archived || each.id === id)
            .map((each) => ({ value: each.id, label: `${timeOf(each.createdAtMs)} · ${each.name}` }))}
          value={id}
          onChange={(value) => value && app.openExperiment(value)}
          allowDeselect={false}
          comboboxProps={{ width: "max-content", position: "bottom-start" }}
          style={{ flex: "1 1 320px", minWidth: 160, maxWidth: 420 }}
        />
      )}
      {answer && (
        <>
          <Explained
            className="tag"
            words={`What is compared, on which tasks and how often, was fixed before the first run and cannot be changed since. Its fingerprint: ${answer.summary.planHash.slice(0, 16)}…`}
          >
            plan {answer.summary.planHash.slice(0, 6)} locked
          </Explained>
          <BadgeTag badge={answer.report.badge} />
        </>
      )}
      <div className="spacer" />
      {view && answer && (
        <span className="muted num figures-of-run">
          {plural(answer.summary.tasks, "task")} × {plural(answer.summary.repeats, "repeat")} · {count(view.counts.done)} of{" "}
          {plural(total, "cell")} · {dollars(view.costUsd)}
        </span>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" disabled={!answer} style={{ flexShrink: 0 }}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => save("report")}>Report (JSON)</Menu.Item>
          <Menu.Item onClick={() => save("tables")}>Tables (CSV)</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {view?.running ? (
        <Button onClick={() => app.go("experiment")}>Watch it run</Button>
      ) : id ? (
        <Button onClick={() => void app.newExperimentLike(id)} style={{ flexShrink: 0 }}>
          New experiment like this
        </Button>
      ) : null}
    </TopBar>
  );

  if (!id || problem || (answer && (!arm || !design)))
    return (
      <>
        {bar}
        <div className="empty">
          <div>
            <p style={{ fontSize: 15, fontWeight: 600, color: "var(--ink)" }}>{problem ?? "There is no experiment to look at yet"}</p>
            <p>Run one, and every handoff of the org is measured here.</p>
            <Button onClick={() => app.newExperiment(openOrg ? [openOrg] : [])}>Run an experiment</Button>
          </div>
        </div>
      </>
    );
  if (!answer || !arm || !design)
    return (
      <>
        {bar}
        <div className="empty">
          <div role="status">Measuring…</div>
        </div>
      </>
    );
  return (
    <div className="drift">
      {bar}
      <section className="drift-stage" aria-label="Drift">
        <div className="canvas-tools" data-over-stage="">
          <SegmentedControl
            aria-label="Show as"
            data={[
              { value: "map", label: "Map" },
              { value: "table", label: "Table" },
            ]}
            value={as}
            onChange={(value) => app.lookAtDrift({ as: value as "map" | "table" })}
          />
          {orgArms.length > 1 && <ArmChoice arms={orgArms} value={arm.id} onChange={(value) => app.lookAtDrift({ arm: value })} />}
        </div>
        {view && view.counts.done < total && (
          <div className="banner" data-over-stage="" role="status" style={{ top: orgArms.length > 1 ? 56 : 12 }}>
            {view.running ? "Still running" : "Unfinished"}: {count(view.counts.done)} of {plural(total, "cell")}. Every figure may still
            move.
          </div>
        )}
        {as === "map" ? (
          <DriftMap
            designKey={`${id}/${arm.id}`}
            design={design}
            agents={answer.agents[arm.id] ?? NO_AGENTS}
            edges={edges}
            selected={edgeId}
            onEdge={setEdge}
          />
        ) : (
          <DriftTable edges={edges} selected={edgeId} onEdge={setEdge} />
        )}
      </section>
      <aside className="side right" aria-label={edge ? "Edge" : "Overview"}>
        {edge ? (
          <EdgePanel
            experimentId={id}
            edge={edge}
            handoff={design.handoffs.find((each) => each.id === edge.edgeId) ?? null}
            selectedAsWorst={edge.edgeId === worstEdge(edges)?.edgeId}
            repeats={answer.summary.repeats}
            simulated={answer.summary.badge === "simulated"}
            run={look.run}
            onRun={(run) => app.lookAtDrift({ run })}
            heading={heading}
            onClose={() => setEdge(null)}
          />
        ) : (
          <OverviewPanel
            report={answer.report}
            armId={arm.id}
            design={design}
            running={view?.running ?? false}
            onEdge={setEdge}
            onTable={() => app.lookAtDrift({ as: "table" })}
          />
        )}
      </aside>
      <OrgAgainstSolo
        comparisons={answer.report.comparisons.filter((each) => each.org === arm.id)}
        arms={answer.report.arms}
        open={look.strip}
        onOpen={(strip) => app.lookAtDrift({ strip })}
      />
    </div>
  );
}
