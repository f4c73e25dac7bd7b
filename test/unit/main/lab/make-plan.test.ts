import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Baseline, BASELINES, planSchema } from "#shared/experiment/plan.ts";
import { BUILT_IN_PRICES } from "#main/models/prices.ts";
import type { PastMedian, PastRuns } from "#main/lab/arms/budgets.ts";
import { pilotInput } from "#main/lab/arms/pilot.ts";
import { modelsWithoutPrice } from "#main/lab/arms/priced.ts";
import { hashOrg } from "#main/exchange/hash.ts";
import { makePlan, type PlanInput } from "#main/lab/make-plan.ts";
import { soloOf } from "#main/lab/solo.ts";
import { testOrg } from "#test/support/orgs.ts";
import { planInput, plannedOf } from "#test/unit/main/lab/arms/past.ts";

const A = testOrg("A>B");
const B = { ...testOrg("A>B>C"), name: "Other" };
const EVERY: PastRuns = { median: () => ({ outputTokens: 80, costUsd: 0.02, runs: 4 }) };

const problems = (change: Partial<PlanInput>) => {
  const made = makePlan(planInput(change));
  return made.ok ? [] : made.problems;
};

/** Medians by design; the org's, then the one-shot's. */
function past(org: PastMedian | null, oneShot: PastMedian | null): PastRuns {
  return { median: (hash) => (hash === hashOrg(A) ? org : hash === hashOrg(soloOf(A, "one-shot")) ? oneShot : null) };
}

const took = (outputTokens: number, costUsd: number | null, runs = 3): PastMedian => ({ outputTokens, costUsd, runs });

describe("the arms of a plan", () => {
  it("M12 are the orgs and every solo arm asked for, each org naming its own, whatever the order of asking", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...BASELINES]), (solos) => {
        const { plan, designs, planHash } = plannedOf({ orgs: [A, B], solos, past: EVERY });
        expect(planSchema.parse(plan)).toEqual(plan);
        const ids = plan.arms.map((arm) => arm.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const org of plan.arms.filter((arm) => arm.kind === "org")) {
          const mine = org.solos.map((id) => plan.arms.find((arm) => arm.id === id));
          expect(mine.map((arm) => arm?.baseline)).toEqual(BASELINES.filter((each) => solos.includes(each)));
        }
        for (const arm of plan.arms) expect(hashOrg(designs.get(arm.orgHash) ?? A)).toBe(arm.orgHash);
        expect(plannedOf({ orgs: [A, B], solos: [...solos].reverse(), past: EVERY }).planHash).toBe(planHash);
      }),
    );
  });

  it("M12 share one one-shot arm where models and settings are the same; role-play and budgets are each org's own", () => {
    const { plan } = plannedOf({ orgs: [A, B], solos: BASELINES, past: EVERY });
    expect(plan.arms.map((arm) => arm.name)).toEqual([
      "Test org",
      "Other",
      "Solo, one shot",
      "Solo, role-play: Test org",
      "Solo, role-play: Other",
      "Solo, budget-matched: Test org",
      "Solo, budget-matched: Other",
      "Solo, best of n: Test org",
      "Solo, best of n: Other",
    ]);
    expect(plan.arms[2]?.id).toMatch(/^arm_solo_[0-9a-f]{12}$/);
    expect(plan.arms[0]?.id).toMatch(/^arm_org_[0-9a-f]{12}$/);
    for (const arm of plan.arms.slice(3)) expect(arm.id).toMatch(new RegExp(`^arm_solo_${arm.baseline}_[0-9a-f]{12}$`));
    const dear = { ...B, defaults: { ...B.defaults, model: "claude-opus-5" } };
    expect(plannedOf({ orgs: [A, dear], solos: ["one-shot"] }).plan.arms).toHaveLength(4);
    expect(plannedOf({ orgs: [A], solos: ["role-play"] }).plan.arms[1]?.name).toBe("Solo, role-play");
  });

  it("carry a variant's name and settings; a role-play that variants share is called by what they have in common", () => {
    const relay = (value: "verbatim" | "paraphrase") => ({ ...A, handoffs: A.handoffs.map((each) => ({ ...each, relay: value })) });
    const variants = (["verbatim", "paraphrase"] as const).map((value) => ({
      org: relay(value),
      name: `Test org · A → B ${value} · effort low`,
      settings: { "relay:handoff_a_b": value },
    }));
    const { plan } = plannedOf({ orgs: [B], variants, solos: ["role-play"] });
    expect(plan.arms.map((arm) => [arm.name, arm.settings])).toEqual([
      ["Other", {}],
      ["Test org · A → B verbatim · effort low", { "relay:handoff_a_b": "verbatim" }],
      ["Test org · A → B paraphrase · effort low", { "relay:handoff_a_b": "paraphrase" }],
      ["Solo, role-play: Other", {}],
      ["Solo, role-play: Test org · effort low", {}],
    ]);
  });

  it("are refused by name where two are the same design, where they are too many, and where there are none", () => {
    const variants = [{ org: A, name: "Test org · memory on", settings: { memory: "on" } }];
    expect(problems({ orgs: [A], variants })).toMatchObject([
      { code: "same-org-twice", message: expect.stringMatching(/same design \("Test org" and "Test org · memory on"\)/) },
    ]);
    const many = Array.from({ length: 51 }, (_, index) => ({ ...A, name: `Org ${index}` }));
    expect(problems({ orgs: many })).toMatchObject([{ code: "too-many-arms", message: expect.stringMatching(/51 arms of orgs; 50/) }]);
    expect(problems({ orgs: many.slice(1) })).toEqual([]);
    expect(problems({ orgs: [] })).toMatchObject([{ code: "no-orgs" }]);
  });
});

