/** Owns by how much what is written on the canvas grows as the canvas shrinks, so that it stays readable on the screen. Pure. */

/** In steps of this, so that zooming does not draw everything at every frame. */
const STEP = 1.04;
/** Beyond this nothing that is written would find room anyway. */
const MOST = 6;

/** Canvas units to a pixel of text: what is designed for 12 px is then at least 12 px on the screen, times the size of text chosen. */
export function contentScale(zoom: number, textZoom: number): number {
  const wanted = textZoom / zoom;
  if (wanted <= 1) return 1;
  return Math.min(MOST, STEP ** Math.ceil(Math.log(wanted) / Math.log(STEP) - 1e-9));
}

/** Lines grow too, but less: a thick one must stay thinner than an agent. */
export function lineScale(scale: number): number {
  return Math.min(2, Math.sqrt(scale));
}
