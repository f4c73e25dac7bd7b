/** Owns what an org arm is made from before it is locked: a design, the arm's name and what was set for it. */
import type { Org } from "#shared/org/schema.ts";

export interface OrgVariant {
  /** Its own name stays as it is: the engine says it to every agent, so a variant must not carry another. */
  org: Org;
  /** The arm's name, e.g. "Consultancy · red-team 25 %". */
  name: string;
  /** What was set, e.g. `{"trait:red-team": "0.25"}`; becomes the arm's settings. */
  settings: Record<string, string>;
}

/** Most org arms of one experiment. */
export const MOST_ARMS = 50;
