/** Owns a report as a person reads it in a terminal. */
import type { ComparisonReport, Report } from "#shared/drift/report.ts";
import { estimateText, figure, pText, table } from "#main/hosts/cli/table.ts";

function dollars(usd: number): string {
  // What was paid must not read as nothing.
  return usd > 0 && usd < 0.01 ? "<$0.01" : `$${usd.toFixed(2)}`;
}

/** A flag of an estimate, short enough for a table. */
function flagText(flag: string): string {
  return flag === "few-tasks" ? "few" : flag;
}

/** Arms, comparisons and edges as tables, with what they are: observed or simulated. */
export function reportAsText(report: Report): string {
  const name = (id: string) => report.arms.find((arm) => arm.id === id)?.name ?? id;
  const parts = [
    `Experiment ${report.experiment.id} · seed ${report.experiment.seed} · ${report.badge}`,
    ...(report.badge === "simulated" ? ["All figures are simulated: they prove plumbing and arithmetic, not how a model behaves."] : []),
    "",
    table(
      ["arm", "runs", "failed", "stopped", "refused", "incomplete", "asks met", "retention", "output tokens", "cost"],
      report.arms.map((arm) => [
        arm.name,
        String(arm.runs),
        String(arm.cells.failed),
        String(arm.cells.stopped),
        String(arm.status.refused),
        String(arm.status.incomplete),
        estimateText(arm.effectiveness),
        estimateText(arm.retention),
        String(arm.outputTokens ?? arm.tokensReason),
        arm.costUsd === null ? (arm.costReason ?? "–") : dollars(arm.costUsd),
      ]),
    ),
    ...budgetLines(report),
  ];
  const against = comparedWith(report);
  if (report.comparisons.length > 0)
    parts.push(
      "",
      table(
        ["org − solo", "endpoint", "tasks", "difference", "p", "Holm p", "least p", "note"],
        report.comparisons.map((each) => [
          against(each),
          each.endpoint,
          String(each.tasks),
          estimateText({ mean: each.estimate, interval: each.interval, reason: each.reason }),
          pText(each.p),
          pText(each.pHolm),
          pText(each.floor),
          each.pReason ?? "",
        ]),
      ),
    );
  if (report.edges.length > 0)
    parts.push(
      "",
      table(
        ["edge", "arm", "drift", "tasks", "per run", "omitted", "weakened", "contradicted", "introduced", "fired", "handoffs"],
        report.edges.map((edge) => [
          edge.direction,
          name(edge.arm),
          estimateText(edge.drift),
          [edge.drift.tasks, ...edge.drift.flags.map(flagText)].join(" "),
          estimateText(edge.perRun),
          figure(edge.parts?.omitted ?? null),
          figure(edge.parts?.weakened ?? null),
          figure(edge.parts?.contradicted ?? null),
          String(edge.introduced),
          `${edge.runsFired}/${edge.runs}`,
          String(edge.handoffs),
        ]),
      ),
      "",
      "Drift is constraint loss per firing run, mean [95 % interval over tasks]; 0 nothing lost, 1 all lost, above 1 contradicted.",
      "Per run counts runs in which the edge did not fire as 0. few: read the interval with care; clipped: the loss is above 2, where its interval ends.",
    );
  parts.push(...confoundLines(report));
  return `${parts.join("\n")}\n`;
}

/** Who is compared: the org, and where there are several solo arms also which of them. */
function comparedWith({ arms, comparisons }: Report): (comparison: ComparisonReport) => string {
  const name = (id: string) => arms.find((arm) => arm.id === id)?.name ?? id;
  const several = new Set(comparisons.map(({ solo }) => solo)).size > 1;
  return ({ org, solo }) => (several ? `${name(org)} − ${name(solo)}` : name(org));
}

/** Of solo arms with a budget what it rests on (M12); what a sweep set stands in the arms' names. */
function budgetLines({ arms }: Report): string[] {
  return arms.flatMap(({ name, settings }) => {
    const basis = settings["budget-basis"];
    return basis === undefined ? [] : [`${name}: budget from ${basis} of earlier runs, at least ${settings["budget-runs"] ?? "1"} a task.`];
  });
}

/** The differences that could be mended and matter (M13); all others are in the report. */
function confoundLines({ confounds }: Report): string[] {
  const shown = confounds.filter((each) => each.class === "fixable" && each.severity !== "low");
  if (shown.length === 0) return [];
  return [
    "",
    `Arms differ in more than what is compared; ${shown.length === 1 ? "this can be mended" : "these can be mended"}:`,
    ...shown.map((each) => `  ${each.severity.padEnd(6)}  ${each.sentence}`),
    `${confounds.length > shown.length ? `All ${confounds.length} differences, ` : ""}more: --json`,
  ];
}
