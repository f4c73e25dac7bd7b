/** Owns who has the keys after what had them was deleted. Pure. */

export interface Standing {
  id: string;
  agent: boolean;
  /** Its middle, in canvas units. */
  x: number;
  y: number;
}

/** The agent nearest to the first of what has gone; what is no agent only where there is none. Undefined where nothing is left. */
export function standIn(gone: readonly Standing[], left: readonly Standing[]): string | undefined {
  const [first] = gone;
  if (!first) return undefined;
  const far = (one: Standing) => Math.hypot(one.x - first.x, one.y - first.y);
  return left.toSorted((a, b) => Number(b.agent) - Number(a.agent) || far(a) - far(b))[0]?.id;
}
