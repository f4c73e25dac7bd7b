/** Owns one row of a grid: the cell that selects it, and its cells; drawn anew only where something of it changed. */
import { memo } from "react";
import type { Org } from "#shared/org/schema.ts";
import { type After, CellEditor } from "#renderer/design/table/cell-editor.tsx";
import { type CellValue, cellText, type Column } from "#renderer/design/table/grid-view-model.ts";

export interface RowActs<Row> {
  commit(row: Row, column: Column<Row>, value: CellValue, after: After): boolean;
  cancel(): void;
}

export interface GridRowProps<Row> {
  row: Row;
  /** What the row is called, for those who hear it. */
  name: string;
  index: number;
  columns: readonly Column<Row>[];
  org: Org;
  selected: boolean;
  /** The cell of this row that keys reach, 0 being the one that selects; null where it is in another row. */
  activeCell: number | null;
  /** What the open field holds at first; null where none is open in this row. */
  editing: string | null;
  readOnly: boolean;
  acts: RowActs<Row>;
}

/** Signs of a text that a cell of one line can show. */
const LINE = 160;

function GridRowView<Row>({ row, name, index, columns, org, selected, activeCell, editing, readOnly, acts }: GridRowProps<Row>) {
  return (
    <tr aria-rowindex={index + 2} aria-selected={selected}>
      <td className="pick" tabIndex={activeCell === 0 ? 0 : -1}>
        <input type="checkbox" tabIndex={-1} aria-label={`Select ${name}`} checked={selected} readOnly />
      </td>
      {columns.map((column, at) => {
        const open = activeCell === at + 1 && editing !== null && column.kind !== "check";
        const text = cellText(column, row, org);
        const fallback = text === "" ? (column.fallback?.(row, org) ?? "") : "";
        return (
          <td
            key={column.id}
            className={open ? `open ${column.kind}` : column.kind}
            tabIndex={!open && activeCell === at + 1 ? 0 : -1}
            aria-readonly={readOnly || !column.edit}
            title={column.kind !== "check" && !open ? text.slice(0, 600) : undefined}
          >
            {open ? (
              <CellEditor
                kind={column.kind as "text" | "long" | "choice"}
                name={`${column.title} of ${name}`}
                initial={editing}
                choices={column.choices?.(org) ?? []}
                onCommit={(value, after) => acts.commit(row, column, value, after)}
                onCancel={acts.cancel}
              />
            ) : column.kind === "check" ? (
              <>
                <span aria-hidden="true">{text === "yes" ? "✓" : "·"}</span>
                <span className="heard">{text}</span>
              </>
            ) : text === "" ? (
              <span className="faint">{fallback}</span>
            ) : (
              text.slice(0, LINE)
            )}
          </td>
        );
      })}
    </tr>
  );
}

export const GridRow = memo(GridRowView) as typeof GridRowView;
