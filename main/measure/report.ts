/** Owns turning measured runs into the report: arms, comparisons, edges, deliverables, each with its uncertainty (M14–M16, M21, M22). Pure. */
import { REPORT_FORMAT, REPORT_VERSION, type Report } from "#shared/drift/report.ts";
import type { Badge } from "#shared/drift/types.ts";
import { dataConfounds } from "#main/measure/confounds/data.ts";
import { designConfounds } from "#main/measure/confounds/design.ts";
import { armReport, deliverableReport } from "#main/measure/report/arms.ts";
import { comparisons } from "#main/measure/report/comparisons.ts";
import { edgeReports } from "#main/measure/report/edges.ts";
import type { ReportInput } from "#main/measure/report/input.ts";

/** The whole report. The same input gives the same report, whatever order it comes in. */
export function buildReport(input: ReportInput): Report {
  const { plan } = input;
  const badge: Badge = plan.connection.kind === "simulated" ? "simulated" : "observed";
  return {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    experiment: { id: input.experimentId, planHash: input.planHash, seed: plan.seed },
    badge,
    arms: plan.arms.map((arm) => armReport(input, arm)),
    comparisons: comparisons(input),
    edges: plan.arms.filter((arm) => arm.kind === "org").flatMap((arm) => edgeReports(input, arm)),
    deliverables: plan.arms.map((arm) => deliverableReport(input, arm)),
    confounds: [
      ...designConfounds({ plan, designs: input.designs, connection: { takesTemperature: input.takesTemperature ?? false } }),
      ...(input.facts ? dataConfounds({ plan, arms: input.facts, designs: input.designs }) : []),
    ],
  };
}
