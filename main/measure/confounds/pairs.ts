/** Owns which arms are held side by side for confounds, and how what is found is written down and sorted (M13). */
import {
  CONFOUND_CLASSES,
  type Confound,
  type ConfoundClass,
  type ConfoundKind,
  SEVERITIES,
  type Severity,
} from "#shared/drift/confounds.ts";
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";

export interface ArmPair {
  /** `solo`: an org arm (a) and one of its solo arms (b). `variant`: two org arms that were set differently. */
  kind: "solo" | "variant";
  a: Arm;
  b: Arm;
  /** Keys of the arms' settings that differ: of variants what was set for the comparison, of a solo pair the traits alone. */
  changed: string[];
}

export const TRAIT_KEY = "trait:";

/**
 * Each org arm with each of its solo arms, then org arms with each other where what was set for them differs.
 *
 * @param designs by arm id, where they are known: two arms whose agents or handoffs are others are no variants of one design
 */
export function armPairs(plan: Plan, designs?: ReadonlyMap<string, Org>): ArmPair[] {
  const orgs = plan.arms.filter((arm) => arm.kind === "org");
  const solos = orgs.flatMap((a) =>
    a.solos.flatMap((id): ArmPair[] => {
      const b = plan.arms.find((arm) => arm.id === id);
      // What a sweep sets is set for the solo arm too, or is missed by comparing designs; a trait is given to org arms only.
      return b ? [{ kind: "solo", a, b, changed: changedSettings(a, b).filter((key) => key.startsWith(TRAIT_KEY)) }] : [];
    }),
  );
  const variants = orgs.flatMap((a, index) =>
    orgs.slice(index + 1).flatMap((b): ArmPair[] => {
      const changed = changedSettings(a, b);
      return changed.length > 0 && sameBase(a, b, changed, designs) ? [{ kind: "variant", a, b, changed }] : [];
    }),
  );
  return [...solos, ...variants];
}

/** A setting as text; a share of 0 of a trait is the same as no word about it. */
export function settingOf(arm: Arm, key: string): string | null {
  const value = Object.hasOwn(arm.settings, key) ? (arm.settings[key] ?? null) : null;
  return key.startsWith(TRAIT_KEY) && Number(value) === 0 ? null : value;
}

function changedSettings(a: Arm, b: Arm): string[] {
  const keys = [...new Set([...Object.keys(a.settings), ...Object.keys(b.settings)])].sort();
  return keys.filter((key) => settingOf(a, key) !== settingOf(b, key));
}

/** Two orgs of one experiment, each swept, must not be taken for variants of each other. A size changes the agents themselves. */
function sameBase(a: Arm, b: Arm, changed: readonly string[], designs: ReadonlyMap<string, Org> | undefined): boolean {
  const one = designs?.get(a.id);
  const other = designs?.get(b.id);
  if (!one || !other || changed.includes("size")) return true;
  return partIds(one) === partIds(other);
}

function partIds(org: Org): string {
  return JSON.stringify([org.agents.map((each) => each.id).sort(), org.handoffs.map((each) => each.id).sort()]);
}

export interface Finding {
  what: ConfoundKind;
  /** Tells apart several differences of one kind between the same arms. */
  part?: string;
  class: ConfoundClass;
  severity: Severity;
  sentence: string;
  details: { a: string; b: string };
}

/** A finding about a pair as the confound that is shown and stored. */
export function asConfound({ a, b }: ArmPair, { part, ...finding }: Finding): Confound {
  return { id: [finding.what, part, a.id, b.id].filter((each) => each !== undefined).join("|"), arms: [a.id, b.id], ...finding };
}

/** What can be mended first, then what is compared, then what follows from it; the more severe first; else as found. */
export function sortConfounds(confounds: readonly Confound[]): Confound[] {
  const rank = (each: Confound) => CONFOUND_CLASSES.indexOf(each.class) * SEVERITIES.length + SEVERITIES.indexOf(each.severity);
  return [...confounds].sort((one, other) => rank(one) - rank(other));
}

/** An arm as sentences name it. */
export function named(arm: Arm): string {
  return `"${arm.name}"`;
}

/** `1 call`, `2 calls`. */
export function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
