/** Owns what a grid of cells does: where a key leads, which rows are shown and in which order, what a column is. Pure. */
import type { Edit } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";

export type CellValue = string | boolean;

/** What a changed cell comes to: an edit of the design, or a sentence that says why not. */
export type CellEdit = { ok: true; edit: Edit } | { ok: false; why: string };

export interface Column<Row> {
  id: string;
  title: string;
  /** `long` is edited in a field of several lines, `choice` from a list, `check` is ticked in place. */
  kind: "text" | "long" | "choice" | "check";
  /** In CSS pixels; the column may grow. */
  width: number;
  value(row: Row, org: Org): CellValue;
  /** What stands in the cell where nothing is written, e.g. the org's default. */
  fallback?(row: Row, org: Org): string;
  choices?(org: Org): { value: string; label: string }[];
  /** Absent where a column can only be read. */
  edit?(row: Row, value: CellValue, org: Org): CellEdit;
}

/** A cell by numbers; row −1 is the header. */
export interface At {
  row: number;
  column: number;
}

export interface Extent {
  rows: number;
  columns: number;
  /** The first row that keys reach: −1 with a header that can be reached, else 0. */
  firstRow: number;
}

/** Rows by which Page Up and Page Down move. */
const PAGE = 10;

/** Where a key leads, as the grid pattern of ARIA has it; null for keys that move nothing. */
export function moved(at: At, press: { key: string; ctrlKey: boolean; metaKey: boolean }, extent: Extent): At | null {
  const { firstRow } = extent;
  const last = { row: Math.max(extent.rows - 1, firstRow), column: Math.max(extent.columns - 1, 0) };
  const whole = press.ctrlKey || press.metaKey;
  const to = (row: number, column: number): At => ({
    row: Math.min(Math.max(row, firstRow), last.row),
    column: Math.min(Math.max(column, 0), last.column),
  });
  switch (press.key) {
    case "ArrowDown":
      return to(whole ? last.row : at.row + 1, at.column);
    case "ArrowUp":
      return to(whole ? Math.min(at.row, 0) : at.row - 1, at.column);
    case "ArrowRight":
      return to(at.row, whole ? last.column : at.column + 1);
    case "ArrowLeft":
      return to(at.row, whole ? 0 : at.column - 1);
    case "PageDown":
      return to(at.row + PAGE, at.column);
    case "PageUp":
      return to(Math.max(at.row - PAGE, Math.min(at.row, 0)), at.column);
    case "Home":
      return to(whole ? 0 : at.row, 0);
    case "End":
      return to(whole ? last.row : at.row, last.column);
    default:
      return null;
  }
}

/** Whether a press writes a sign into a cell: one sign, without a command. */
export function writes(press: { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }): boolean {
  // AltGr, which many keyboards need for signs, reports itself as Ctrl and Alt at once.
  return [...press.key].length === 1 && press.key !== " " && !press.metaKey && press.ctrlKey === press.altKey;
}

export interface Sorting {
  columnId: string;
  descending: boolean;
}

/** The next way to sort when a column's head is pressed: up, down, as in the design. */
export function nextSorting(sorting: Sorting | null, columnId: string): Sorting | null {
  if (sorting?.columnId !== columnId) return { columnId, descending: false };
  return sorting.descending ? null : { columnId, descending: true };
}

/** What a cell says. */
export function cellText<Row>(column: Column<Row>, row: Row, org: Org): string {
  const value = column.value(row, org);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (column.kind !== "choice") return value;
  return column.choices?.(org).find((each) => each.value === value)?.label ?? value;
}

const WORDS = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The rows whose cells hold every word of the filter, sorted; equals stay in the design's order. */
export function shownRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  org: Org,
  { filter, sorting }: { filter: string; sorting: Sorting | null },
): Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const written = columns.filter((column) => column.kind !== "check");
  const holds = (row: Row) => {
    const text = written
      .map((column) => cellText(column, row, org))
      .join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const kept = words.length === 0 ? [...rows] : rows.filter(holds);
  const column = columns.find((each) => each.id === sorting?.columnId);
  if (!column || !sorting) return kept;
  const sign = sorting.descending ? -1 : 1;
  const texts = new Map(kept.map((row) => [row, cellText(column, row, org)]));
  return kept.toSorted((a, b) => sign * WORDS.compare(texts.get(a) ?? "", texts.get(b) ?? ""));
}
