/** Owns a grid of cells that is worked by keys as ARIA's grid pattern has it: arrows, Enter, Escape, typing, Space, Delete. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Org } from "#shared/org/schema.ts";
import type { After } from "#renderer/design/table/cell-editor.tsx";
import { GridRow, type RowActs } from "#renderer/design/table/grid-row.tsx";
import {
  type At,
  type CellEdit,
  type CellValue,
  type Column,
  moved,
  nextSorting,
  shownRows,
  type Sorting,
  writes,
} from "#renderer/design/table/grid-view-model.ts";
import { useLatest } from "#renderer/ui/use-latest.ts";
import "#renderer/design/table/table.css";

export interface DataGridProps<Row extends { id: string }> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  org: Org;
  nameOf(row: Row): string;
  filter: string;
  selected: readonly string[];
  onSelect(ids: string[]): void;
  /** Carries an edit out, or says why it is none; false where it is none. */
  onEdit(result: CellEdit): boolean;
  onRemove(ids: string[]): void;
  readOnly: boolean;
}

/** The cell that keys reach: by ids, so that it stays where it is when rows are sorted. Row null is the header. */
interface Active {
  rowId: string | null;
  column: number;
}

const STEPS: Record<Exclude<After, "stay" | "here">, string> = { down: "ArrowDown", up: "ArrowUp", right: "ArrowRight", left: "ArrowLeft" };

