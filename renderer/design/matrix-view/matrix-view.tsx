/** Owns the adjacency matrix of a dense org: rows send, columns receive, every cell is a handoff that is or is not there. */
import { SegmentedControl } from "@mantine/core";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { RELAYS, type Relay } from "#shared/org/schema.ts";
import { relayWords } from "#renderer/canvas/view-model.ts";
import { LETTERS, type MatrixRow, matrixOf, relayOfLetter, setCell } from "#renderer/design/matrix-view/matrix-view-model.ts";
import type { PanelProps } from "#renderer/design/panel-props.ts";
import type { Selection } from "#renderer/design/selection.ts";
import { type At, moved } from "#renderer/design/table/grid-view-model.ts";
import { useApp } from "#renderer/state/context.ts";
import "#renderer/design/matrix-view/matrix.css";

export function MatrixView({ draft, org, selection, onSelect, readOnly }: PanelProps & { selection: Selection }) {
  const app = useApp();
  const table = useRef<HTMLTableElement>(null);
  const wantsFocus = useRef(false);
  const matrix = useMemo(() => matrixOf(org), [org]);
  const [active, setActive] = useState<At>(
    () => cellOfSelection(org.handoffs, org.agents, selection) ?? { row: 0, column: Math.min(1, org.agents.length - 1) },
  );
  const size = org.agents.length;
  const at: At = { row: Math.min(active.row, size - 1), column: Math.min(active.column, size - 1) };
  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const cell = table.current?.rows[at.row + 1]?.cells[at.column + 1];
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [at.row, at.column]);
  if (size < 2)
    return (
      <div className="empty">
        <div>
          <p>A matrix needs two agents at least; add them on the canvas or in the table.</p>
        </div>
      </div>
    );

  const cell = matrix.rows[at.row]?.cells[at.column];
  const own = at.row === at.column;
  const goTo = (next: At) => {
    wantsFocus.current = next.row !== at.row || next.column !== at.column;
    setActive(next);
    const handoff = matrix.rows[next.row]?.cells[next.column]?.handoff;
    onSelect({ agents: [], handoffs: handoff ? [handoff.id] : [] });
  };
  const put = (where: At, relay: Relay | null) => {
    const [source, target] = [org.agents[where.row], org.agents[where.column]];
    if (!source || !target || readOnly) return;
    if (where.row === where.column) return app.toast("info", `${source.name} cannot hand off to itself.`);
    const edit = setCell(org, source.id, target.id, relay);
    if (!edit) return;
    draft.edit(edit);
    const [first] = edit.ops;
    if (first?.op === "insert") onSelect({ agents: [], handoffs: [first.item.id] });
    else if (first?.op === "remove") onSelect({ agents: [], handoffs: [] });
  };
  const press = (event: React.KeyboardEvent) => {
    const here = placeOf(event.target);
    if (!here || event.altKey) return;
    const handled = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    const next = moved(here, event, { rows: size, columns: size, firstRow: 0 });
    const relay = event.ctrlKey || event.metaKey || event.key.length !== 1 ? null : relayOfLetter(event.key);
    if (next) {
      handled();
      goTo(next);
    } else if (event.key === "Enter" || event.key === " ") {
      handled();
      put(here, matrix.rows[here.row]?.cells[here.column]?.handoff ? null : "paraphrase");
    } else if (event.key === "Delete" || event.key === "Backspace") {
      handled();
      put(here, null);
    } else if (relay) {
      handled();
      put(here, relay);
    }
  };
  const click = (event: React.MouseEvent) => {
    const here = placeOf(event.target);
    if (!here) return;
    goTo(here);
    if (!matrix.rows[here.row]?.cells[here.column]?.handoff && here.row !== here.column) put(here, "paraphrase");
  };
  return (
    <section className="adjacency" aria-label="The org as a matrix">
      <div className="adjacency-tools">
        <b className="adjacency-who">
          {matrix.rows[at.row]?.name} → {matrix.rows[at.column]?.name}
        </b>
        <SegmentedControl
          aria-label="Handoff of the chosen cell"
          disabled={readOnly || own}
          value={cell?.handoff?.relay ?? "none"}
          onChange={(value) => put(at, value === "none" ? null : (value as Relay))}
          data={[
            { value: "none", label: "No handoff" },
            ...RELAYS.map((relay) => ({ value: relay, label: `${LETTERS[relay]} ${relayWords(relay)}` })),
          ]}
        />
      </div>
      <div className="adjacency-scroll">
        <table
          ref={table}
          // ARIA's grid pattern has a table as its ground.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
          role="grid"
          className="adjacency-grid"
          aria-label="Handoffs: rows send, columns receive"
          aria-readonly={readOnly}
          onKeyDown={press}
          onClick={click}
        >
          <thead>
            <tr>
              <td className="corner">
                <span>sends ↓ receives →</span>
              </td>
              {matrix.rows.map((row, index) => (
                <th key={`${row.id}/${index}`} scope="col" className={at.column === index ? "lit" : ""} title={row.name}>
                  <span className="down">{row.name}</span>
                  <span className="tally-of" title={`receives from ${matrix.receives[index]}`}>
                    {matrix.receives[index]}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map((row, index) => (
              <Row
                key={`${row.id}/${index}`}
                row={row}
                index={index}
                sends={matrix.sends[index] ?? 0}
                active={at.row === index ? at.column : null}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className="keys-hint">
        <b>P</b> paraphrase, <b>B</b> paraphrase + brief, <b>V</b> verbatim, <b>?</b> cannot run here. Arrows move, Enter hands off or stops
        it, the letters choose how, Delete takes it away.
      </p>
    </section>
  );
}

const Row = memo(function MatrixRowView({
  row,
  index,
  sends,
  active,
}: {
  row: MatrixRow;
  index: number;
  sends: number;
  active: number | null;
}) {
  return (
    <tr>
      <th scope="row" className={active === null ? "" : "lit"} title={row.name}>
        <span className="across">{row.name}</span>
        <span className="tally-of" title={`sends to ${sends}`}>
          {sends}
        </span>
      </th>
      {row.cells.map((cell, column) => (
        <td
          // oxlint-disable-next-line react/no-array-index-key -- a cell is its place
          key={column}
          data-letter={cell.letter || undefined}
          className={column === index ? "own" : ""}
          aria-disabled={column === index}
          tabIndex={active === column ? 0 : -1}
          aria-label={column === index ? `${row.name} itself` : cell.says}
          title={column === index ? undefined : cell.says}
        >
          {cell.letter}
          {cell.count > 1 && <sup>{cell.count}</sup>}
        </td>
      ))}
    </tr>
  );
});

/** Which cell of the matrix something on the page belongs to. */
function placeOf(target: EventTarget): At | null {
  const cell = (target as Element).closest<HTMLTableCellElement>("tbody td");
  const row = cell?.parentElement as HTMLTableRowElement | null | undefined;
  return cell && row ? { row: row.rowIndex - 1, column: cell.cellIndex - 1 } : null;
}

function cellOfSelection(
  handoffs: readonly { id: string; source: string; target: string }[],
  agents: readonly { id: string }[],
  selection: Selection,
): At | null {
  const handoff = handoffs.find((each) => each.id === selection.handoffs[0]);
  if (!handoff) return null;
  const at = {
    row: agents.findIndex((agent) => agent.id === handoff.source),
    column: agents.findIndex((agent) => agent.id === handoff.target),
  };
  return at.row < 0 || at.column < 0 ? null : at;
}
