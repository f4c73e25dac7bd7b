/** Owns saying what a figure is not made of: the runs of an arm and the tasks of a comparison that are left out of it (M11, M21). */
import type { ArmReport, ComparisonReport, Score } from "#shared/drift/report.ts";
import type { Reason } from "#shared/drift/types.ts";

/** `2 refused, 1 incomplete`: the runs that a score leaves out; empty where there are none. */
export function runsLeftOut({ leftOut }: Pick<Score, "leftOut">): string {
  return listed([
    [leftOut.refused, "refused"],
    [leftOut.incomplete, "incomplete"],
    [leftOut.complete, "without a probe"],
  ]);
}

/** A sentence part for each score of an arm that leaves runs out, or one for both where they leave out the same. */
export function armLeftOut({ effectiveness, retention, runs }: Pick<ArmReport, "effectiveness" | "retention" | "runs">): string[] {
  const of = (name: string, score: Score) => {
    const words = runsLeftOut(score);
    return words === "" ? [] : [`${name} ${runs - score.runs} of ${runs} runs: ${words}`];
  };
  return runsLeftOut(effectiveness) === runsLeftOut(retention)
    ? of("left out of asks met and retention", retention)
    : [...of("left out of asks met", effectiveness), ...of("left out of retention", retention)];
}

/**
 * `1 of 9 tasks left out: 1 refused`, where a comparison is over fewer tasks than the plan; empty where it is over all.
 *
 * @param word how a reason is called
 */
export function tasksLeftOut({ perTask }: Pick<ComparisonReport, "perTask">, word: (reason: Reason) => string): string {
  const reasons = perTask.flatMap(({ reason }) => (reason === null ? [] : [reason]));
  if (reasons.length === 0) return "";
  const counts = [...new Set(reasons)].map((reason): [number, string] => [reasons.filter((each) => each === reason).length, word(reason)]);
  return `${reasons.length} of ${perTask.length} tasks left out: ${listed(counts)}`;
}

function listed(counts: readonly [number, string][]): string {
  return counts.flatMap(([number, what]) => (number > 0 ? [`${number} ${what}`] : [])).join(", ");
}
