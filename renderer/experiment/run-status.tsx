/** Owns the lines about a run: what it has spent against its caps, requests in flight, what waits, what was tried again. */
import { Group } from "@mantine/core";
import type { ExperimentDetail, ExperimentView } from "#shared/rpc/experiment-types.ts";
import { connectionName } from "#shared/run/connection.ts";
import { count, dollars, plural, tokens } from "#renderer/ui/words.ts";

export function RunStatus({ detail, view }: { detail: ExperimentDetail; view: ExperimentView }) {
  const { counts, caps } = view;
  const total = counts.done + counts.failed + counts.stopped + counts.waiting;
  return (
    <>
      <Group gap="md" className="muted num" style={{ fontSize: 12 }}>
        <span data-testid="progress">
          {count(counts.done)} of {plural(total, "cell")} done{counts.failed > 0 ? `, ${count(counts.failed)} failed` : ""}
        </span>
        <span data-testid="tokens">
          {caps.outputTokens === null
            ? tokens(view.outputTokens, "output token")
            : `${count(caps.outputTokens.used)} of ${count(caps.outputTokens.cap)} output tokens (cap)`}
        </span>
        <span data-testid="dollars">
          {caps.usd === null ? dollars(view.costUsd) : `${dollars(caps.usd.used)} of $${caps.usd.cap.toFixed(2)} (cap)`}
        </span>
        <span>{connectionName(detail.plan.connection)}</span>
        <span>seed {detail.plan.seed}</span>
      </Group>
      {view.running && (
        <div className="live-status muted num" data-testid="live-status">
          <span>
            {plural(view.queue.active, "cell")} under way, {count(view.queue.waiting)} waiting over all experiments
          </span>
          <PaceWords view={view} />
          {view.retries > 0 && (
            <span>
              {plural(view.retries, "retry", "retries")}
              {view.lastRetry ? `, the last because of: ${view.lastRetry}` : ""}
            </span>
          )}
        </div>
      )}
    </>
  );
}

/** Requests in flight, how many the connection takes now, and how often it was cut. */
function PaceWords({ view: { pace } }: { view: ExperimentView }) {
  if (!pace) return null;
  return (
    <>
      <span>
        {plural(pace.inFlight, "request")} in flight, {count(pace.limit)} at most now
        {pace.waiting > 0 ? `, ${count(pace.waiting)} waiting for their turn` : ""}
      </span>
      {pace.cuts > 0 && <span>slowed down {plural(pace.cuts, "time")} as the server said “too many”</span>}
      {pace.heldSeconds !== null && <span>waits {count(pace.heldSeconds)} s, as the server asked</span>}
    </>
  );
}
