/** Owns M5: how far a receiver's next output follows what the message in front of it says. */
import type { SwayEffect } from "#shared/drift/effect.ts";
import type { Code, Reason } from "#shared/drift/types.ts";
import { contrast, type ContrastOptions } from "#main/measure/effect/contrast.ts";
import { bestCode } from "#main/measure/loss.ts";
import type { TaskProbes } from "#main/measure/task-probes.ts";

/** One replay of a receiver's next turn. */
export interface SwayRow {
  taskId: string;
  /** Of the handoff that was changed, told apart from those of other runs. */
  handoffId: string;
  arm: "repaired" | "sham";
  /** Which of the K replays; the order of rows means nothing. */
  draw: number;
  /** See `scoreOfOutput`; null is left out. */
  score: number | null;
}

/**
 * M5: per handoff mean(repaired) − mean(sham), averaged within a task, then M15's interval and p. A handoff without a score on
 * one side is left out and counted; nothing left: mean null, `no-runs` where there is no row, else `incomplete`.
 *
 * @throws RangeError on a score that is not a number, or a task in two clusters
 */
export function swayEstimate(rows: readonly SwayRow[], options: ContrastOptions): SwayEffect {
  const handoffs = new Map<string, { taskId: string; handoff: string; a: number[]; b: number[] }>();
  for (const { taskId, handoffId, arm, score } of rows) {
    const key = JSON.stringify([taskId, handoffId]);
    const sides = handoffs.get(key) ?? { taskId, handoff: handoffId, a: [], b: [] };
    handoffs.set(key, sides);
    if (score !== null) (arm === "repaired" ? sides.a : sides.b).push(score);
  }
  const all = [...handoffs.values()];
  return {
    estimate: contrast(all, options, rows.length === 0 ? "no-runs" : "incomplete").figure,
    handoffs: all.length,
    leftOut: all.filter(({ a, b }) => a.length === 0 || b.length === 0).length,
  };
}

export interface OutputScore {
  /** Σ w·code/Σ w, −1 to 1. */
  score: number | null;
  reason: Reason | null;
}

/**
 * What a receiver's next output keeps of the constraints that were repaired, as M4 reads a deliverable: Σ w·code/Σ w in
 * [−1, 1]. Of several texts the best counts, but −1 where the last that speaks of a constraint contradicts it (M2a).
 * An empty output has said none of them: 0.
 *
 * @param put ids of the constraints that the repair put back
 * @param texts what the receiver wrote in its turn, in order; none at all: null, `incomplete`
 */
export function scoreOfOutput(probes: TaskProbes, put: readonly string[], texts: readonly string[]): OutputScore {
  if (texts.length === 0) return { score: null, reason: "incomplete" };
  const coded = probes.task.ledger
    .filter(({ id }) => put.includes(id) && probes.has(id))
    .map(({ id, weight }) => ({ weight, code: bestCode(texts.map((text): Code => probes.code(id, text).code)) }));
  const total = coded.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return { score: null, reason: put.length === 0 ? "nothing-to-lose" : "no-probe" };
  return { score: coded.reduce((sum, { weight, code }) => sum + weight * code, 0) / total, reason: null };
}
