/** What can be wrong with a file or a design, and the sentence a person reads about it. */

/** Where in a text a problem sits; lines and columns count from 1. */
export interface TextPlace {
  line: number;
  column: number;
}

export interface Problem {
  /** An `error` stops a run (or a load); a `warning` does not. */
  severity: "error" | "warning";
  /** Stable, machine-readable name, e.g. `no-entry`. */
  code: string;
  /** What is wrong, where, and what to do, in one sentence. */
  message: string;
  /** Ids of agents, handoffs, tasks or constraints to highlight. */
  ids: string[];
  place?: TextPlace;
  /** Which field of a file it is about. */
  path?: readonly PropertyKey[];
}

/** Either a value (perhaps with warnings) or the errors that kept it from loading. */
export type Loaded<T> = { ok: true; value: T; problems: Problem[] } | { ok: false; problems: Problem[] };

/** A problem that stops. */
export function errorProblem(code: string, message: string, ids: string[] = [], place?: TextPlace): Problem {
  return { severity: "error", code, message, ids, ...(place ? { place } : {}) };
}

/** A problem that does not stop. */
export function warningProblem(code: string, message: string, ids: string[] = []): Problem {
  return { severity: "warning", code, message, ids };
}

/** All problems of a failed load as one line for a terminal or a toast. */
export function problemsAsLine(problems: readonly Problem[]): string {
  return problems.map((problem) => problem.message).join(" ");
}
