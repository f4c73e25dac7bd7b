/** Owns the panel of one edge: its figures, what repairing it would change, then its runs one by one, worst first. */
import { Button, Group } from "@mantine/core";
import type { RefObject } from "react";
import type { EdgeReport } from "#shared/drift/report.ts";
import type { Handoff } from "#shared/org/schema.ts";
import { BANDS, bandOf } from "#renderer/drift/drift-view-model.ts";
import { EdgeEffect } from "#renderer/drift/edge-effect.tsx";
import { isRounded } from "#renderer/drift/edge-run-view-model.ts";
import { EdgeRuns } from "#renderer/drift/edge-runs.tsx";
import { count, countWords, figure, intervalText, noneSeenWords, plural, REASON_WORDS } from "#renderer/ui/words.ts";
import { relayWords } from "#renderer/canvas/view-model.ts";

export interface EdgePanelProps {
  experimentId: string;
  edge: EdgeReport;
  handoff: Handoff | null;
  selectedAsWorst: boolean;
  /** Of the experiment: how often each task was run. */
  repeats: number;
  simulated: boolean;
  /** Which of its runs is read, from 0. */
  run: number;
  onRun(run: number): void;
  heading: RefObject<HTMLHeadingElement | null>;
  onClose(): void;
}

export function EdgePanel(props: EdgePanelProps) {
  const { experimentId, edge, handoff, selectedAsWorst, repeats, simulated, run, onRun, heading, onClose } = props;
  const { drift, parts, perRun } = edge;
  return (
    <div className="pad">
      <Group justify="space-between" wrap="nowrap" align="start">
        <div style={{ minWidth: 0 }}>
          <h2 className="panel-title" ref={heading} tabIndex={-1}>
            {edge.direction}
          </h2>
          <p className="muted">
            {handoff ? `${handoff.kind} · ${relayWords(handoff.relay)} · ` : ""}fired in {count(edge.runsFired)} of{" "}
            {plural(edge.runs, "run")}, measured in {count(edge.measured)}
          </p>
        </div>
        <Button variant="subtle" color="gray" onClick={onClose} style={{ flexShrink: 0 }}>
          Close
        </Button>
      </Group>
      {selectedAsWorst && (
        <p className="muted" style={{ fontSize: 12 }}>
          This edge ranks first: a figure picked for being the largest tends to be smaller when measured again.
        </p>
      )}
      <div className="kpi">
        <div>
          <b
            data-testid="edge-drift"
            style={drift.mean !== null && bandOf(drift.mean) !== BANDS[0] ? { color: bandOf(drift.mean).color } : undefined}
          >
            {figure(drift.mean)}
          </b>
          <span>{drift.mean === null && drift.reason ? REASON_WORDS[drift.reason] : "loss, 0 to 3"}</span>
        </div>
        <div>
          <b style={{ fontSize: 14, lineHeight: "25px" }}>{intervalText(drift)}</b>
          <span>95 %, {plural(drift.tasks, "task")}</span>
        </div>
        <div>
          <b>{figure(edge.perRun.mean)}</b>
          <span>{perRun.mean === null && perRun.reason ? REASON_WORDS[perRun.reason] : "per run, 0 where it did not fire"}</span>
        </div>
      </div>
      {perRun.mean === null ? (
        edge.runsFired > 0 && <p className="muted">No loss per run: less than half of the runs in which it fired could be measured.</p>
      ) : (
        <p className="muted" style={{ fontSize: 12 }}>
          Per run: {intervalText(perRun)} · {countWords(perRun)}
        </p>
      )}
      {drift.interval?.oneSided && <p className="muted">{noneSeenWords(drift.interval, "firing runs")}</p>}
      {drift.flags.includes("few-tasks") && <p className="muted">Few tasks: read the interval with care.</p>}
      {parts && drift.mean !== null && drift.mean > 0 && (
        <div>
          <p className="muted" style={{ fontSize: 12, marginBottom: 4 }}>
            dropped {figure(parts.omitted)} · weakened {figure(parts.weakened)} · contradicted {figure(parts.contradicted)}
            {isRounded([parts.omitted, parts.weakened, parts.contradicted], drift.mean) ? " · rounded" : ""}
          </p>
          <div
            className="bar"
            role="img"
            aria-label={`dropped ${figure(parts.omitted)}, weakened ${figure(parts.weakened)}, contradicted ${figure(parts.contradicted)}`}
          >
            <div style={{ width: `${(100 * parts.omitted) / drift.mean}%`, background: "var(--d2)" }} />
            <div style={{ width: `${(100 * parts.weakened) / drift.mean}%`, background: "var(--d1)" }} />
            <div style={{ width: `${(100 * parts.contradicted) / drift.mean}%`, background: "var(--d3)" }} />
          </div>
        </div>
      )}
      {(edge.nothingToLose > 0 || edge.nothingToCarry > 0 || edge.introduced > 0) && (
        <p className="muted" style={{ fontSize: 12 }}>
          {[
            edge.nothingToLose > 0 ? `nothing to lose in ${plural(edge.nothingToLose, "run")}` : "",
            edge.nothingToCarry > 0 ? `nothing to carry in ${plural(edge.nothingToCarry, "run")}` : "",
            edge.introduced > 0 ? `${plural(edge.introduced, "contradiction")} introduced here` : "",
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      )}
      <hr className="hr" />
      <EdgeEffect experimentId={experimentId} edge={edge} repeats={repeats} />
      <hr className="hr" />
      <EdgeRuns experimentId={experimentId} edge={edge} at={run} onAt={onRun} simulated={simulated} />
    </div>
  );
}
