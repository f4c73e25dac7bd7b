/** Owns the arms of a plan: every org with the solo arms it is compared with, shared where they would be the same (M12). */
import { type Arm, type Baseline, BASELINES } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import type { Problem } from "#shared/problem.ts";
import type { ConnectionSpec } from "#shared/run/connection.ts";
import { hashJson, hashOrg } from "#main/exchange/hash.ts";
import { freezeBudgets, type PastRuns } from "#main/lab/arms/budgets.ts";
import type { OrgVariant } from "#main/lab/arms/variant.ts";
import { soloOf } from "#main/lab/solo.ts";

export interface ArmsInput {
  orgs: readonly OrgVariant[];
  solos: readonly Baseline[];
  tasks: readonly string[];
  past: PastRuns;
  /** The plan's override. */
  model: string | null;
  connectionKind: ConnectionSpec["kind"];
}

export type ArmList = { ok: true; arms: Arm[]; designs: Map<string, Org> } | { ok: false; problems: Problem[] };

const SOLO_NAMES: Record<Baseline, string> = {
  "one-shot": "Solo, one shot",
  "role-play": "Solo, role-play",
  "budget-matched": "Solo, budget-matched",
  "best-of-n": "Solo, best of n",
};

/** A solo arm before it has its name: of which orgs it is one. */
interface Solo {
  arm: Arm;
  of: OrgVariant[];
}

/** The arms of orgs in the order given, then their solo arms in the order of `BASELINES`. */
export function armList(input: ArmsInput): ArmList {
  const designs = new Map<string, Org>();
  const solos = new Map<string, Solo>();
  const orgArms: Arm[] = [];
  const problems: Problem[] = [];
  // The order in which solo arms were asked for does not make another plan.
  const baselines = BASELINES.filter((each) => input.solos.includes(each));
  for (const chosen of input.orgs) {
    const orgHash = hashOrg(chosen.org);
    const mine: string[] = [];
    for (const baseline of baselines) {
      const design = soloOf(chosen.org, baseline);
      const hash = hashOrg(design);
      const id = soloId(baseline, hash, orgHash);
      mine.push(id);
      const shared = solos.get(id);
      if (shared) {
        shared.of.push(chosen);
        continue;
      }
      const frozen = budgetsOf(input, baseline, { org: chosen.org, hash: orgHash });
      if (!frozen.ok) {
        problems.push(frozen.problem);
        continue;
      }
      designs.set(hash, design);
      const { budgets, settings } = frozen;
      solos.set(id, { of: [chosen], arm: { id, kind: "solo", name: "", orgHash: hash, solos: [], baseline, budgets, settings } });
    }
    designs.set(orgHash, chosen.org);
    orgArms.push({
      id: `arm_org_${orgHash.slice(0, 12)}`,
      kind: "org",
      name: chosen.name,
      orgHash,
      solos: mine,
      baseline: null,
      budgets: null,
      settings: chosen.settings,
    });
  }
  if (problems.length > 0) return { ok: false, problems };
  const named = [...solos.values()].map((solo) => ({ ...solo.arm, name: soloName(solo, input.orgs.length) }));
  const sorted = baselines.flatMap((baseline) => named.filter((arm) => arm.baseline === baseline));
  return { ok: true, arms: [...orgArms, ...sorted], designs };
}

/** One-shot and role-play arms are the same where their designs are; one with a budget is its org's own. */
function soloId(baseline: Baseline, hash: string, orgHash: string): string {
  if (baseline === "one-shot") return `arm_solo_${hash.slice(0, 12)}`;
  const whole = baseline === "role-play" ? hash : hashJson([hash, orgHash]);
  return `arm_solo_${baseline}_${whole.slice(0, 12)}`;
}

function budgetsOf(input: ArmsInput, baseline: Baseline, { org, hash }: { org: Org; hash: string }) {
  if (baseline === "one-shot" || baseline === "role-play") return { ok: true as const, budgets: null, settings: {} };
  const oneShot = { hash: hashOrg(soloOf(org, "one-shot")), name: SOLO_NAMES["one-shot"] };
  const name = input.orgs.find((each) => each.org === org)?.name ?? org.name;
  return freezeBudgets({ ...input, baseline, org: { hash, name }, oneShot });
}

/** With several orgs, a solo arm that is not all of theirs says whose it is: what their names have in common. */
function soloName({ arm, of }: Solo, orgs: number): string {
  const name = SOLO_NAMES[arm.baseline ?? "one-shot"];
  const [first, ...others] = of.map((each) => each.name.split(" · "));
  if (of.length === orgs || !first) return name;
  const common = first.filter((part) => others.every((other) => other.includes(part)));
  return `${name}: ${common.length === 0 ? first.join(" · ") : common.join(" · ")}`;
}
