/** Owns the head of an open experiment: progress, spend, retries, stop and go on, archive and delete. */
import { Button, Group, Modal, Progress, Text } from "@mantine/core";
import { useState } from "react";
import type { ExperimentDetail, ExperimentView } from "#shared/rpc/experiment-types.ts";
import { CapsDialog } from "#renderer/experiment/caps-dialog.tsx";
import { RunStatus } from "#renderer/experiment/run-status.tsx";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { BadgeTag } from "#renderer/ui/badge.tsx";
import { plural } from "#renderer/ui/words.ts";

export function RunHead({ detail, view }: { detail: ExperimentDetail; view: ExperimentView }) {
  const app = useApp();
  const readOnly = useAppState((state) => state.info?.readOnly ?? false);
  const archived = useAppState((state) => state.experiments.find((each) => each.id === view.id)?.archived ?? false);
  const [confirming, setConfirming] = useState(false);
  const [raising, setRaising] = useState(false);
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
                onClick={() =>
                  view.capReached
                    ? setRaising(true)
                    : act(() => app.lab.call((client) => client.experiments.resume({ id: view.id, caps: null })))
                }
              >
                {goOnWords(view)}
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
      <RunStatus detail={detail} view={view} />
      {view.message && (
        <p role="status" style={{ overflowWrap: "anywhere" }}>
          {view.message}
        </p>
      )}
      {view.failures.length > 0 && (
        <ul className="failures" aria-label="Why cells failed">
          {view.failures.map((each) => (
            <li key={each.sentence}>
              {plural(each.cells, "cell")} failed: {each.sentence}
            </li>
          ))}
        </ul>
      )}
      {raising && (
        <CapsDialog
          view={view}
          onClose={() => setRaising(false)}
          onGoOn={(caps) => {
            setRaising(false);
            act(() => app.lab.call((client) => client.experiments.resume({ id: view.id, caps })));
          }}
        />
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

/** Says what going on is, from what is missing. */
function goOnWords({ counts, interrupted, capReached }: ExperimentView): string {
  if (interrupted > 0) return "Go on";
  if (counts.failed > 0 && counts.stopped + counts.waiting === 0)
    return counts.failed === 1 ? "Run the failed cell again" : "Run the failed cells again";
  return capReached ? "Raise the cap…" : "Run what is missing";
}
