/** Owns the formula of loss (M2, M2a, M2b, M3): what was held, what arrived, what is owed to this edge. */
import type { Code, Parts, Reason, Standing, Verdict } from "#shared/drift/types.ts";

/** One constraint as it stands between a writer and a receiver. */
export interface Carried {
  weight: number;
  /** Null: no probe, so nothing can be said. */
  code: Code | null;
  /** M1, of the writer: 0, 0.5 or 1. */
  held: number;
  /** Whether the writer had been told to contradict it. */
  told: boolean;
  /** What the receiver held before. */
  receiverHeld: number;
  /** Whether it matters for the receiver. */
  inScope: boolean;
}

export interface Loss {
  /** Σ w·max(0, held − code) / Σ w·held, 0 to 3; null with a reason, never a false 0 (M21). */
  loss: number | null;
  reason: Reason | null;
  /** M3: adds up to the loss. */
  parts: Parts | null;
  /** M2b: contradictions that began here and stand beside the loss. */
  introduced: number;
}

/** M2: the loss over the constraints in scope that the writer holds and the receiver does not yet hold as strongly. */
export function lossOf(carried: readonly Carried[]): Loss {
  const introduced = carried.filter(isIntroduced).length;
  const relevant = carried.filter((each) => each.inScope);
  if (relevant.length > 0 && relevant.every((each) => each.code === null))
    return { loss: null, reason: "no-probe", parts: null, introduced };
  const held = relevant.filter((each) => each.code !== null && each.held > 0);
  const owed = held.filter((each) => standingOf(each) === "counted");
  const total = owed.reduce((sum, each) => sum + each.weight * each.held, 0);
  if (total === 0) return { loss: null, reason: held.length === 0 ? "nothing-to-lose" : "nothing-to-carry", parts: null, introduced };
  const parts: Parts = { omitted: 0, weakened: 0, contradicted: 0 };
  for (const { weight, held: strength, code } of owed) {
    const share = (weight * Math.max(0, strength - (code as Code))) / total;
    if (code === 0) parts.omitted += share;
    else if (code === -1) parts.contradicted += share;
    else parts.weakened += share;
  }
  return { loss: parts.omitted + parts.weakened + parts.contradicted, reason: null, parts, introduced };
}

/** Whether a constraint enters the loss, or why not. */
export function standingOf(each: Carried): Standing {
  if (!each.inScope) return "not in scope";
  if (each.code === null) return "no probe";
  if (isInherited(each)) return "inherited";
  if (each.held === 0) return "not held";
  return each.receiverHeld >= each.held ? "already held" : "counted";
}

/** What each constraint adds to the loss: adds up to it; null for one that is not counted. */
export function lostBy(carried: readonly Carried[]): (number | null)[] {
  const counted = carried.map((each) => standingOf(each) === "counted");
  const total = carried.reduce((sum, each, at) => sum + (counted[at] ? each.weight * each.held : 0), 0);
  return carried.map(({ weight, held, code }, at) => (counted[at] && code !== null ? (weight * Math.max(0, held - code)) / total : null));
}

/** A contradiction that was passed on belongs to the edge where it began (M2b). */
export function isInherited(each: Carried): boolean {
  return each.code === -1 && each.told;
}

/** Contradicting what the writer did not hold and was not told, or what the receiver already holds (M2b). */
export function isIntroduced(each: Carried): boolean {
  return each.inScope && each.code === -1 && !each.told && (each.held === 0 || each.receiverHeld >= each.held);
}

/** What became of one constraint, in words. */
export function verdictOf(each: Carried): Verdict {
  if (each.code === null) return "no probe";
  if (!each.inScope) return "not in scope";
  if (isInherited(each)) return "inherited";
  if (isIntroduced(each)) return "introduced";
  if (each.code === -1) return "contradicted";
  if (each.held === 0) return each.code > 0 ? "kept" : "lost upstream";
  if (each.code >= each.held) return "kept";
  if (each.receiverHeld >= each.held) return "already known";
  return each.code === 0 ? "dropped here" : "weakened";
}

/** M2a's rule for several texts in order: the best that was said, but −1 where the last that speaks of it contradicts. */
export function bestCode(codes: readonly Code[]): Code {
  const last = codes.findLast((code) => code !== 0);
  if (last === -1) return -1;
  return Math.max(0, ...codes) as Code;
}
