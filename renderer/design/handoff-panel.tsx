/** Owns the inspector for one handoff. */
import { Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { whyNotConnect } from "#shared/org/create.ts";
import { type Handoff, type Relay, RUNNABLE_KINDS } from "#shared/org/schema.ts";
import { handoffName, nameOf, remove, reverse, setHandoff } from "#renderer/design/edits.ts";
import type { PanelProps } from "#renderer/design/panel-props.ts";

const RELAY_OFFERS: { value: Relay; label: string; description: string }[] = [
  { value: "paraphrase", label: "Paraphrase", description: "The receiver sees what the sender wrote." },
  { value: "paraphrase+brief", label: "Paraphrase + brief", description: "… and the brief itself." },
  { value: "verbatim", label: "Verbatim", description: "… and everything the sender was answering, word for word." },
];

export function HandoffPanel({ draft, org, handoff, onSelect, readOnly }: PanelProps & { handoff: Handoff }) {
  const runs = RUNNABLE_KINDS.includes(handoff.kind);
  return (
    <fieldset disabled={readOnly} className="panel">
      <h2 className="panel-title">{handoffName(org, handoff.id)}</h2>
      {runs ? (
        <Radio.Group
          size="xs"
          label="What travels"
          value={handoff.relay}
          onChange={(value) => draft.edit(setHandoff(org, handoff.id, "relay", value as Relay))}
        >
          <Stack gap={8} mt={6}>
            {RELAY_OFFERS.map((offer) => (
              <Radio key={offer.value} size="xs" {...offer} disabled={readOnly} />
            ))}
          </Stack>
        </Radio.Group>
      ) : (
        <p>
          This handoff is of kind “{handoff.kind}”, which this Driftlab keeps as it is but cannot run.{" "}
          <Button variant="default" mt={8} onClick={() => draft.edit(setHandoff(org, handoff.id, "kind", "message"))}>
            Make it a message
          </Button>
        </p>
      )}
      <TextInput
        label="Label"
        description="For the canvas; no agent sees it."
        value={handoff.label}
        onChange={(event) => draft.edit(setHandoff(org, handoff.id, "label", event.currentTarget.value))}
      />
      <Group gap="xs">
        <Button
          variant="default"
          disabled={readOnly || whyNotConnect(org, handoff.target, handoff.source) !== null}
          onClick={() => draft.edit(reverse(org, handoff.id))}
        >
          Reverse
        </Button>
        <Button variant="default" onClick={() => draft.edit(remove(org, [], [handoff.id]))}>
          Delete
        </Button>
      </Group>
      <hr className="hr" />
      <div style={{ display: "flex", gap: 8 }}>
        {[handoff.source, handoff.target].map((id) => (
          <Button key={id} variant="subtle" onClick={() => onSelect({ agents: [id], handoffs: [] })}>
            {nameOf(org, id)}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
