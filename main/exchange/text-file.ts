/** Owns reading JSON or YAML text into a value, with line and column where it is broken. */
import { LineCounter, parseDocument } from "yaml";
import { parseJson } from "#shared/format/text.ts";
import { errorProblem, type Loaded } from "#shared/problem.ts";

/** Reads by the file's ending; what ends in .yaml or .yml is YAML, everything else JSON. */
export function parseText(text: string, name: string): Loaded<unknown> {
  return /\.ya?ml$/i.test(name) ? parseYaml(text, name) : parseJson(text, name);
}

function parseYaml(text: string, name: string): Loaded<unknown> {
  const lines = new LineCounter();
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch (cause) {
    // The library goes down with each level: a text that nests without end leaves it no stack.
    if (!(cause instanceof RangeError)) throw cause;
    return tooDeep(name);
  }
  const error = document.errors[0];
  if (error && /call stack/.test(error.message)) return tooDeep(name);
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    const what = error.message.replace(/\.$/, "");
    return {
      ok: false,
      problems: [
        errorProblem(
          "broken-yaml",
          `${name} is not valid YAML: ${what} at line ${line}, column ${col}. Correct that place and load it again.`,
          [],
          { line, column: col },
        ),
      ],
    };
  }
  try {
    // A bomb of aliases is refused by the library's own limit.
    return { ok: true, value: document.toJS({ maxAliasCount: 1_000 }) as unknown, problems: [] };
  } catch (cause) {
    if (cause instanceof RangeError) return tooDeep(name);
    return {
      ok: false,
      problems: [errorProblem("broken-yaml", `${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`)],
    };
  }
}

function tooDeep(name: string): Loaded<never> {
  return { ok: false, problems: [errorProblem("too-deep", `${name} nests too deeply to be read; take the nesting out.`)] };
}
