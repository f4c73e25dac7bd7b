/** Owns tables and figures as a terminal shows them. */
import type { Estimate, Interval } from "#shared/drift/types.ts";

/** A plain table: left-aligned first columns, two blanks between. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** `.40`, `-1.20`; the leading zero left out as the field writes it. */
export function figure(value: number | null): string {
  if (value === null) return "–";
  const rounded = value.toFixed(2);
  return (Number(rounded) === 0 ? "0.00" : rounded).replace(/^(-?)0\./, "$1.");
}

/** A figure with its interval and what that speaks of where it is not *tasks like these* (M14), or the reason why there is none. */
export function estimateText({ mean, interval, reason, scope }: Pick<Estimate, "mean" | "interval" | "reason" | "scope">): string {
  if (mean === null) return reason ?? "–";
  if (!interval) return `${figure(mean)} (${reason ?? "no interval"})`;
  return `${figure(mean)} [${rangeText(interval)}]${scope === "these tasks only" ? ` ${scope}` : ""}`;
}

function rangeText({ low, high, oneSided }: Interval): string {
  if (oneSided === "at-most") return `at most ${figure(high)}`;
  return oneSided === "at-least" ? `at least ${figure(low)}` : `${figure(low)}, ${figure(high)}`;
}
