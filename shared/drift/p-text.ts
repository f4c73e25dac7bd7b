/** Owns how a p value is written, alike wherever it is shown. */

/** Below this a p is only said to be small. */
const SMALLEST = 0.001;

/** `.0039`, `1`, `< .001`: up to three significant digits, the leading zero left out as the field writes it; none is a dash. */
export function pText(p: number | null): string {
  if (p === null) return "–";
  if (p < SMALLEST) return "< .001";
  return String(Number(p.toPrecision(3))).replace(/^0(?=\.)/, "");
}
