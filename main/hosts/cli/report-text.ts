/** Owns a report as a person reads it in a terminal. */
import type { Report } from "#shared/drift/report.ts";
import { estimateText, figure, pText, table } from "#main/hosts/cli/table.ts";

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
        String(arm.outputTokens),
        arm.costUsd === null ? (arm.costReason ?? "–") : `$${arm.costUsd.toFixed(2)}`,
      ]),
    ),
  ];
  if (report.comparisons.length > 0)
    parts.push(
      "",
      table(
        ["org − solo", "endpoint", "tasks", "difference", "p", "Holm p", "least p", "note"],
        report.comparisons.map((each) => [
          name(each.org),
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
  return `${parts.join("\n")}\n`;
}
