/** Owns M6: what repairing the messages of one edge does to the outcome, from the checkpoints' runs on all three sides. */
import type { DrawCounts, DrawStatus, EdgeEffect, EndpointEffect } from "#shared/drift/effect.ts";
import type { Reason } from "#shared/drift/types.ts";
import type { Endpoint } from "#shared/experiment/plan.ts";
import { contrast, type ContrastOptions, type Sides } from "#main/measure/effect/contrast.ts";
import { mean } from "#main/measure/stats/moments.ts";

/** One run of the rest from a checkpoint. */
export interface Draw {
  status: DrawStatus;
  /** Retention of its deliverable, −1 to 1 (M4); null where it could not be read. A refusal has one where a rubric scores it. */
  alignment: number | null;
  /** Weighted share of asks met, 0 to 1 (M9). */
  effectiveness: number | null;
}

export type Side = "repaired" | "sham" | "asSent";

/** A handoff of the edge that was drawn at random (see `drawCheckpoints`). */
export interface Checkpoint {
  taskId: string;
  handoffId: string;
  runId: string;
  /** Whether it lost anything. What lost nothing enters as 0 and needs no runs. */
  lossy: boolean;
  scores: Record<Side, readonly Draw[]>;
}

export interface EffectInput extends ContrastOptions {
  checkpoints: readonly Checkpoint[];
}

type Score = (draw: Draw, side: Side) => number | null;

/** The ends of the two scales. */
const SCALES: Record<Endpoint, { low: number; high: number }> = {
  alignment: { low: -1, high: 1 },
  effectiveness: { low: 0, high: 1 },
};

/**
 * M6 on one edge: Δ_c = mean(repaired) − mean(sham), in alignment and beside it in effectiveness, averaged within a task,
 * then M15's t interval and sign-flip p. The run that a checkpoint was drawn from is no part of it.
 *
 * - Draws without a score are left out and counted; where a whole side has none, the checkpoint is null with a reason.
 * - Refusals as they are scored (primary) and left out; incomplete draws left out (primary), at best and at worst (M11).
 * - No checkpoint with an effect: mean null with the checkpoints' own reason. Under 3 tasks: interval null, `too-few`.
 *
 * @throws RangeError on a score that is not a number, or a task in two clusters
 */
export function effectEstimate(input: EffectInput): EdgeEffect {
  const checkpoints = [...input.checkpoints].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const alignment = endpointEffect({ ...input, checkpoints }, "alignment");
  return {
    checkpoints: {
      drawn: checkpoints.length,
      lossy: checkpoints.filter(({ lossy }) => lossy).length,
      measured: alignment.perCheckpoint.filter(({ effect }) => effect !== null).length,
    },
    draws: {
      repaired: drawCounts(checkpoints, "repaired"),
      sham: drawCounts(checkpoints, "sham"),
      asSent: drawCounts(checkpoints, "asSent"),
    },
    alignment,
    effectiveness: endpointEffect({ ...input, checkpoints }, "effectiveness"),
  };
}

