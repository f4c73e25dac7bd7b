/** The confounds that a plan's designs show before the start (M13). */
import { describe, expect, it } from "vitest";
import type { Arm } from "#shared/experiment/plan.ts";
import type { Org } from "#shared/org/schema.ts";
import { designConfounds } from "#main/measure/confounds/design.ts";
import { beside, chain, changed, kinds, of, orgArm, planOf, soloArm, soloDesign, variants } from "#test/support/confounds.ts";
import { testOrg } from "#test/support/orgs.ts";

describe("M13 confounds before the start", () => {
  it("M13 a plain org beside its one-shot differs in what organizing is: calls and who is given the brief", () => {
    const found = beside(chain);
    expect(kinds(found)).toEqual(["treatment prompts", "consequence calls"]);
    expect(of(found, "prompts")[0]?.details).toEqual({ a: "1 of 3 agents", b: "1 of 1 agent" });
    const [calls] = of(found, "calls");
    expect(calls?.details).toEqual({ a: "3 calls or more once work is handed on", b: "1 call" });
    expect(calls?.severity).toBe("medium");
    expect(calls?.sentence).toContain("budget-matched or best-of-n");
    expect(calls?.arms).toEqual(["org", "solo"]);
  });

  it("M13 an org of one agent beside its one-shot differs in nothing", () => {
    expect(beside(testOrg("Solo"))).toEqual([]);
  });

  it("M13 with an arm that spends as much as the org, one call against many is of low severity and names that arm", () => {
    const found = designConfounds({
      plan: planOf([orgArm("org", { solos: ["shot", "spender"] }), soloArm("shot", "one-shot"), soloArm("spender", "budget-matched")]),
      designs: new Map([
        ["org", chain],
        ["shot", soloDesign(chain)],
        ["spender", soloDesign(chain)],
      ]),
      connection: { takesTemperature: false },
    });
    const calls = of(found, "calls");
    expect(calls.map((each) => each.arms[1])).toEqual(["shot"]);
    expect(calls[0]?.severity).toBe("low");
    expect(calls[0]?.sentence).toContain('"spender"');
  });

  it("M13 an agent's own model is a fixable confound beside the solo arm; the plan's model for all takes it away", () => {
    const org = changed(chain, "B", (agent) => ({ ...agent, model: "other-model" }));
    const [model] = of(beside(org), "model");
    expect(model).toMatchObject({ class: "fixable", severity: "high" });
    expect(model?.details).toEqual({ a: `${org.defaults.model} (A, C), other-model (B)`, b: org.defaults.model });
    expect(of(beside(org, { plan: { model: "one-for-all" } }), "model")).toEqual([]);
  });

  it("M13 an agent that nothing reaches brings nothing in", () => {
    const org = testOrg("A>B,Idle");
    const delivering = { ...org, agents: org.agents.map((agent) => ({ ...agent, delivers: agent.name === "B" })) };
    const set = changed(delivering, "Idle", (agent) => ({ ...agent, model: "other-model" }));
    expect(of(beside(set), "model")).toEqual([]);
    // A deliverer that nothing reaches may still be asked for the deliverable when all mail is read.
    const last = { ...set, agents: set.agents.map((agent) => ({ ...agent, delivers: true })) };
    expect(of(beside(last), "model")).toHaveLength(1);
  });

  it.each([
    ["effort", { effort: "high" as const }, "high"],
    ["thinking", { thinking: "adaptive" as const }, "high"],
    ["maxOutputTokens", { maxOutputTokens: 77 }, "medium"],
  ])("M13 an agent's own %s is a fixable confound", (name, settings, severity) => {
    const found = of(beside(changed(chain, "B", (agent) => ({ ...agent, settings }))), "settings");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ id: `settings|${name}|org|solo`, class: "fixable", severity });
    expect(found[0]?.details.a).toContain("(B)");
  });

  it("M13 a temperature counts only where the connection takes it", () => {
    const org = changed(chain, "B", (agent) => ({ ...agent, settings: { temperature: 0.1 } }));
    expect(of(beside(org), "settings")).toEqual([]);
    expect(of(beside(org, { takesTemperature: true }), "settings").map((each) => each.class)).toEqual(["fixable"]);
  });

  it("M13 what the defaults set holds for both arms and is no difference", () => {
    const org = { ...chain, defaults: { model: "m", settings: { effort: "max" as const, maxOutputTokens: 9 } } };
    expect(kinds(beside(org))).toEqual(["treatment prompts", "consequence calls"]);
  });

  it("M13 tools that one arm has are a fixable confound", () => {
    const [tools] = of(beside(changed(chain, "B", (agent) => ({ ...agent, tools: ["search"] }))), "tools");
    expect(tools).toMatchObject({ class: "fixable", severity: "low", details: { a: expect.stringContaining("search (B)"), b: "none" } });
  });

  it("M13 memory is compared with a solo that takes several turns, and not with one that makes a single call", () => {
    const org = changed(chain, "B", (agent) => ({ ...agent, memory: false }));
    expect(of(beside(org), "memory")).toEqual([]);
    expect(of(beside(org, { baseline: "budget-matched" }), "memory")[0]).toMatchObject({ class: "fixable", details: { b: "kept" } });
  });

  it("M13 M12 best-of-n picks from several drafts: that is what the arm is", () => {
    const [drafts] = of(beside(chain, { baseline: "best-of-n", budgets: { t1: 3, t2: 5 } }), "candidates");
    expect(drafts).toMatchObject({ class: "treatment", details: { a: "1", b: "3 to 5" } });
    expect(of(beside(chain, { baseline: "best-of-n", budgets: { t1: 1 } }), "candidates")).toEqual([]);
  });

  it("M13 a relay that was set is the treatment of two variants", () => {
    const found = variants([{ "relay:h": "verbatim" }, chain], [{ "relay:h": "paraphrase" }, chain]);
    expect(kinds(found)).toEqual(["treatment settings"]);
    expect(found[0]?.details).toEqual({ a: "verbatim", b: "paraphrase" });
    const key = `relay:${chain.handoffs[0]?.id}`;
    const [known] = variants([{ [key]: "verbatim" }, chain], [{ [key]: "paraphrase" }, chain]);
    expect(known?.sentence).toMatch(/^The relay of A → B was set to verbatim in /);
  });

  it("M13 effort that was set is the treatment, thinking that differs beside it a fixable confound", () => {
    const high = { ...chain, defaults: { ...chain.defaults, settings: { effort: "high" as const } } };
    const low = { ...chain, defaults: { ...chain.defaults, settings: { effort: "low" as const, thinking: "adaptive" as const } } };
    expect(variants([{ effort: "high" }, high], [{ effort: "low" }, low]).map((each) => `${each.class} ${each.id}`)).toEqual([
      "fixable settings|thinking|a|b",
      "treatment settings|effort|a|b",
    ]);
  });

  it("M13 models that were set but are overridden by the plan's one model do not differ", () => {
    const design = (model: string) => ({ ...chain, defaults: { ...chain.defaults, model } });
    const one = ["x", "y"].map((model): [Arm["settings"], Org] => [{ model }, design(model)]) as [
      [Arm["settings"], Org],
      [Arm["settings"], Org],
    ];
    expect(kinds(variants(...one))).toEqual(["treatment model"]);
    expect(variants(...one, { model: "z" })).toEqual([]);
  });

  it("M13 two different orgs, each swept, are not variants of each other", () => {
    const [one, other] = [{ "relay:h": "verbatim" }, { "relay:h": "paraphrase" }];
    expect(variants([one, chain], [other, testOrg("A>B>D")])).toEqual([]);
    expect(variants([one, chain], [other, testOrg("A>C>B,A>B")])).toEqual([]);
  });

  it("M13 another agent that is given the brief is a fixable confound between variants", () => {
    const two = changed(chain, "B", (agent) => ({ ...agent, receivesBrief: true }));
    const found = of(variants([{ "relay:h": "verbatim" }, two], [{ "relay:h": "paraphrase" }, chain]), "prompts");
    expect(found[0]).toMatchObject({ class: "fixable", details: { a: "2 of 3 agents", b: "1 of 3 agents" } });
  });
});
