/** Owns the correction of a family of p values for having been looked at together (M15). */

/**
 * Holm's step-down adjustment (Holm 1979): with the p values rising, the adjusted i-th is the largest of
 * (m − j + 1)·p_j over j ≤ i, at most 1.
 *
 * m is the whole family as planned, nulls included: a comparison that gave no p still was one of those to be looked at,
 * and what failed must not make the others look better. A null stays null.
 *
 * @param pValues one per comparison, in any order, each in [0, 1] or null
 * @returns adjusted values in the same order. Nothing in: nothing out
 * @throws RangeError on a p outside [0, 1]
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const known: { p: number; index: number }[] = [];
  for (const [index, p] of pValues.entries()) {
    if (p === null) continue;
    if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is no p value.`);
    known.push({ p, index });
  }
  known.sort((one, other) => one.p - other.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let highest = 0;
  for (const [rank, { p, index }] of known.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * p));
    adjusted[index] = highest;
  }
  return adjusted;
}
