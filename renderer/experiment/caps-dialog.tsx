/** Owns raising the caps of an experiment that stopped at one. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { CapFields } from "#renderer/experiment/cap-fields.tsx";
import type { ExperimentView } from "#shared/rpc/experiment-types.ts";

export interface Caps {
  outputTokens: number | null;
  /** US dollars. */
  usd: number | null;
}

export function CapsDialog({ view, onClose, onGoOn }: { view: ExperimentView; onClose(): void; onGoOn(caps: Caps): void }) {
  const [caps, setCaps] = useState<Caps>({ outputTokens: view.caps.outputTokens?.cap ?? null, usd: view.caps.usd?.cap ?? null });
  const [unfit, setUnfit] = useState<Record<string, string | null>>({});
  return (
    <Modal opened onClose={onClose} title="Raise the cap" centered>
      <Stack gap="sm">
        <p className="muted" style={{ fontSize: 12.5 }}>
          The caps hold for the whole experiment, with what it has spent so far. An empty field is no cap.
        </p>
        <CapFields
          {...caps}
          withUsd={view.badge !== "simulated" || caps.usd !== null}
          onOutputTokens={(outputTokens) => setCaps({ ...caps, outputTokens })}
          onUsd={(usd) => setCaps({ ...caps, usd })}
          onUnfit={(field, why) => setUnfit((before) => ({ ...before, [field]: why }))}
        />
      </Stack>
      <Group mt="md" justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button onClick={() => onGoOn(caps)} disabled={Object.values(unfit).some((why) => why !== null)}>
          Go on
        </Button>
      </Group>
    </Modal>
  );
}
