/** Owns one cell looked into, beside the matrix: its state, why it failed, its deliverable, the messages of its run in order. */
import { ActionIcon, Drawer, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import type { CellLetter, CellMessage, CellView, ExperimentDetail } from "#shared/rpc/experiment-types.ts";
import type { EndReason } from "#shared/run/events.ts";
import { CellGlyph } from "#renderer/experiment/cell-glyph.tsx";
import { type CellAt, LETTER_WORDS } from "#renderer/experiment/matrix-view-model.ts";
import { useApp } from "#renderer/state/context.ts";
import { count } from "#renderer/ui/words.ts";

const END_WORDS: Record<EndReason, string> = {
  delivered: "The deliverable was handed back.",
  "delivered-in-last-turn": "The deliverable was handed back in a last turn that was asked for.",
  "deliverer-refused": "The one who delivers refused.",
  "no-deliverable": "Nobody handed a deliverable back.",
  "token-limit": "The run’s limit of tokens was reached.",
  "time-limit": "The run’s time was up.",
  "cost-limit": "The run’s limit of cost was reached.",
  "memory-full": "An agent’s memory outgrew its model’s window.",
  "budget-spent": "Its budget was spent.",
  "handoff-limit": "The limit of handoffs was reached.",
  "turn-limit": "The limit of turns was reached.",
  "round-limit": "The limit of rounds was reached.",
  "out-of-mail": "Nobody had anything to answer any more.",
};

const FATE_WORDS: Record<CellMessage["fate"], string> = {
  waiting: "not read yet",
  read: "",
  "never-read": "never read: the run ended before",
};

export interface CellPanelProps {
  detail: ExperimentDetail;
  at: CellAt;
  /** States of the repeats of this task in this arm. */
  letters: string;
  /** What the experiment has written so far: while the cell runs, there is something new to see when it grows. */
  tokens: number | null;
  onRepeat(repeat: number): void;
  onClose(): void;
}

export function CellPanel({ detail, at, letters, tokens, onRepeat, onClose }: CellPanelProps) {
  const { plan, suite } = detail;
  const arm = plan.arms[at.arm];
  const taskId = plan.tasks[at.task]?.id ?? "";
  const letter = (letters[at.repeat - 1] ?? ".") as CellLetter;
  const cell = useCell({ id: detail.summary.id, armId: arm?.id ?? "", taskId, repeat: at.repeat }, letter === "r" ? `r${tokens}` : letter);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={520}
      title={<b style={{ fontWeight: 600 }}>{suite.tasks.find((task) => task.id === taskId)?.title ?? taskId}</b>}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className="cell-panel">
        <Group gap="xs" justify="space-between" wrap="nowrap">
          <span className="muted">{arm?.name}</span>
          <Group gap={4} wrap="nowrap">
            <ActionIcon aria-label="Previous repeat" disabled={at.repeat === 1} onClick={() => onRepeat(at.repeat - 1)}>
              ‹
            </ActionIcon>
            <span className="num" aria-live="polite">
              repeat {count(at.repeat)} of {count(plan.repeats)}
            </span>
            <ActionIcon aria-label="Next repeat" disabled={at.repeat === plan.repeats} onClick={() => onRepeat(at.repeat + 1)}>
              ›
            </ActionIcon>
          </Group>
        </Group>
        <p className="cell-state">
          <CellGlyph letter={letter} /> <b>{LETTER_WORDS[letter]}</b>
          {cell?.endReason && <span className="muted">{END_WORDS[cell.endReason]}</span>}
        </p>
        {cell?.failure && <p className="cell-failure">Failed: {cell.failure}</p>}
        {cell && <Inside cell={cell} waiting={letter === "."} />}
      </div>
    </Drawer>
  );
}

function Inside({ cell: { deliverable, messages }, waiting }: { cell: CellView; waiting: boolean }) {
  if (waiting && messages.length === 0) return <p className="muted">It has not begun yet: nothing has been written.</p>;
  return (
    <>
      <section aria-label="Deliverable">
        <h3>Deliverable</h3>
        {deliverable === null ? (
          <p className="muted">None so far.</p>
        ) : (
          <>
            {deliverable.by && <p className="muted">by {deliverable.by}</p>}
            <div className="cell-text">{deliverable.text}</div>
          </>
        )}
      </section>
      <section aria-label="Messages">
        <h3>
          Messages <span className="num muted">{count(messages.length)}</span>
        </h3>
        {messages.length === 0 && <p className="muted">Nobody wrote to anybody.</p>}
        <ol>
          {messages.map((each) => (
            <li key={each.id}>
              <p>
                <span className="num muted">round {each.round}</span>{" "}
                <b>
                  {each.from} → {each.to}
                </b>{" "}
                <span className="muted">{FATE_WORDS[each.fate]}</span>
              </p>
              <div className="cell-text">{each.text}</div>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

interface CellChoice {
  id: string;
  armId: string;
  taskId: string;
  repeat: number;
}

/** The cell as stored; asked for again when `state` changes, and never shown under another's name. */
function useCell({ id, armId, taskId, repeat }: CellChoice, state: string): CellView | null {
  const app = useApp();
  const name = `${id}/${armId}/${taskId}/${repeat}`;
  const [known, setKnown] = useState<{ name: string; state: string; cell: CellView } | null>(null);
  useEffect(() => {
    let wanted = true;
    void app.attempt(async () => {
      const cell = await app.lab.call((client) => client.experiments.cell({ id, armId, taskId, repeat }));
      if (wanted) setKnown({ name, state, cell });
    });
    return () => {
      wanted = false;
    };
  }, [app, name, id, armId, taskId, repeat, state]);
  return known?.name === name ? known.cell : null;
}
