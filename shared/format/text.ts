/** Owns reading JSON text so that a syntax error names its line and column. */
import { errorProblem, type Loaded, type TextPlace } from "#shared/problem.ts";

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
    // V8 names a position for everything but an unexpected end, which is at the end of the text.
    const position = /position (\d+)/.exec(message)?.[1];
    const place = placeAt(clean, position === undefined ? clean.length : Number(position));
    const what = message.replace(/\s*(in JSON )?at position.*$/s, "").replace(/, "[\s\S]*" is not valid JSON$/, "");
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
