/** Owns reading JSON text so that a syntax error names its line and column. */
import { errorProblem, type Loaded, type TextPlace } from "#shared/problem.ts";

/** Said wherever a file is read whose bytes are no UTF-8: read on, it would load garbled. */
export function notUtf8(name: string): string {
  return `${name} is not UTF-8 text: save it as UTF-8 and load it again.`;
}

/** Line and column (from 1) of a character offset in a text. */
export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  const lastBreak = before.lastIndexOf("\n");
  return { line: before.split("\n").length, column: before.length - lastBreak };
}

/**
 * Parses JSON.
 *
 * @param name how the text is called in messages, e.g. a file's name
 * @returns the value, or one error with line and column
 */
export function parseJson(text: string, name: string): Loaded<unknown> {
  const clean = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return { ok: true, value: JSON.parse(clean) as unknown, problems: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // V8 names a position for some errors only; the others are looked for.
    const position = /position (\d+)/.exec(message)?.[1];
    const place = placeAt(clean, position === undefined ? firstJsonError(clean) : Number(position));
    const what = message
      .replace(/\s*(in JSON )?at position.*$/s, "")
      // V8 quotes the text around it, with dots where it leaves something out and with line breaks as they are.
      .replace(/, (\.\.\.)?"[\s\S]*"(\.\.\.)?(\s+is not valid JSON)?$/, "")
      .replace(/\s+/g, " ");
    return {
      ok: false,
      problems: [
        errorProblem(
          "broken-json",
          `${name} is not valid JSON: ${what} at line ${place.line}, column ${place.column}. Correct that place and load it again.`,
          [],
          place,
        ),
      ],
    };
  }
}

const BLANK = /[ \t\n\r]*/y;
const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/** Offset at which a text that is not JSON goes wrong; its end where it only stops too early. */
function firstJsonError(text: string): number {
  const open: ("{" | "[")[] = [];
  let want: "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" = "value";
  for (let at = 0; ; ) {
    BLANK.lastIndex = at;
    const start = at + (BLANK.exec(text)?.[0].length ?? 0);
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match || (want === "comma-or-end" && open.length === 0)) return start;
    const [whole, sign, quoted] = match;
    const inside = open.at(-1);
    if (want.startsWith("value") && sign === "{") {
      open.push("{");
      want = "key-or-end";
    } else if (want.startsWith("value") && sign === "[") {
      open.push("[");
      want = "value-or-end";
    } else if (want.startsWith("value") && sign === undefined) want = "comma-or-end";
    else if (want.startsWith("key") && quoted !== undefined) want = "colon";
    else if (want === "colon" && sign === ":") want = "value";
    else if (want === "comma-or-end" && sign === ",") want = inside === "{" ? "key" : "value";
    else if (want.endsWith("-or-end") && sign === (inside === "{" ? "}" : "]")) {
      open.pop();
      want = "comma-or-end";
    } else return start;
    at += whole.length;
  }
}
