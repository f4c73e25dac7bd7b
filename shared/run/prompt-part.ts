/** Owns saying whose words a piece of a model request is. */

/** The engine's own words, the design's (names, roles, instructions), the task's brief, or what a colleague wrote. */
export const PART_OWNERS = ["engine", "design", "brief", "colleague"] as const;
export type PartOwner = (typeof PART_OWNERS)[number];

/** A piece of a text that is put before a model. */
export interface PromptPart {
  by: PartOwner;
  text: string;
}

/** The text itself, as a model reads it. */
export function textOf(parts: readonly PromptPart[]): string {
  return parts.map((part) => part.text).join("");
}
