/** Owns the head of an open experiment: progress, spend, retries, stop and go on, archive and delete. */
import { Button, Group, Modal, Progress, Text } from "@mantine/core";
import { useState } from "react";
import type { ExperimentDetail, ExperimentView } from "#shared/rpc/types.ts";
import { connectionName } from "#shared/run/connection.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { BadgeTag } from "#renderer/ui/badge.tsx";
import { count, dollars, plural } from "#renderer/ui/words.ts";

export function RunHead({ detail, view }: { detail: ExperimentDetail; view: ExperimentView }) {
  const app = useApp();
  const readOnly = useAppState((state) => state.info?.readOnly ?? false);
  const archived = useAppState((state) => state.experiments.find((each) => each.id === view.id)?.archived ?? false);
  const [confirming, setConfirming] = useState(false);
  const [busy, setBusy] = useState(false);
  const { counts } = view;
  const total = counts.done + counts.failed + counts.stopped + counts.waiting;
  const missing = total - counts.done;
  const act = (run: () => Promise<unknown>) =>
    void app.attempt(async () => {
      setBusy(true);
      try {
        await run();
        await app.loadExperiments();
      } finally {
        setBusy(false);
      }
    });
  return (
    <div className="experiment-head">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" style={{ minWidth: 0 }}>
          <h2 className="panel-title">{view.name}</h2>
          <span className="tag" title={`Plan ${detail.summary.planHash}`}>
            plan {detail.summary.planHash.slice(0, 6)} locked
          </span>
          <BadgeTag badge={view.badge} />
        </Group>
        <Group gap="xs" wrap="nowrap">
          {view.running ? (
            <Button
              color="red"
              variant="light"
              loading={busy}
              onClick={() => act(() => app.lab.call((client) => client.experiments.stop({ id: view.id })))}
            >
              Stop
            </Button>
          ) : (
            missing > 0 && (
              <Button
                disabled={readOnly}
                loading={busy}
                onClick={() => act(() => app.lab.call((client) => client.experiments.resume({ id: view.id, caps: null })))}
              >
                Run what is missing
              </Button>
            )
          )}
          <Button
            variant={counts.done > 0 && !view.running ? "filled" : "default"}
            disabled={counts.done === 0}
            onClick={() => app.go("drift")}
          >
            See the drift
          </Button>
          <Button
            variant="default"
            disabled={readOnly}
            onClick={() => act(() => app.lab.call((client) => client.experiments.archive({ id: view.id, archived: !archived })))}
          >
            {archived ? "Restore" : "Archive"}
          </Button>
          <Button variant="default" disabled={readOnly} onClick={() => setConfirming(true)}>
            Delete…
          </Button>
        </Group>
      </Group>
      <Progress.Root size="md" aria-label="Progress">
        <Progress.Section value={(100 * counts.done) / total} color="teal.7" aria-label="done" />
        <Progress.Section value={(100 * counts.failed) / total} color="red.7" aria-label="failed" />
      </Progress.Root>
      <Group gap="md" className="muted num" style={{ fontSize: 12 }}>
        <span data-testid="progress">
          {count(counts.done)} of {plural(total, "cell")} done{counts.failed > 0 ? `, ${count(counts.failed)} failed` : ""}
        </span>
        <span>{plural(view.outputTokens, "output token")}</span>
        <span>{dollars(view.costUsd)}</span>
        <span>{connectionName(detail.plan.connection)}</span>
        <span>seed {detail.plan.seed}</span>
        {view.retries > 0 && (
          <span title={view.lastRetry ?? ""}>
            {plural(view.retries, "retry", "retries")}: {view.lastRetry}
          </span>
        )}
      </Group>
      {view.message && <p role="status">{view.message}</p>}
      {view.firstFailure && (
        <p style={{ color: "var(--danger)" }}>First failure: {view.firstFailure}. “Run what is missing” tries failed cells again.</p>
      )}
      <Modal opened={confirming} onClose={() => setConfirming(false)} title="Delete this experiment?" centered>
        <Text size="sm">
          “{view.name}” with {plural(counts.done, "finished run")} and everything measured in them will be gone. The orgs stay.
        </Text>
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={() => setConfirming(false)}>
            Keep it
          </Button>
          <Button
            color="red"
            onClick={() =>
              act(async () => {
                await app.lab.call((client) => client.experiments.delete({ id: view.id }));
                setConfirming(false);
                app.openExperiment(null);
              })
            }
          >
            Delete
          </Button>
        </Group>
      </Modal>
    </div>
  );
}
