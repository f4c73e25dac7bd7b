/** Owns how a person wants to see the interface beside light and dark: contrast and the size of text. Kept on this machine only. */

export const CONTRASTS = ["auto", "high", "normal"] as const;
export type Contrast = (typeof CONTRASTS)[number];

/** Percent of the designed size; the canvas has a zoom of its own. */
export const TEXT_SIZES = [90, 100, 115, 130, 150] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

export interface Looks {
  /** `auto` asks the system. */
  contrast: Contrast;
  textSize: TextSize;
}

const REMEMBERED = "driftlab.looks";
const MORE_CONTRAST = "(prefers-contrast: more)";

export function readLooks(): Looks {
  try {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Partial<Looks>;
    return {
      contrast: CONTRASTS.find((each) => each === kept.contrast) ?? "auto",
      textSize: TEXT_SIZES.find((each) => each === kept.textSize) ?? 100,
    };
  } catch {
    return { contrast: "auto", textSize: 100 };
  }
}

/** Applies the looks to the page and remembers them. */
export function wearLooks(looks: Looks): void {
  apply(looks);
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(looks));
  } catch {
    // A browser that forbids storage forgets them with the page.
  }
}

/** Applies what is remembered, and follows the system where that is wanted. */
export function startLooks(): void {
  apply(readLooks());
  window.matchMedia(MORE_CONTRAST).addEventListener("change", () => apply(readLooks()));
}

/** How much larger than designed text is to be; canvases follow it, each when it is opened. */
let zoom = 1;

export function textZoom(): number {
  return zoom;
}

function apply({ contrast, textSize }: Looks): void {
  const isHigh = contrast === "high" || (contrast === "auto" && window.matchMedia(MORE_CONTRAST).matches);
  const { dataset, style } = document.documentElement;
  if (isHigh) dataset.contrast = "high";
  else delete dataset.contrast;
  zoom = textSize / 100;
  style.setProperty("--text-zoom", String(zoom));
}
