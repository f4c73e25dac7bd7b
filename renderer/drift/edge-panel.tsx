/** Owns the panel of one edge: its figures, then its handoffs one by one, worst first. */
import { Button, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import type { EdgeReport } from "#shared/drift/report.ts";
import type { HandoffPage } from "#shared/rpc/types.ts";
import type { Handoff } from "#shared/org/schema.ts";
import { BANDS, bandOf, firingWords } from "#renderer/drift/drift-view-model.ts";
import { EdgeEffect } from "#renderer/drift/edge-effect.tsx";
import { MessageCard } from "#renderer/drift/message-view.tsx";
import { WhatIf } from "#renderer/drift/what-if.tsx";
import { useApp } from "#renderer/state/context.ts";
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
  onClose(): void;
}

export function EdgePanel({ experimentId, edge, handoff, selectedAsWorst, repeats, simulated, onClose }: EdgePanelProps) {
  const { drift, parts, perRun } = edge;
  return (
    <div className="pad">
      <Group justify="space-between" wrap="nowrap" align="start">
        <div>
          <h2 className="panel-title">{edge.direction}</h2>
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
            omitted {figure(parts.omitted)} · weakened {figure(parts.weakened)} · contradicted {figure(parts.contradicted)}
          </p>
          <div
            className="bar"
            role="img"
            aria-label={`omitted ${figure(parts.omitted)}, weakened ${figure(parts.weakened)}, contradicted ${figure(parts.contradicted)}`}
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
      <Handoffs experimentId={experimentId} edge={edge} firing={firingWords(edge)} simulated={simulated} />
    </div>
  );
}

/** How many handoffs are fetched at once. */
const PAGE = 20;

function Handoffs({
  experimentId,
  edge,
  firing,
  simulated,
}: {
  experimentId: string;
  edge: EdgeReport;
  firing: string;
  simulated: boolean;
}) {
  const app = useApp();
  const [at, setAt] = useState(0);
  const [page, setPage] = useState<HandoffPage | null>(null);
  const key = `${experimentId}/${edge.arm}/${edge.edgeId}`;
  const [shownKey, setShownKey] = useState(key);
  if (shownKey !== key) {
    setShownKey(key);
    setAt(0);
    setPage(null);
  }
  const offset = Math.floor(at / PAGE) * PAGE;
  useEffect(() => {
    if (edge.handoffs === 0) return;
    let current = true;
    const read = async () => {
      const next = await app.attempt(() =>
        app.lab.call((client) => client.drift.handoffs({ id: experimentId, armId: edge.arm, edgeId: edge.edgeId, offset, limit: PAGE })),
      );
      if (current && next) setPage(next);
    };
    void read();
    return () => {
      current = false;
    };
  }, [app, experimentId, edge.arm, edge.edgeId, edge.handoffs, offset]);
  if (!page && edge.handoffs > 0) return <p role="status">Reading the handoffs…</p>;
  if (!page || page.total === 0) return <p className="muted">No message was handed over here{firing ? "" : " yet"}.</p>;
  const handoff = page.handoffs[at - page.offset];
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 10 }} data-testid="handoffs">
      <Group justify="space-between" wrap="nowrap">
        <h3 className="section-title">
          Handoff {at + 1} of {count(page.total)}, most lost first
        </h3>
        <Group gap={4} wrap="nowrap">
          <Button variant="default" disabled={at === 0} onClick={() => setAt(at - 1)} aria-label="Previous handoff">
            ‹
          </Button>
          <Button variant="default" disabled={at + 1 >= page.total} onClick={() => setAt(at + 1)} aria-label="Next handoff">
            ›
          </Button>
        </Group>
      </Group>
      {handoff ? (
        <>
          <MessageCard
            head={[
              `${handoff.taskTitle} · repeat ${handoff.repeat} · round ${handoff.round}`,
              handoff.loss === null ? (handoff.reason ? REASON_WORDS[handoff.reason] : "–") : `lost ${figure(handoff.loss)}`,
            ]}
            text={handoff.shown}
            codes={handoff.codes}
          />
          <WhatIf key={`${handoff.runId}/${handoff.id}`} handoff={handoff} simulated={simulated} />
        </>
      ) : (
        <p role="status">Reading…</p>
      )}
    </div>
  );
}