function endpointEffect(input: EffectInput, endpoint: Endpoint): EndpointEffect {
  const { checkpoints } = input;
  const lossy = checkpoints.filter((each) => each.lossy);
  const { low, high } = SCALES[endpoint];
  const scored: Score = (draw) => draw[endpoint];
  // At best for the repair: what it left unfinished at the top of the scale, what the sham left unfinished at the bottom.
  const incompleteAs =
    (repaired: number, sham: number): Score =>
    (draw, side) =>
      draw.status === "incomplete" ? (side === "repaired" ? repaired : sham) : draw[endpoint];
  const compare = (over: readonly Checkpoint[], score: Score, a: Side = "repaired", b: Side = "sham") =>
    contrast(over.map(sidesBy(score, a, b)), input, mostTelling(checkpoints, score, [a, b]));
  const main = compare(checkpoints, scored);
  return {
    endpoint,
    effect: main.figure,
    perLossy: compare(lossy, scored).figure,
    shamMinusAsSent: compare(lossy, scored, "sham", "asSent").figure,
    refusedLeftOut: compare(checkpoints, (draw) => (draw.status === "refused" ? null : draw[endpoint])).figure,
    incompleteAtBest: compare(checkpoints, incompleteAs(high, low)).figure,
    incompleteAtWorst: compare(checkpoints, incompleteAs(low, high)).figure,
    perTask: main.perTask.map(({ cluster, a, b }) => ({ task: cluster, repaired: a, sham: b, effect: a - b })),
    perCheckpoint: checkpoints.map((checkpoint) => {
      const { taskId, runId, handoffId } = checkpoint;
      const { a, b } = sidesBy(scored, "repaired", "sham")(checkpoint);
      const [repaired, sham] = [mean(sorted(a)), mean(sorted(b))];
      const effect = repaired === null || sham === null ? null : repaired - sham;
      const reason = effect === null ? missing(checkpoint, scored, ["repaired", "sham"]) : null;
      return { taskId, runId, handoffId, lossy: checkpoint.lossy, effect, reason };
    }),
  };
}

/** What lost nothing has nothing to repair: the same on both sides, whatever was run from it. */
function sidesBy(score: Score, a: Side, b: Side): (checkpoint: Checkpoint) => Sides {
  return (checkpoint) => ({
    taskId: checkpoint.taskId,
    handoff: keyOf(checkpoint),
    a: checkpoint.lossy ? known(checkpoint, score, a) : [0],
    b: checkpoint.lossy ? known(checkpoint, score, b) : [0],
  });
}

function known(checkpoint: Checkpoint, score: Score, side: Side): number[] {
  return checkpoint.scores[side].flatMap((draw) => {
    const value = draw.status === "failed" ? null : score(draw, side);
    return value === null ? [] : [value];
  });
}

/** Why a checkpoint has no effect: of its first side without a score, what became of most telling draw (M11, M21). */
function missing(checkpoint: Checkpoint, score: Score, sides: readonly Side[]): Reason {
  const side = sides.find((each) => known(checkpoint, score, each).length === 0) as Side;
  const statuses = checkpoint.scores[side].map(({ status }) => status);
  if (statuses.length === 0) return "no-runs";
  if (statuses.every((status) => status === "refused")) return "refused";
  if (statuses.includes("complete")) return "no-probe";
  return statuses.every((status) => status === "failed") ? "failed" : "incomplete";
}

/** Why no checkpoint at all has an effect: what they have in common, else that they were not brought to an end. */
function mostTelling(checkpoints: readonly Checkpoint[], score: Score, sides: readonly Side[]): Reason {
  const without = checkpoints.filter((each) => each.lossy && sides.some((side) => known(each, score, side).length === 0));
  const reasons = new Set(without.map((each) => missing(each, score, sides)));
  const [only] = reasons;
  if (only === undefined) return checkpoints.length === 0 ? "no-runs" : "nothing-to-lose";
  return reasons.size === 1 ? only : "incomplete";
}

function drawCounts(checkpoints: readonly Checkpoint[], side: Side): DrawCounts {
  const draws = checkpoints.filter(({ lossy }) => lossy).flatMap(({ scores }) => scores[side]);
  const withStatus = (wanted: DrawStatus) => draws.filter(({ status }) => status === wanted).length;
  return {
    total: draws.length,
    complete: withStatus("complete"),
    refused: withStatus("refused"),
    incomplete: withStatus("incomplete"),
    failed: withStatus("failed"),
    leftOut: draws.filter(({ status, alignment }) => status === "failed" || alignment === null).length,
  };
}

function keyOf({ taskId, runId, handoffId }: Checkpoint): string {
  return JSON.stringify([taskId, runId, handoffId]);
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((one, other) => one - other);
}
