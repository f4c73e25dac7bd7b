/** Owns tidy tables as CSV (RFC 4180): one row an observation, an empty field where a figure is null. */

export type CsvValue = string | number | boolean | null;

/** A table with a header line and CRLF line ends. A text that a spreadsheet would run as a formula is set behind an apostrophe. */
export function csvText(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return `${[columns, ...rows].map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

function field(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
