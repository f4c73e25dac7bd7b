/** Owns the sign of a cell's state: a glyph and a colour, alike in the matrix, its legend and the cell's own panel. */
import type { CellLetter } from "#shared/rpc/experiment-types.ts";
import "#renderer/experiment/cells.css";

/** Drawn in a square of 10: told apart without colour. */
const PATHS: Record<CellLetter, string> = {
  ".": "M4 5h2",
  r: "M3.2 2.4 7.6 5 3.2 7.6Z",
  d: "M2 5.4 4.2 7.6 8.2 2.8",
  i: "M2 5h6",
  u: "M2.6 2.6 7.4 7.4M5 1.6a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8",
  f: "M2.4 2.4 7.6 7.6M7.6 2.4 2.4 7.6",
  s: "M3 3h4v4H3Z",
  x: "M3.4 2.2v5.6M6.6 2.2v5.6",
};

export function CellGlyph({ letter }: { letter: CellLetter }) {
  return (
    <i className="cell" data-letter={letter} aria-hidden="true">
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d={PATHS[letter]} fill={letter === "r" || letter === "s" ? "currentColor" : "none"} />
      </svg>
    </i>
  );
}
