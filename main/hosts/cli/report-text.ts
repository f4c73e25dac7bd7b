/** Owns a report as a person reads it in a terminal. */
import type { ComparisonReport, Report } from "#shared/drift/report.ts";
import type { Estimate } from "#shared/drift/types.ts";
import { armLeftOut, tasksLeftOut } from "#shared/drift/left-out.ts";
import { pText } from "#shared/drift/p-text.ts";
import { estimateText, figure, table } from "#main/hosts/cli/table.ts";

function dollars(usd: number): string {
  // What was paid must not read as nothing.
  return usd > 0 && usd < 0.01 ? "<$0.01" : `$${usd.toFixed(2)}`;
}

/** A flag of an estimate, short enough for a table. */
function flagText(flag: string): string {
  return flag === "few-tasks" ? "few" : flag;
}

/** What stands behind a figure: tasks/runs, and what to mind. */
function countText({ tasks, runs, flags }: { tasks: number; runs: number; flags: readonly string[] }): string {
  return [`${tasks}/${runs}`, ...flags.map(flagText)].join(" ");
}

/** Arms, comparisons and edges as tables, with what they are: observed or simulated. */
export function reportAsText(report: Report): string {
  const parts = [
    `Experiment ${report.experiment.id} · seed ${report.experiment.seed} · ${report.badge}`,
    ...(report.badge === "simulated" ? ["All figures are simulated: they prove plumbing and arithmetic, not how a model behaves."] : []),
    "",
    ...armLines(report),
    ...comparisonLines(report),
    ...edgeLines(report),
    ...confoundLines(report),
  ];
  return `${parts.join("\n")}\n`;
}

function armLines(report: Report): string[] {
  return [
    table(
      [
        "arm",
        "runs",
        "failed",
        "stopped",
        "refused",
        "incomplete",
        "asks met",
        "tasks/runs",
        "retention",
        "tasks/runs",
        "output tokens",
        "cost",
      ],
      report.arms.map((arm) => [
        arm.name,
        String(arm.runs),
        String(arm.cells.failed),
        String(arm.cells.stopped),
        String(arm.status.refused),
        String(arm.status.incomplete),
        estimateText(arm.effectiveness),
        countText(arm.effectiveness),
        estimateText(arm.retention),
        countText(arm.retention),
        String(arm.outputTokens ?? arm.tokensReason),
        arm.costUsd === null ? (arm.costReason ?? "–") : dollars(arm.costUsd),
      ]),
    ),
    ...report.arms.flatMap((arm) => armLeftOut(arm).map((words) => `${arm.name}: ${words}.`)),
    ...noneSeenLine(report.arms.map((arm) => arm.retention)),
    ...budgetLines(report),
  ];
}

function comparisonLines(report: Report): string[] {
  if (report.comparisons.length === 0) return [];
  const against = comparedWith(report);
  return [
    "",
    table(
      ["org − solo", "endpoint", "tasks", "difference", "p", "Holm p", "least p", "note"],
      report.comparisons.map((each) => [
        against(each),
        each.endpoint,
        String(each.tasks),
        estimateText({ ...each, mean: each.estimate }),
        pText(each.p),
        pText(each.pHolm),
        pText(each.floor),
        [each.pReason ?? "", tasksLeftOut(each, (reason) => reason)].filter(Boolean).join("; "),
      ]),
    ),
  ];
}

function edgeLines(report: Report): string[] {
  if (report.edges.length === 0) return [];
  const name = (id: string) => report.arms.find((arm) => arm.id === id)?.name ?? id;
  return [
    "",
    table(
      ["edge", "arm", "drift", "tasks", "measured", "fired", "handoffs", "per run", "tasks/runs"],
      report.edges.map((edge) => [
        edge.direction,
        name(edge.arm),
        estimateText(edge.drift),
        [edge.drift.tasks, ...edge.drift.flags.map(flagText)].join(" "),
        `${edge.measured}/${edge.runsFired}`,
        `${edge.runsFired}/${edge.runs}`,
        String(edge.handoffs),
        estimateText(edge.perRun),
        countText(edge.perRun),
      ]),
    ),
    "",
    table(
      ["of these", "arm", "omitted", "weakened", "contradicted", "introduced", "nothing to lose", "nothing to carry"],
      report.edges.map((edge) => [
        edge.direction,
        name(edge.arm),
        figure(edge.parts?.omitted ?? null),
        figure(edge.parts?.weakened ?? null),
        figure(edge.parts?.contradicted ?? null),
        String(edge.introduced),
        String(edge.nothingToLose),
        String(edge.nothingToCarry),
      ]),
    ),
    "",
    "Drift is constraint loss per firing run in which something could be lost, mean [95 % interval over tasks]; 0 nothing lost, 1 all lost, above 1 contradicted.",
    "Measured: runs with a loss, of those in which the edge fired. In the others the sender held nothing (nothing to lose), the receiver had it all (nothing to carry), or no constraint has a probe.",
    "Per run counts runs in which the edge did not fire as 0 and leaves out those without a loss; without a figure where they are most of the firing runs.",
    "Omitted, weakened and contradicted add up to drift; contradictions introduced here stand beside it, as a count.",
    "Intervals speak of tasks like these unless they say these tasks only. few: read the interval with care; clipped: the loss is above 2, where its interval ends.",
    ...noneSeenLine(report.edges.flatMap((edge) => [edge.drift, edge.perRun])),
  ];
}

/** Who is compared: the org, and where there are several solo arms also which of them. */
function comparedWith({ arms, comparisons }: Report): (comparison: ComparisonReport) => string {
  const name = (id: string) => arms.find((arm) => arm.id === id)?.name ?? id;
  const several = new Set(comparisons.map(({ solo }) => solo)).size > 1;
  return ({ org, solo }) => (several ? `${name(org)} − ${name(solo)}` : name(org));
}

/** What "at most" and "at least" say of a loss or of what is kept, where one of them stands in a table (M16). */
function noneSeenLine(figures: readonly Pick<Estimate, "interval">[]): string[] {
  if (!figures.some(({ interval }) => interval?.oneSided)) return [];
  return [
    "At most, at least: no loss seen. They bound the share of runs that lose anything (at least .72: at most .28 of them), not how much; a single loss may exceed 1.",
  ];
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