export function DataGrid<Row extends { id: string }>(props: DataGridProps<Row>) {
  const { label, rows, columns, org, filter, selected, readOnly } = props;
  const table = useRef<HTMLTableElement>(null);
  const wantsFocus = useRef(false);
  /** Whether the cell that is pressed had the focus before the press gave it. */
  const wasActive = useRef(false);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [active, setActive] = useState<Active | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const shown = useMemo(() => shownRows(rows, columns, org, { filter, sorting }), [rows, columns, org, filter, sorting]);
  const chosen = useMemo(() => new Set(selected), [selected]);
  const found = active?.rowId == null ? -1 : shown.findIndex((row) => row.id === active.rowId);
  const lost = active !== null && active.rowId !== null && found === -1;
  /** The first cell can always be reached by Tab. */
  const at: At = active === null || lost ? { row: shown.length > 0 ? 0 : -1, column: 1 } : { row: found, column: active.column };
  const latest = useLatest({ ...props, shown, at, editing });

  const goTo = useCallback(
    (next: At, text: string | null = null) => {
      const { at: from, editing: open } = latest.current;
      // Nothing would be drawn anew where one is there already.
      if (text === null && open === null && from.row === next.row && from.column === next.column)
        table.current?.rows[next.row + 1]?.cells[next.column]?.focus();
      else wantsFocus.current = true;
      setActive({ rowId: next.row < 0 ? null : (latest.current.shown[next.row]?.id ?? null), column: next.column });
      setEditing(text);
    },
    [latest],
  );
  useEffect(() => {
    if (!wantsFocus.current || editing !== null) return;
    wantsFocus.current = false;
    table.current?.rows[at.row + 1]?.cells[at.column]?.focus();
  }, [at.row, at.column, editing]);

  useEffect(() => {
    // What is selected elsewhere is to be seen here.
    table.current?.querySelector("tbody tr[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, []);

  const acts = useMemo<RowActs<Row>>(
    () => ({
      commit(row: Row, column: Column<Row>, value: CellValue, after: After) {
        const { org: now, at: from, shown: list, onEdit } = latest.current;
        if (column.value(row, now) !== value && column.edit && !onEdit(column.edit(row, value, now))) return false;
        const extent = { rows: list.length, columns: latest.current.columns.length + 1, firstRow: 0 };
        if (after === "here") {
          goTo(from);
          return true;
        }
        const next = after === "stay" ? null : moved(from, { key: STEPS[after], ctrlKey: false, metaKey: false }, extent);
        if (next) goTo(next);
        else setEditing(null);
        return true;
      },
      cancel: () => goTo(latest.current.at),
    }),
    [goTo, latest],
  );

  const extent = { rows: shown.length, columns: columns.length + 1, firstRow: -1 };
  const edits = (here: At, text?: string) => {
    const column = columns[here.column - 1];
    const row = shown[here.row];
    if (!column?.edit || !row || readOnly) return;
    const value = column.value(row, org);
    if (column.kind === "check") return void props.onEdit(column.edit(row, !value, org));
    if (column.kind !== "choice" || text === undefined) return goTo(here, text ?? String(value));
    // Of a list the first entry that begins with what was typed.
    const start = column.choices?.(org).find((each) => each.label.toLowerCase().startsWith(text.toLowerCase()));
    goTo(here, start?.value ?? String(value));
  };
  const toggle = (row: Row | undefined) => {
    if (row) props.onSelect(chosen.has(row.id) ? selected.filter((id) => id !== row.id) : [...selected, row.id]);
  };
  /** Takes a row away, or all that are chosen where it is one of them, and goes on to the next that stays. */
  const removeFrom = (cell: At, row: Row) => {
    const gone = new Set(chosen.has(row.id) ? selected : [row.id]);
    const stays = (each: Row) => !gone.has(each.id);
    const next = shown.slice(cell.row).find(stays) ?? shown.slice(0, cell.row).findLast(stays);
    goTo({ row: next ? shown.indexOf(next) : -1, column: cell.column });
    props.onRemove([...gone]);
  };
  const press = (event: React.KeyboardEvent) => {
    const cell = cellOf(event.target);
    if (!cell || event.altKey) return;
    const next = moved(cell, event, extent);
    const row = shown[cell.row];
    const column = columns[cell.column - 1];
    const handled = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (next) {
      handled();
      goTo(next);
    } else if (cell.row < 0) {
      if (!column || (event.key !== "Enter" && event.key !== " ")) return;
      handled();
      setSorting(nextSorting(sorting, column.id));
    } else if (event.key === " ") {
      handled();
      if (column?.kind === "check" && !event.ctrlKey && !event.shiftKey) edits(cell);
      else toggle(row);
    } else if ((event.key === "Delete" || event.key === "Backspace") && row) {
      handled();
      if (readOnly) return;
      if (!column) removeFrom(cell, row);
      else if (column.edit && (column.kind === "text" || column.kind === "long")) props.onEdit(column.edit(row, "", org));
    } else if (event.key === "Enter" || event.key === "F2") {
      handled();
      if (column) edits(cell);
      else toggle(row);
    } else if (writes(event)) {
      handled();
      if (column && column.kind !== "check") edits(cell, event.key);
    }
  };
  /** The cell that has the focus is the one that keys reach, however it came by it. */
  const focus = (event: React.FocusEvent) => {
    const cell = cellOf(event.target);
    if (!cell || !event.target.matches("th, td") || (cell.row === at.row && cell.column === at.column && active !== null)) return;
    setActive({ rowId: shown[cell.row]?.id ?? null, column: cell.column });
    setEditing(null);
  };
  const click = (event: React.MouseEvent) => {
    const cell = cellOf(event.target);
    if (!cell || (event.target as HTMLElement).closest("input[type=text], textarea, select")) return;
    const row = shown[cell.row];
    const column = columns[cell.column - 1];
    const again = wasActive.current;
    if (cell.row < 0) {
      goTo(cell);
      if (column) setSorting(nextSorting(sorting, column.id));
      return;
    }
    if (!column || event.ctrlKey || event.metaKey || event.shiftKey) toggle(row);
    else if (row && !(chosen.size === 1 && chosen.has(row.id))) props.onSelect([row.id]);
    if (column?.kind === "check" || (again && column)) edits(cell);
    if (!(again && column && column.kind !== "check" && column.edit && !readOnly)) goTo(cell);
  };

  return (
    <div className="grid-scroll">
      <table
        ref={table}
        // ARIA's grid pattern has a table as its ground.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
        role="grid"
        className="grid"
        aria-label={label}
        aria-rowcount={shown.length + 1}
        aria-multiselectable="true"
        aria-readonly={readOnly}
        onKeyDown={press}
        onFocus={focus}
        onMouseDown={(event) => {
          wasActive.current = cellElement(event.target) === document.activeElement;
        }}
        onClick={click}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className="pick" tabIndex={at.row === -1 && at.column === 0 ? 0 : -1}>
              <span className="heard">Select</span>
            </th>
            {columns.map((column, index) => {
              const direction = sorting?.columnId === column.id ? (sorting.descending ? "descending" : "ascending") : "none";
              return (
                <th
                  key={column.id}
                  scope="col"
                  aria-sort={direction}
                  tabIndex={at.row === -1 && at.column === index + 1 ? 0 : -1}
                  style={{ minWidth: column.width, width: column.width }}
                  title="Press to sort"
                >
                  {column.title}
                  <span aria-hidden="true">{direction === "none" ? "" : direction === "ascending" ? " ↑" : " ↓"}</span>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, index) => (
            <GridRow<Row>
              key={`${row.id}/${index === shown.findIndex((each) => each.id === row.id) ? "" : index}`}
              row={row}
              name={props.nameOf(row)}
              index={index}
              columns={columns}
              org={org}
              selected={chosen.has(row.id)}
              activeCell={at.row === index ? at.column : null}
              editing={at.row === index ? editing : null}
              readOnly={readOnly}
              acts={acts}
            />
          ))}
        </tbody>
      </table>
      {shown.length === 0 && (
        <p className="grid-none">{rows.length === 0 ? "There is nothing here yet." : "Nothing matches the filter."}</p>
      )}
    </div>
  );
}

function cellElement(target: EventTarget): HTMLTableCellElement | null {
  return (target as Element).closest<HTMLTableCellElement>("th, td");
}

/** Which cell something on the page belongs to. */
function cellOf(target: EventTarget): At | null {
  const cell = cellElement(target);
  const row = cell?.parentElement as HTMLTableRowElement | null | undefined;
  return cell && row ? { row: row.rowIndex - 1, column: cell.cellIndex } : null;
}
