/** Owns a report as a person reads it in a terminal. */
import type { Report } from "#shared/drift/report.ts";
import { estimateText, figure, table } from "#main/hosts/cli/table.ts";

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
        ["org − solo", "endpoint", "tasks", "difference", "p"],
        report.comparisons.map((each) => [
          name(each.org),
          each.endpoint,
          String(each.tasks),
          estimateText({ mean: each.estimate, interval: each.interval, reason: each.reason }),
          each.p === null ? (each.pReason ?? "–") : each.p < 0.005 ? "< .01" : figure(each.p),
        ]),
      ),
    );
  if (report.edges.length > 0)
    parts.push(
      "",
      table(
        ["edge", "arm", "drift", "omitted", "weakened", "contradicted", "introduced", "fired", "handoffs"],
        report.edges.map((edge) => [
          edge.direction,
          name(edge.arm),
          estimateText(edge.drift),
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
    );
  return `${parts.join("\n")}\n`;
}
