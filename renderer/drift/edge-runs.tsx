/** Owns the runs of one edge, worst first: how the loss of each comes about, and the messages behind it in order. */
import { Button, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import type { EdgeReport } from "#shared/drift/report.ts";
import type { EdgeRunPage, EdgeRunView, HandoffView } from "#shared/rpc/drift-types.ts";
import { EdgeCodeList, MessageCard } from "#renderer/drift/message-view.tsx";
import { lossWords } from "#renderer/drift/edge-run-view-model.ts";
import { WhatIf } from "#renderer/drift/what-if.tsx";
import { useApp } from "#renderer/state/context.ts";
import { count, figure, REASON_WORDS } from "#renderer/ui/words.ts";

/** How many runs are fetched at once. */
const PAGE = 10;

export interface EdgeRunsProps {
  experimentId: string;
  edge: EdgeReport;
  /** Which run is read, from 0. */
  at: number;
  onAt(at: number): void;
  simulated: boolean;
}

export function EdgeRuns({ experimentId, edge, at: wanted, onAt, simulated }: EdgeRunsProps) {
  const app = useApp();
  const at = Math.min(wanted, Math.max(0, edge.runsFired - 1));
  const offset = Math.floor(at / PAGE) * PAGE;
  const key = `${experimentId}/${edge.arm}/${edge.edgeId}/${offset}`;
  const [read, setRead] = useState<{ key: string; page: EdgeRunPage } | null>(null);
  useEffect(() => {
    if (edge.runsFired === 0) return;
    let current = true;
    const ask = async () => {
      const page = await app.attempt(() =>
        app.lab.call((client) => client.drift.edgeRuns({ id: experimentId, armId: edge.arm, edgeId: edge.edgeId, offset, limit: PAGE })),
      );
      if (current && page) setRead({ key, page });
    };
    void ask();
    return () => {
      current = false;
    };
  }, [app, experimentId, edge.arm, edge.edgeId, edge.runsFired, offset, key]);
  if (edge.runsFired === 0) return <p className="muted">No message was handed over here{edge.runs > 0 ? "" : " yet"}.</p>;
  const page = read?.key === key ? read.page : null;
  const total = page?.total ?? edge.runsFired;
  const run = page?.runs[at - offset];
  const step = (by: number) => {
    const next = at + by;
    if (next >= 0 && next < total) onAt(next);
  };
  return (
    <section className="edge-runs" aria-label="Runs of this edge" data-testid="edge-runs">
      <Group justify="space-between" wrap="nowrap">
        <h3 className="section-title" role="status">
          Run {at + 1} of {count(total)}, most lost first
        </h3>
        <Group gap={4} wrap="nowrap">
          {/* At an end a button says so and stays: one that is switched off would let the focus fall. */}
          <Button
            variant="default"
            data-disabled={at === 0 || undefined}
            aria-disabled={at === 0}
            onClick={() => step(-1)}
            aria-label="Previous run"
          >
            ‹
          </Button>
          <Button
            variant="default"
            data-disabled={at + 1 >= total || undefined}
            aria-disabled={at + 1 >= total}
            onClick={() => step(1)}
            aria-label="Next run"
          >
            ›
          </Button>
        </Group>
      </Group>
      {run ? <Run key={run.runId} run={run} simulated={simulated} /> : <p role="status">Reading the runs…</p>}
    </section>
  );
}

function Run({ run, simulated }: { run: EdgeRunView; simulated: boolean }) {
  const [focus, setFocus] = useState<string | null>(null);
  const single = run.messages.length === 1;
  return (
    <>
      <div>
        <b style={{ fontWeight: 600 }}>{run.taskTitle}</b> <span className="muted">· repeat {run.repeat}</span>
        <p data-testid="run-loss">{lossWords(run)}</p>
      </div>
      <EdgeCodeList codes={run.codes} onFocus={setFocus} />
      {!single && <h4 className="section-title">Its {run.messages.length} messages, in order</h4>}
      {run.messages.map((message, index) => (
        <Message
          key={message.id}
          message={message}
          name={single ? "The message" : `Message ${index + 1} of ${run.messages.length}`}
          first={index === 0}
          alone={single}
          focus={focus}
          simulated={simulated}
        />
      ))}
    </>
  );
}

interface MessageProps {
  message: HandoffView;
  name: string;
  first: boolean;
  /** The run's only one: what became of the constraints in it stands above already. */
  alone: boolean;
  focus: string | null;
  simulated: boolean;
}

/** One message, open or shut; what hangs on it is fetched when it is opened. */
function Message({ message, name, first, alone, focus, simulated }: MessageProps) {
  const [open, setOpen] = useState(first);
  const lost = message.loss === null ? (message.reason ? REASON_WORDS[message.reason] : "–") : `lost ${figure(message.loss)}`;
  return (
    <details className="message" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span>
          {name} · round {message.round}
        </span>
        {!alone && <span title="This message by itself, against what its sender held when it was written">{lost}</span>}
      </summary>
      {open && (
        <div className="message-body">
          <MessageCard text={message.shown} codes={message.codes} focus={focus} listed={!alone} />
          <WhatIf handoff={message} simulated={simulated} />
        </div>
      )}
    </details>
  );
}