describe("budgets", () => {
  const arms = (solos: readonly Baseline[], org: PastMedian, oneShot: PastMedian) =>
    plannedOf({ solos, past: past(org, oneShot) }).plan.arms.slice(1);

  it("M12 of budget-matched are the org's median output tokens by task, rounded and at least 1", () => {
    expect(arms(["budget-matched"], took(812.5, null, 7), took(1, null))).toMatchObject([
      { budgets: { t1: 813, t2: 813 }, settings: { "budget-basis": "output tokens", "budget-runs": "7" } },
    ]);
    expect(arms(["budget-matched"], took(0, 0), took(1, null))[0]?.budgets).toEqual({ t1: 1, t2: 1 });
  });

  it("M12 of best-of-n are how often a one-shot goes into the org's cost, at least 1, never a fraction", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 50, noNaN: true }), fc.double({ min: 1e-6, max: 50, noNaN: true }), (org, one) => {
        const [arm] = arms(["best-of-n"], took(1, org), took(1, one));
        expect(arm?.budgets?.t1).toBe(Math.max(1, Math.round(org / one)));
        expect(arm?.settings["budget-basis"]).toBe("US dollars");
      }),
    );
  });

  it("M12 of best-of-n go by output tokens where a price is not known or nothing is paid, and say so", () => {
    for (const [org, one] of [
      [took(700, null), took(100, 0.01)],
      [took(700, 3), took(100, null)],
      [took(700, 0), took(100, 0)],
    ] as const)
      expect(arms(["best-of-n"], org, one)).toMatchObject([
        { budgets: { t1: 7, t2: 7 }, settings: { "budget-basis": "output tokens", "budget-runs": "3" } },
      ]);
    expect(arms(["best-of-n"], took(700, 0), took(0, 0))[0]?.budgets).toEqual({ t1: 1, t2: 1 });
  });

  it("M12 need a run from before: without one the sentence says what to do", () => {
    for (const [before, baseline, name] of [
      [past(null, took(1, 1)), "budget-matched", "Test org"],
      [past(took(1, 1), null), "best-of-n", "Solo, one shot"],
    ] as const) {
      const [problem] = problems({ solos: [baseline], past: before });
      expect(problem).toMatchObject({ code: "no-pilot", ids: ["t1", "t2"] });
      expect(problem?.message).toContain(`no finished run of "${name}" on any of the 2 tasks`);
      expect(problem?.message).toMatch(/run ".*" a few times first, as a pilot does\.$/);
    }
    expect(problems({ solos: ["budget-matched"], past: past(took(1, 1), null) })).toEqual([]);
    expect(problems({ solos: ["one-shot", "role-play"] })).toEqual([]);
  });

  it("M12 come from a pilot of the orgs alone, with a one-shot where best-of-n needs it, on another seed", () => {
    const input = planInput({ solos: ["role-play", "best-of-n"], repeats: 9, seed: 5 });
    const pilot = pilotInput(input, 2);
    expect(pilot).toMatchObject({ solos: ["one-shot"], repeats: 2, orgs: input.orgs });
    expect(pilot.seed).not.toBe(5);
    expect(makePlan(pilot).ok).toBe(true);
    expect(pilotInput(input, 2).seed).toBe(pilot.seed);
    expect(pilotInput({ ...input, solos: ["budget-matched"] }, 2).solos).toEqual([]);
  });
});

describe("models without a price", () => {
  const withModels = { ...A, agents: A.agents.map((agent, index) => ({ ...agent, model: index === 0 ? "zeta" : "alpha" })) };

  it("are those that some arm would ask and the table does not know", () => {
    const unpriced = (change: Partial<PlanInput>) => {
      const { plan, designs } = plannedOf(change);
      return modelsWithoutPrice(plan, designs, BUILT_IN_PRICES);
    };
    expect(unpriced({ orgs: [withModels] })).toEqual(["alpha", "zeta"]);
    expect(unpriced({ orgs: [withModels], model: "claude-opus-5" })).toEqual([]);
    expect(unpriced({ orgs: [withModels], model: "claude-unheard-of" })).toEqual(["claude-unheard-of"]);
    expect(unpriced({ orgs: [withModels], connection: { kind: "simulated" } })).toEqual([]);
    const odd = {
      ...A,
      defaults: { ...A.defaults, model: "omega" },
      agents: A.agents.map((each) => ({ ...each, model: "claude-opus-5" })),
    };
    expect(unpriced({ orgs: [odd] })).toEqual([]);
    expect(unpriced({ orgs: [odd], solos: ["one-shot"] })).toEqual(["omega"]);
  });
});
