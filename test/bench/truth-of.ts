/** Owns the true values that a simulated experiment estimates: expectations over constraints' fates and over tasks, by arithmetic alone. */
import type { Odds } from "#shared/population/schema.ts";
import { oddsAt } from "#main/models/simulated/script.ts";

/** Chances of what becomes of a constraint that its sender holds in full. */
interface Fates {
  keep: number;
  weaken: number;
  contradict: number;
}

/** Odds and the standard deviation, over tasks, of the logit of keep. */
export interface Link {
  odds: Odds;
  spread: number;
}

/** Steps of the integral over the normal shift, and how many standard deviations it reaches. */
const STEPS = 4_000;
const REACH = 10;

/** The fates on an average task: with spread, their expectation over a normal shift of the logit (trapezoid rule). */
export function averageFates({ odds, spread }: Link): Fates {
  // As in the population: a chance of 0 or 1 has no logit and stays.
  if (spread === 0 || odds.keep <= 0 || odds.keep >= 1) return odds;
  const total: Fates = { keep: 0, weaken: 0, contradict: 0 };
  let weights = 0;
  for (let step = 0; step <= STEPS; step += 1) {
    const z = REACH * ((2 * step) / STEPS - 1);
    const weight = Math.exp((-z * z) / 2);
    const { keep, weaken, contradict } = oddsAt(odds, spread * z);
    total.keep += weight * keep;
    total.weaken += weight * weaken;
    total.contradict += weight * contradict;
    weights += weight;
  }
  return { keep: total.keep / weights, weaken: total.weaken / weights, contradict: total.contradict / weights };
}

/** M2a of an edge whose sender holds everything in full: omitted + weakened · ½ + contradicted · 2. */
export function expectedLoss(link: Link): number {
  const { keep, weaken, contradict } = averageFates(link);
  return 1 - keep - weaken - contradict + 0.5 * weaken + 2 * contradict;
}

/**
 * M4 retention after a chain of writings, the deliverable the last. Each link has a shift of its own, so the average
 * chances multiply. What was weakened stays weak at best; a contradiction is passed on.
 */
export function expectedRetention(links: readonly Link[]): number {
  let full = 1;
  let weak = 0;
  let contrary = 0;
  for (const { keep, weaken, contradict } of links.map(averageFates)) {
    contrary += (full + weak) * contradict;
    weak = full * weaken + weak * (keep + weaken);
    full *= keep;
  }
  return full + 0.5 * weak - contrary;
}
