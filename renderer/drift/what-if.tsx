/** Owns asking "what if this message had been …": the changed text, running the rest again, and what came of it beside the run. */
import { Button, Group, NumberInput, SegmentedControl, Table, Textarea } from "@mantine/core";
import { useState } from "react";
import type { BranchWish } from "#shared/rpc/contract.ts";
import type { BranchFigures, BranchList, HandoffView } from "#shared/rpc/drift-types.ts";
import { BadgeTag } from "#renderer/ui/badge.tsx";
import { useApp } from "#renderer/state/context.ts";
import { ChangedText } from "#renderer/drift/changed-text.tsx";
import { useAsked } from "#renderer/drift/use-asked.ts";
import { figure } from "#renderer/ui/words.ts";

type How = "repaired" | "edited" | "dropped" | "sham" | "as-sent";

const HOWS: { value: How; label: string }[] = [
  { value: "repaired", label: "Repaired" },
  { value: "edited", label: "Edited" },
  { value: "dropped", label: "Dropped" },
  { value: "sham", label: "Sham" },
  { value: "as-sent", label: "As sent" },
];

const EXPLAIN: Record<How, string> = {
  repaired: "What was lost is put back; the rest of the message stays.",
  edited: "The receiver is shown what you write here.",
  dropped: "The receiver is not shown this message.",
  sham: "The control: edited as much as the repair, with nothing put back.",
  "as-sent": "Nothing is changed: shows how much runs differ by themselves.",
};

const WORDS: Record<string, string> = {
  repaired: "repaired",
  edited: "edited",
  dropped: "dropped",
  sham: "sham",
  "as-sent": "as sent",
  swapped: "swapped",
};

/** While branches run, looked at so often. */
const LOOK_MS = 700;

export function WhatIf({ handoff, simulated }: { handoff: HandoffView; simulated: boolean }) {
  const app = useApp();
  const [how, setHow] = useState<How>("repaired");
  const [edited, setEdited] = useState(handoff.written);
  const [draws, setDraws] = useState(3);
  const place = { runId: handoff.runId, handoffId: handoff.id };
  const { value: list, again: look } = useAsked(
    `${handoff.runId}/${handoff.id}`,
    () => app.lab.call((client) => client.branches.list(place)),
    (value) => (value.running ? LOOK_MS : null),
  );
  const { value: preview } = useAsked(
    `${handoff.runId}/${handoff.id}/${how}`,
    () => app.lab.call((client) => client.branches.preview({ ...place, wish: how === "edited" ? { how: "as-sent" } : { how } })),
    () => null,
  );
  const wish: BranchWish = how === "edited" ? { how, text: edited } : { how };
  const start = () =>
    void app.attempt(async () => {
      const answer = await app.lab.call((client) =>
        client.branches.start({ ...place, wish, draws, caps: { outputTokens: null, usd: null } }),
      );
      if (!answer.ok) app.toast("error", answer.why);
      look();
    });
  const stop = () => void app.attempt(() => app.lab.call((client) => client.branches.stop(place)));
  const impossible = preview !== null && !preview.ok && how !== "edited" ? preview.why : null;
  return (
    <section className="what-if" aria-label="What if">
      <h3 className="section-title">What if this message had been…</h3>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Change of the message"
        data={HOWS}
        value={how}
        onChange={(value) => setHow(value as How)}
      />
      <p className="muted">{EXPLAIN[how]}</p>
      {how === "edited" ? (
        <Textarea
          aria-label="The message in its place"
          autosize
          minRows={3}
          maxRows={10}
          value={edited}
          onChange={(event) => setEdited(event.currentTarget.value)}
        />
      ) : impossible ? (
        <p role="status">{impossible}</p>
      ) : how !== "dropped" && how !== "as-sent" && preview?.ok ? (
        <ChangedText before={handoff.written} after={preview.written ?? ""} />
      ) : null}
      <Group gap={8} align="end">
        <NumberInput
          label="Runs of the rest"
          size="xs"
          w={120}
          min={1}
          max={50}
          allowDecimal={false}
          value={draws}
          onChange={(value) => setDraws(typeof value === "number" && value >= 1 ? value : 1)}
        />
        {list?.running ? (
          <Button variant="default" onClick={stop}>
            Stop
          </Button>
        ) : (
          <Button onClick={start} disabled={impossible !== null || (how === "edited" && edited.trim() === "")}>
            Run the rest again
          </Button>
        )}
        {list?.running && <span role="status">Running…</span>}
      </Group>
      {list?.message && <p role="status">{list.message}</p>}
      {list && list.branches.length > 0 && <Branches list={list} simulated={simulated} />}
    </section>
  );
}

/** The run and its branches, one line each; everything before the message is the same in all of them. */
function Branches({ list, simulated }: { list: BranchList; simulated: boolean }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" align="start">
        <BadgeTag badge={simulated ? "simulated" : "interventional"} />
        <span className="muted">Everything before the message is shared. Single runs: for an estimate, study the edge.</span>
      </Group>
      <Table fz={12} verticalSpacing={3} data-testid="branches">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Message</Table.Th>
            <Table.Th ta="right">Alignment</Table.Th>
            <Table.Th ta="right">Asks met</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Line run={list.parent} what="the run itself" />
          {list.branches.map((run) => (
            <Line key={run.runId} run={run} what={`${WORDS[run.how ?? ""] ?? run.how} ${run.draw}`} />
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

function Line({ run, what }: { run: BranchFigures; what: string }) {
  const word = run.failed ? "failed" : run.status === null ? "not finished" : run.status === "complete" ? null : run.status;
  return (
    <Table.Tr>
      <Table.Td>
        {what}
        {word && <span className="muted"> · {word}</span>}
      </Table.Td>
      <Table.Td ta="right">{figure(run.retention)}</Table.Td>
      <Table.Td ta="right">{figure(run.asksMet)}</Table.Td>
    </Table.Tr>
  );
}
