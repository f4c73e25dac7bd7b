/** Owns saying what is wrong with a suite, for hosts and use cases alike. */
import type { Problem } from "#shared/problem.ts";
import type { Suite } from "#shared/task/schema.ts";
import { checkSuite } from "#main/measure/check-suite.ts";

/** Everything that can be proved about a suite before it runs; errors keep it from being used. */
export function suiteProblems(suite: Suite): Problem[] {
  return checkSuite(suite);
}
