/** Owns the live matrix of cells: a row a task, a column an arm, a square a repeat; a square opens its cell. */
import { type KeyboardEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { CellLetter, ExperimentDetail, ExperimentView } from "#shared/rpc/experiment-types.ts";
import { CellGlyph } from "#renderer/experiment/cell-glyph.tsx";
import { CellPanel } from "#renderer/experiment/cell-panel.tsx";
import {
  type CellAt,
  firstWorthALook,
  LETTER_WORDS,
  LETTERS,
  MOST_SQUARES,
  nextCell,
  spokenTally,
  tallied,
} from "#renderer/experiment/matrix-view-model.ts";

export function Matrix({ detail, view }: { detail: ExperimentDetail; view: ExperimentView }) {
  const { plan, suite } = detail;
  const table = useRef<HTMLTableElement>(null);
  // One square at a time is a stop of the Tab key; arrow keys lead to the others.
  const [stop, setStop] = useState<CellAt>({ arm: 0, task: 0, repeat: 1 });
  const [opened, setOpened] = useState<CellAt | null>(null);
  const letters = new Map(view.cells.map((cell) => [`${cell.armId}/${cell.taskId}`, cell.letters]));
  const lettersAt = (at: Pick<CellAt, "arm" | "task">) => letters.get(`${plan.arms[at.arm]?.id}/${plan.tasks[at.task]?.id}`) ?? "";
  const present = new Set([...letters.values()].flatMap((each) => [...each]));
  const titleOf = (taskId: string) => suite.tasks.find((task) => task.id === taskId)?.title ?? taskId;
  const onKeyDown = (event: KeyboardEvent) => {
    const shape = { arms: plan.arms.length, tasks: plan.tasks.length, repeats: plan.repeats };
    const next = nextCell(stop, event.key, shape);
    if (!next) return;
    event.preventDefault();
    focusOn(next);
  };
  const focusOn = (at: CellAt) => table.current?.querySelector<HTMLElement>(`[data-at="${nameOf(at)}"]`)?.focus();
  const close = () => {
    // Closed first: the panel gives nothing beneath it the focus.
    flushSync(() => setOpened(null));
    focusOn(stop);
  };
  const square = (at: CellAt, spoken: string) => ({
    type: "button" as const,
    "data-at": nameOf(at),
    tabIndex: nameOf(at) === nameOf(stop) ? 0 : -1,
    "aria-label": spoken,
    title: spoken,
    onFocus: () => setStop(at),
    onKeyDown,
  });
  return (
    <section className="matrix" aria-label="Cells">
      <div className="legend-row" style={{ marginBottom: 8 }}>
        {LETTERS.filter((letter) => present.has(letter)).map((letter) => (
          <span key={letter}>
            <CellGlyph letter={letter} /> {LETTER_WORDS[letter]}
          </span>
        ))}
        <span className="faint">Press a square to look into that cell.</span>
      </div>
      <table ref={table}>
        <thead>
          <tr>
            <th scope="col">Task</th>
            {plan.arms.map((arm) => (
              <th key={arm.id} scope="col">
                {arm.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.tasks.map(({ id }, task) => (
            <tr key={id}>
              <th scope="row">{titleOf(id)}</th>
              {plan.arms.map(({ id: armId, name }, arm) => {
                const cells = lettersAt({ arm, task });
                const which = `${titleOf(id)}, ${name}`;
                return (
                  <td key={armId}>
                    {cells.length > MOST_SQUARES ? (
                      <button
                        {...square({ arm, task, repeat: 1 }, `${which}: ${spokenTally(cells)}`)}
                        className="tally-button"
                        onClick={() => setOpened({ arm, task, repeat: firstWorthALook(cells) })}
                      >
                        <Tally letters={cells} />
                      </button>
                    ) : (
                      <div className="cells">
                        {([...cells] as CellLetter[]).map((letter, index) => (
                          // biome-ignore-start lint/suspicious/noArrayIndexKey: the index is the repeat
                          <button
                            key={index}
                            {...square({ arm, task, repeat: index + 1 }, `${which}, repeat ${index + 1}: ${LETTER_WORDS[letter]}`)}
                            className="cell-button"
                            onClick={() => setOpened({ arm, task, repeat: index + 1 })}
                          >
                            <CellGlyph letter={letter} />
                          </button>
                          // biome-ignore-end lint/suspicious/noArrayIndexKey: the index is the repeat
                        ))}
                      </div>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {opened && (
        <CellPanel
          detail={detail}
          at={opened}
          letters={lettersAt(opened)}
          tokens={view.outputTokens}
          onRepeat={(repeat) => {
            setOpened({ ...opened, repeat });
            if (plan.repeats <= MOST_SQUARES) setStop({ ...opened, repeat });
          }}
          onClose={close}
        />
      )}
    </section>
  );
}

function nameOf({ arm, task, repeat }: CellAt): string {
  return `${arm}/${task}/${repeat}`;
}

/** A bar of shares, and beneath it how many there are of each. */
function Tally({ letters }: { letters: string }) {
  const counts = tallied(letters);
  return (
    <>
      <span className="tally">
        {counts
          .filter(({ letter }) => letter !== ".")
          .map(({ letter, n }) => (
            <i key={letter} data-letter={letter} style={{ width: `${(100 * n) / letters.length}%` }} />
          ))}
      </span>
      <span className="tally-counts num">
        {counts.map(({ letter, n }) => (
          <span key={letter}>
            <CellGlyph letter={letter} /> {n}
          </span>
        ))}
      </span>
    </>
  );
}
