/** Owns the one path every Driftlab file takes in: read version → migrate step by step → parse → problems. */
import type { z } from "zod";
import { shapeProblem } from "#shared/format/shape.ts";
import { errorProblem, type Loaded, type Problem } from "#shared/problem.ts";

/** Turns a file of version n into one of version n + 1. */
export type Migration = (value: Record<string, unknown>) => Record<string, unknown>;

/** A file format of ours: its name, its newest version, how older ones come up to it, and its schema. */
export interface FileFormat<T> {
  name: string;
  /** What a person calls such a file, with an article: "an org", "a suite". */
  article: string;
  version: number;
  /** `migrations[n]` lifts version n to n + 1. */
  migrations: Record<number, Migration>;
  schema: z.ZodType<T>;
  /** What a person calls a place in such a file; null for its path. */
  placeInWords?: (file: Record<string, unknown>, path: readonly PropertyKey[]) => string | null;
}

/** How a person reads a path into a document: `agents[2].name`. */
export function pathInWords(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`)).join("");
}

/** Reads an already parsed value as a format; unknown fields are kept, a newer version is refused by name. */
export function loadValue<T>(format: FileFormat<T>, raw: unknown, name: string): Loaded<T> {
  const shape = shapeProblem(raw, name);
  if (shape) return { ok: false, problems: [shape] };
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return fail("not-an-object", `${name} does not hold ${format.article}: expected an object with "format": "${format.name}".`);
  const value = raw as Record<string, unknown>;
  if (value.format !== format.name)
    return fail(
      "wrong-format",
      `${name} is not ${format.article}: its "format" is ${JSON.stringify(value.format) ?? "missing"}, expected "${format.name}".`,
    );
  const version = value.version;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1)
    return fail(
      "no-version",
      `${name} has no usable "version": expected ${format.version === 1 ? "1" : `a whole number from 1 to ${format.version}`}.`,
    );
  if (version > format.version)
    return fail(
      "newer-version",
      `${name} is ${format.name} version ${version}; this Driftlab reads up to version ${format.version}. Open it with a newer Driftlab.`,
    );
  let current = value;
  for (let step = version; step < format.version; step += 1) {
    const migrate = format.migrations[step];
    if (!migrate) return fail("no-migration", `${name} is ${format.name} version ${step}, which can no longer be read.`);
    current = { ...migrate(current), version: step + 1 };
  }
  const parsed = format.schema.safeParse(current);
  if (parsed.success) return { ok: true, value: parsed.data, problems: [] };
  return {
    ok: false,
    problems: parsed.error.issues
      .slice(0, 10)
      .map((issue) => schemaProblem(issue, name, format.placeInWords?.(current, issue.path) ?? null)),
  };
}

function fail<T>(code: string, message: string): Loaded<T> {
  return { ok: false, problems: [errorProblem(code, message)] };
}

function schemaProblem(issue: z.core.$ZodIssue, name: string, words: string | null): Problem {
  const path = pathInWords(issue.path);
  const where = words ?? (path === "" ? "the document" : `"${path}"`);
  const what = issue.message.replace(/^Invalid input: /, "").replace(/\.$/, "");
  return { ...errorProblem("wrong-field", `${name}: ${where} is wrong: ${what}.`), path: issue.path };
}
