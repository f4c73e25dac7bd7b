/** Owns the result of an effect study, format `driftlab.effect` version 1: what repairing an edge's messages changed (M5, M6). */
import { z } from "zod";
import { estimateSchema } from "#shared/drift/report.ts";
import { ENDPOINTS } from "#shared/experiment/plan.ts";

export const EFFECT_FORMAT = "driftlab.effect";
export const EFFECT_VERSION = 1;

/** What became of one run of the rest; `failed`: it has no outcome at all, e.g. the connection broke for good. */
export const DRAW_STATUSES = ["complete", "refused", "incomplete", "failed"] as const;

const nullableNumber = z.number().nullable();
const count = z.number().int();
const reason = estimateSchema.shape.reason;

const figure = estimateSchema.extend({
  p: nullableNumber.describe("Two-sided sign-flip p over tasks (M15), not adjusted."),
  pReason: z.string().nullable().describe("Why there is no p."),
  floor: nullableNumber.describe("The smallest p that this number of tasks can give."),
});

const draws = z
  .object({ total: count, complete: count, refused: count, incomplete: count, failed: count, leftOut: count })
  .describe("Of the handoffs that lost something. leftOut: those without a score in alignment, which no mean holds (M11).");

const endpointEffect = z.object({
  endpoint: z.enum(ENDPOINTS),
  effect: figure.describe("M6: mean over tasks of repaired − sham; a handoff that lost nothing enters as 0. Positive: repairing helps."),
  perLossy: figure.describe("The same over the handoffs that lost something."),
  shamMinusAsSent: figure.describe("Over those: what editing alone changes; near 0 where the control is inert."),
  refusedLeftOut: figure.describe("M11: the effect without the draws that refused."),
  incompleteAtBest: figure.describe("M11: each incomplete draw scored as well for the repair as the scale allows."),
  incompleteAtWorst: figure.describe("M11: each incomplete draw scored as badly for the repair as the scale allows."),
  perTask: z.array(z.object({ task: z.string(), repaired: z.number(), sham: z.number(), effect: z.number() })),
  perCheckpoint: z.array(
    z.object({ taskId: z.string(), runId: z.string(), handoffId: z.string(), lossy: z.boolean(), effect: nullableNumber, reason }),
  ),
});

const checkpoints = z.object({
  drawn: count,
  lossy: count,
  measured: count.describe("Those with an effect in alignment; a handoff that lost nothing counts, as 0."),
});

const edgeEffect = z.object({
  checkpoints,
  draws: z.object({ repaired: draws, sham: draws, asSent: draws }),
  alignment: endpointEffect.describe("Retention of the deliverable, −1 to 1 (M4)."),
  effectiveness: endpointEffect.describe("Weighted share of asks met, 0 to 1 (M9)."),
});

const sway = z.object({
  estimate: figure.describe("M5: mean over tasks of repaired − sham in the receiver's next output."),
  handoffs: count,
  leftOut: count.describe("Handoffs without a score on one of the two sides."),
});

const familyMember = z.object({
  edgeId: z.string(),
  selected: z.boolean().describe("Branched because it stood at the top of a ranking: its figure is to be estimated again on fresh tasks."),
  pHolm: z.object({ alignment: nullableNumber, effectiveness: nullableNumber }).describe("Over the branched edges, each endpoint apart."),
  pReason: z.object({ alignment: z.string().nullable(), effectiveness: z.string().nullable() }),
});

const residual = z.object({
  endpoint: z.enum(ENDPOINTS),
  gap: nullableNumber.describe("org − solo (M15)."),
  repaired: nullableNumber.describe("Sum of the branched edges' effects. Effects do not add up; this is for comparing only."),
  residual: nullableNumber.describe("What the org would still lack: (solo − org) − that sum."),
  reason,
});

const family = z.object({
  edges: z.array(familyMember),
  residuals: z.array(residual),
});

export const effectStudySchema = z.object({
  format: z.literal(EFFECT_FORMAT),
  version: z.literal(EFFECT_VERSION),
  study: z.object({
    id: z.string(),
    experimentId: z.string(),
    planHash: z.string(),
    arm: z.string(),
    seed: count,
    checkpointsPerTask: count.describe("C, as asked for."),
    drawsPerSide: count.describe("K, as asked for."),
  }),
  badge: z.enum(["interventional", "simulated"]),
  edges: z.array(z.object({ edgeId: z.string(), direction: z.string(), outcome: edgeEffect.nullable(), sway: sway.nullable() })),
  family,
});

export type DrawStatus = (typeof DRAW_STATUSES)[number];
export type EffectFigure = z.infer<typeof figure>;
export type DrawCounts = z.infer<typeof draws>;
export type EndpointEffect = z.infer<typeof endpointEffect>;
export type EdgeEffect = z.infer<typeof edgeEffect>;
export type SwayEffect = z.infer<typeof sway>;
export type EffectFamily = z.infer<typeof family>;
export type EffectResidual = z.infer<typeof residual>;
export type EffectStudy = z.infer<typeof effectStudySchema>;
