import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BASELINES } from "#shared/experiment/plan.ts";
import { canRun, orgProblems } from "#shared/org/problems.ts";
import { hashOrg } from "#main/exchange/hash.ts";
import { soloOf } from "#main/lab/solo.ts";
import { arbitraryOrg } from "#test/support/arbitraries.ts";
import { testOrg } from "#test/support/orgs.ts";

const org = testOrg("Ann>Bob>Cleo,Cleo>Ann", (each) => ({
  ...each,
  defaults: { model: "some-model", settings: { maxOutputTokens: 321 } },
  agents: each.agents.map((agent) => (agent.name === "Bob" ? { ...agent, role: "", instructions: "Weigh {both} sides." } : agent)),
}));

describe("solo arms", () => {
  it("M12 are one agent with the org's default model and settings, that starts and delivers and writes to nobody", () => {
    fc.assert(
      fc.property(arbitraryOrg({ agents: 6 }), fc.constantFrom(...BASELINES), (each, baseline) => {
        const solo = soloOf(each, baseline);
        expect(solo.agents).toMatchObject([{ receivesBrief: true, delivers: true, model: null, settings: {} }]);
        expect(solo.handoffs).toEqual([]);
        expect(solo.defaults).toEqual(each.defaults);
        expect(canRun(orgProblems(solo))).toBe(true);
      }),
    );
  });

  it("M12 role-play holds every agent's name, role, instructions and whom it writes to, word for word", () => {
    const text = soloOf(org, "role-play").agents[0]?.instructions ?? "";
    expect(text).toContain("“Test org”");
    expect(text).toContain("Ann, ann. Writes to Bob.\nYou are Ann.");
    expect(text).toContain("Bob, a member. Writes to Cleo.\nWeigh {both} sides.");
    expect(text).toContain("Cleo, cleo. Writes to Ann.\nYou are Cleo.");
    fc.assert(
      fc.property(arbitraryOrg({ agents: 6 }), (each) => {
        const all = soloOf(each, "role-play").agents[0]?.instructions ?? "";
        for (const agent of each.agents) {
          expect(all).toContain(agent.instructions);
          expect(all).toContain(`${agent.name}, ${agent.role}.`);
        }
      }),
    );
  });

  it("M12 role-play says so of one who writes to nobody", () => {
    expect(soloOf(testOrg("A>B"), "role-play").agents[0]?.instructions).toContain("B, b. Writes to nobody.\nYou are B.");
  });

  it("M12 one-shot, best-of-n and budget-matched are told nothing of the org; only budget-matched may take turns", () => {
    const other = testOrg("X>Y", (each) => ({ ...each, defaults: org.defaults }));
    for (const baseline of ["one-shot", "best-of-n", "budget-matched"] as const) {
      expect(soloOf(org, baseline).agents[0]?.instructions).toBe("");
      expect(hashOrg(soloOf(org, baseline))).toBe(hashOrg(soloOf(other, baseline)));
    }
    expect(hashOrg(soloOf(org, "best-of-n"))).toBe(hashOrg(soloOf(org, "one-shot")));
    expect(soloOf(org, "one-shot").limits).toMatchObject({ rounds: 1, turnsPerAgent: 1 });
    expect(soloOf(org, "budget-matched").limits).toMatchObject({ rounds: null, turnsPerAgent: null });
    expect(soloOf(org, "budget-matched").agents[0]?.memory).toBe(true);
  });
});
