/** Owns the ways in which a design is carried out: as an org, or as one of the solo baselines (M12). */

export type RunMode =
  | { kind: "org" }
  /** One call without tools whose text is the deliverable; also role-play, which differs by its instructions alone. */
  | { kind: "one-shot" }
  /** One agent with memory, turn after turn until it has spent so many output tokens. */
  | { kind: "budget"; outputTokens: number }
  /** So many one-shots, of which one is handed back. `choose` gets the texts and returns the index of one. */
  | { kind: "best-of"; draws: number; choose(texts: readonly string[]): number };
