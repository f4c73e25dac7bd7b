/** Owns the report of an experiment, format `driftlab.report` version 1. */
import { z } from "zod";
import { confoundSchema } from "#shared/drift/confounds.ts";
import { SIDES } from "#shared/drift/types.ts";
import { BASELINES, ENDPOINTS } from "#shared/experiment/plan.ts";

export const REPORT_FORMAT = "driftlab.report";
export const REPORT_VERSION = 1;

const nullableNumber = z.number().nullable();
const reason = z
  .enum([
    "nothing-to-lose",
    "nothing-to-carry",
    "too-few",
    "no-variance",
    "refused",
    "incomplete",
    "failed",
    "void",
    "no-probe",
    "unknown-price",
    "no-usage",
    "not-fired",
    "no-runs",
  ])
  .nullable()
  .describe("Why a figure, or its interval, is null (M21).");

const interval = z
  .object({
    low: z.number(),
    high: z.number(),
    level: z.number(),
    oneSided: z
      .enum(SIDES)
      .nullable()
      .describe(
        "Where no loss was seen at all, the one end that was estimated (M16). It bounds the share of runs that lose anything, not how much is lost: a single loss may exceed 1.",
      ),
  })
  .nullable();

export const estimateSchema = z.object({
  mean: nullableNumber,
  interval,
  reason,
  tasks: z.number().int().describe("Tasks (clusters) behind the figure."),
  scope: z.enum(["tasks like these", "these tasks only"]),
  flags: z.array(z.string()),
});

const parts = z.object({ omitted: z.number(), weakened: z.number(), contradicted: z.number() }).nullable();

const score = estimateSchema.extend({
  runs: z.number().int().describe("Runs that count: those that have the score."),
  leftOut: z
    .object({ complete: z.number().int(), refused: z.number().int(), incomplete: z.number().int() })
    .describe("Finished runs without the score, by their status (M11); a complete one lacks a probe."),
});

const armReport = z.object({
  id: z.string(),
  kind: z.enum(["org", "solo"]),
  name: z.string(),
  orgHash: z.string(),
  baseline: z.enum(BASELINES).nullable().describe("Of a solo arm: how it works (M12)."),
  settings: z.record(z.string(), z.string()).describe("What a sweep or a share of traits set, or what a solo arm's budget rests on."),
  runs: z.number().int(),
  cells: z.object({ done: z.number().int(), failed: z.number().int(), stopped: z.number().int() }),
  status: z.object({ complete: z.number().int(), refused: z.number().int(), incomplete: z.number().int() }),
  effectiveness: score.extend({ measure: z.literal("asks met") }),
  retention: score,
  inputTokens: nullableNumber.describe("Read in at the full price; like outputTokens a sum over the runs that are done."),
  cacheReadTokens: nullableNumber.describe("Read from the cache, at its lower price."),
  cacheWriteTokens: nullableNumber.describe("Written to the cache, at its higher price."),
  outputTokens: nullableNumber.describe("Sum over the runs that are done; what failed or was stopped is left out."),
  tokensReason: reason.describe("Why one of the sums of tokens is null: a server did not say what a call took."),
  costUsd: nullableNumber.describe("As outputTokens; null where a model's price, or what a call took, is not known."),
  costReason: reason,
});

const comparison = z.object({
  org: z.string(),
  solo: z.string(),
  endpoint: z.enum(ENDPOINTS),
  tasks: z.number().int(),
  estimate: nullableNumber,
  interval,
  scope: z.enum(["tasks like these", "these tasks only"]),
  p: nullableNumber,
  pHolm: nullableNumber,
  reason,
  pReason: z.string().nullable().describe("Why there is no p, or that .05 cannot be reached whatever the data (M15)."),
  floor: nullableNumber.describe("The smallest p that this number of tasks can give."),
  perTask: z
    .array(
      z.object({
        task: z.string(),
        org: nullableNumber,
        solo: nullableNumber,
        difference: nullableNumber,
        reason: reason.describe("Why there is no difference (M21): the task is then no part of the estimate."),
      }),
    )
    .describe(
      "Every task of the plan, a task with its twin as one. Where there is a difference, both means are over what both arms ran, and the differences average to the estimate (M14); where there is none, each arm's mean is its own.",
    ),
});

const edge = z.object({
  arm: z.string(),
  edgeId: z.string(),
  direction: z.string().describe("Names of sender and receiver, for reading."),
  source: z.string(),
  target: z.string(),
  handoffs: z.number().int(),
  runs: z.number().int().describe("Finished runs of the arm."),
  runsFired: z.number().int().describe("Runs in which the edge carried at least one handoff (M22)."),
  measured: z.number().int().describe("Runs whose loss could be computed."),
  nothingToLose: z.number().int(),
  nothingToCarry: z.number().int(),
  introduced: z.number().int().describe("Contradictions that began here beside the loss (M2b)."),
  drift: estimateSchema,
  parts,
  perRun: estimateSchema
    .extend({ runs: z.number().int().describe("Runs behind the figure: measured ones, and those in which the edge did not fire.") })
    .describe(
      "Loss per run with not-fired as 0 (M22). A task in which less than half of the firing runs could be measured is left out; null with the reason of most others where that holds of the edge as a whole.",
    ),
});

const deliverable = z.object({ arm: z.string(), measured: z.number().int(), drift: estimateSchema, parts });

export const reportSchema = z.object({
  format: z.literal(REPORT_FORMAT),
  version: z.literal(REPORT_VERSION),
  experiment: z.object({ id: z.string(), planHash: z.string(), seed: z.number().int() }),
  badge: z.enum(["observed", "interventional", "simulated"]),
  arms: z.array(armReport),
  comparisons: z.array(comparison),
  edges: z.array(edge),
  deliverables: z.array(deliverable),
  confounds: z
    .array(confoundSchema)
    .describe("M13: every difference between arms that are compared, from the designs and from the finished runs."),
});

export type Report = z.infer<typeof reportSchema>;
export type ArmReport = z.infer<typeof armReport>;
/** An arm's figure with the runs behind it. */
export type Score = z.infer<typeof score>;
export type EdgeReport = z.infer<typeof edge>;
export type ComparisonReport = z.infer<typeof comparison>;
export type DeliverableReport = z.infer<typeof deliverable>;
