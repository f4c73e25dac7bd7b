/** Owns refusing values that no file of ours has: nested without end, or with fields whose names JavaScript takes for something else. */
import { errorProblem, type Problem } from "#shared/problem.ts";

/** Deepest nesting that is read: our own formats need fewer than ten levels. */
const MOST_LEVELS = 200;

/** What keeps a parsed value from being looked at any further, or null. Never recurses, whatever the value. */
export function shapeProblem(value: unknown, name: string): Problem | null {
  // Shared parts, which YAML has, are looked at again only where they lie deeper.
  const depths = new Map<object, number>();
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: inner, depth } = next;
    if (typeof inner !== "object" || inner === null || (depths.get(inner) ?? -1) >= depth) continue;
    depths.set(inner, depth);
    if (depth >= MOST_LEVELS)
      return errorProblem(
        "too-deep",
        `${name} nests deeper than ${MOST_LEVELS} levels, which no file of Driftlab's does; take the nesting out.`,
      );
    for (const [key, part] of Object.entries(inner)) {
      if (key === "__proto__")
        return errorProblem("bad-field", `${name} has a field called "__proto__", which cannot be kept; rename it or take it out.`);
      open.push({ value: part, depth: depth + 1 });
    }
  }
  return null;
}
