/** Owns what is shown from how far: less, but readable. */

/** Below this zoom an agent is its name, a label its number. */
const FAR = 0.72;

interface Zoomed {
  transform: [number, number, number];
}

export function isFar(state: Zoomed): boolean {
  return state.transform[2] < FAR;
}

/** By how much text grows as the canvas shrinks; in steps, so that zooming does not draw everything at every frame. */
export function labelScale(state: Zoomed): number {
  return Math.min(1.9, Math.max(1, Math.round(4 / state.transform[2]) / 4));
}
