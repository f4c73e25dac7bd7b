import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ArmFacts, CONFOUND_CLASSES, type Confound, confoundSchema, SEVERITIES } from "#shared/drift/confounds.ts";
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import type { Agent, Org } from "#shared/org/schema.ts";
import { dataConfounds } from "#main/measure/confounds/data.ts";
import { designConfounds } from "#main/measure/confounds/design.ts";
import { NORM_TOPICS, NORM_WORDS, normSentences } from "#main/measure/confounds/norm-words.ts";
import { presets } from "#main/lab/library.ts";
import { testOrg } from "#test/support/orgs.ts";

const hash = "a".repeat(64);
const orgArm = (id: string, fields: Partial<Arm> = {}): Arm => ({
  id,
  kind: "org",
  name: id,
  orgHash: hash,
  solos: [],
  baseline: null,
  budgets: null,
  settings: {},
  ...fields,
});
const soloArm = (id: string, baseline: Arm["baseline"], budgets: Arm["budgets"] = null): Arm => ({
  ...orgArm(id),
  kind: "solo",
  baseline,
  budgets,
});
const planOf = (arms: Arm[], fields: Partial<Plan> = {}): Plan => ({
  format: "driftlab.experiment",
  version: 2,
  arms,
  suite: { id: "s", name: "S", hash },
  tasks: [{ id: "t1", hash }],
  repeats: 1,
  connection: { kind: "anthropic" },
  model: null,
  population: null,
  seed: 1,
  endpoints: ["effectiveness", "alignment"],
  margin: 0.05,
  prompts: "p",
  probe: "q",
  ...fields,
});

const chain = testOrg("A>B>C");
const soloDesign = (org: Org, instructions = ""): Org =>
  testOrg("Solo", (solo) => ({ ...solo, defaults: org.defaults, agents: solo.agents.map((agent) => ({ ...agent, instructions })) }));
const changed = (org: Org, name: string, change: (agent: Agent) => Agent): Org => ({
  ...org,
  agents: org.agents.map((agent) => (agent.name === name ? change(agent) : agent)),
});

interface Besides {
  solo?: Org;
  plan?: Partial<Plan>;
  takesTemperature?: boolean;
  settings?: Arm["settings"];
  baseline?: Arm["baseline"];
  budgets?: Arm["budgets"];
}

/** An org beside one solo arm. */
function beside(org: Org, { solo = soloDesign(org), plan, takesTemperature = false, settings = {}, ...arm }: Besides = {}): Confound[] {
  const { baseline = "one-shot", budgets = null } = arm;
  return designConfounds({
    plan: planOf([orgArm("org", { solos: ["solo"], settings }), soloArm("solo", baseline, budgets)], plan),
    designs: new Map([
      ["org", org],
      ["solo", solo],
    ]),
    connection: { takesTemperature },
  });
}

/** Two variants of an org. */
function variants(a: [Arm["settings"], Org], b: [Arm["settings"], Org], plan: Partial<Plan> = {}): Confound[] {
  return designConfounds({
    plan: planOf([orgArm("a", { settings: a[0] }), orgArm("b", { settings: b[0] })], plan),
    designs: new Map([
      ["a", a[1]],
      ["b", b[1]],
    ]),
    connection: { takesTemperature: true },
  });
}

const kinds = (confounds: readonly Confound[]) => confounds.map((each) => `${each.class} ${each.what}`);
const of = (confounds: readonly Confound[], what: Confound["what"]) => confounds.filter((each) => each.what === what);

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

describe("M13 instructions in one arm only", () => {
  const told = (words: string) => changed(chain, "B", (agent) => ({ ...agent, instructions: `You are B. ${words} Answer C.` }));

  it("M13 a sentence about ethics in the org alone is found, quoted with its agent's name", () => {
    const [found] = of(beside(told("Never do anything unethical.")), "instructions");
    expect(found).toMatchObject({ id: "instructions|ethics|org|solo", class: "fixable", severity: "high", details: { b: "nothing" } });
    expect(found?.sentence).toContain('B is told "Never do anything unethical."');
  });

  it("M13 a sentence about goals in the solo alone is found", () => {
    const [found] = of(beside(chain, { solo: soloDesign(chain, "Maximise profit at any cost.") }), "instructions");
    expect(found).toMatchObject({ id: "instructions|goals|org|solo", details: { a: "nothing" } });
    expect(found?.details.b).toContain("Maximise profit at any cost.");
  });

  it("M13 the same sentence in both arms is no difference, whatever its case, spaces and full stop", () => {
    const org = told("Obey the law.");
    expect(of(beside(org, { solo: soloDesign(org, "Be brief.\nobey  the LAW") }), "instructions")).toEqual([]);
  });

  it("M13 M12 a role-play that is told all of the org's instructions differs in none", () => {
    const org = changed(told("Never deceive anybody."), "A", (agent) => ({ ...agent, role: "ethics officer" }));
    const lines = org.agents.map((agent) => `${agent.name}, ${agent.role}. Writes to B.\n${agent.instructions}`);
    const solo = soloDesign(org, `Its members:\n\n${lines.join("\n\n")}`);
    expect(of(beside(org, { solo, baseline: "role-play" }), "instructions")).toEqual([]);
    expect(of(beside(org), "instructions")[0]?.details.a).toContain("ethics officer");
  });

  it("M13 a trait is the treatment, and its words are not listed a second time; others are", () => {
    const withVariant = changed(chain, "B", (agent) => ({ ...agent, variants: { "red-team": "Ignore the law." } }));
    const played = changed(withVariant, "B", (agent) => ({ ...agent, instructions: "Ignore the law." }));
    const settings = { "trait:red-team": "0.33" };
    const found = of(variants([settings, played], [{ "trait:red-team": "0" }, withVariant]), "instructions");
    expect(found.map((each) => `${each.class} ${each.id}`)).toEqual(["treatment instructions|trait:red-team|a|b"]);
    expect(found[0]?.details).toEqual({ a: "a share of 0.33 (B)", b: "no agent" });
    const more = changed(played, "C", (agent) => ({ ...agent, instructions: "Be honest." }));
    expect(kinds(of(variants([settings, more], [{}, withVariant]), "instructions"))).toEqual([
      "fixable instructions",
      "treatment instructions",
    ]);
    expect(kinds(of(beside(played, { settings }), "instructions"))).toEqual(["treatment instructions"]);
  });

  it("M13 shares of a trait that are both none differ in nothing", () => {
    expect(variants([{ "trait:red-team": "0" }, chain], [{}, chain])).toEqual([]);
  });

  it("M13 the presets say nothing about ethics, goals or constraints, their words about the brief included", () => {
    for (const { org } of presets()) expect(of(beside(org), "instructions")).toEqual([]);
  });

  it("M13 a colleague's name is no instruction", () => {
    expect(normSentences("Send your draft to the Ethics Desk.", ["Ethics Desk"])).toEqual([]);
    expect(normSentences("Send your draft to the Ethics Desk.")).toHaveLength(1);
  });

  const entry = fc.constantFrom(...NORM_TOPICS.flatMap((about) => NORM_WORDS[about].map((words) => ({ about, words }))));

  it("M13 every listed word is read under its topic, in any case and between any marks", () => {
    fc.assert(
      fc.property(
        entry,
        fc.constantFrom("", "Think of ", "(", "“", "no-"),
        fc.constantFrom("", " here", ",", "”", ")"),
        ({ about, words }, before, after) => {
          const text = `${before}${words.toUpperCase()}${after}`;
          expect(normSentences(text).map((each) => each.about)).toContain(about);
        },
      ),
    );
  });

  it("M13 no listed word is read inside a longer one, of any alphabet", () => {
    const letter = fc.constantFrom("q", "zq", "é", "ß", "7", "_", "ж");
    fc.assert(
      fc.property(entry, letter, fc.boolean(), ({ words }, glue, before) => {
        expect(normSentences(before ? `${glue}${words}` : `${words}${glue}`)).toEqual([]);
      }),
    );
  });

  it.each([
    "Keep up morale.",
    "Work in harmony.",
    "Mow the lawn.",
    "Act on it right away.",
    "Name the target group.",
    "State a clear aim.",
  ])("M13 %s is about neither", (text) => {
    expect(normSentences(text)).toEqual([]);
  });
});

const HOUR_MS = 3_600_000;
const facts = (armId: string, fields: Partial<ArmFacts> = {}): ArmFacts => ({
  armId,
  cells: { done: 20, failed: 0, stopped: 0, waiting: 0 },
  status: { complete: 20, refused: 0, incomplete: 0 },
  incompleteReasons: [],
  served: [{ value: "m", count: 20 }],
  prompts: [{ value: "p", count: 20 }],
  retries: 0,
  startedAtMs: 0,
  endedAtMs: HOUR_MS,
  runs: Array.from({ length: 20 }, (_, index) => ({ taskId: `t${index % 4}`, calls: 1, inputTokens: 100, outputTokens: 50 })),
  ...fields,
});
const runs = (list: [taskId: string, outputTokens: number][]): ArmFacts["runs"] =>
  list.map(([taskId, outputTokens]) => ({ taskId, calls: 1, inputTokens: 100, outputTokens }));

function onData(
  org: Partial<ArmFacts>,
  solo: Partial<ArmFacts> = {},
  plan: Partial<Plan> = {},
  baseline: Arm["baseline"] = "one-shot",
): Confound[] {
  return dataConfounds({
    plan: planOf([orgArm("org", { solos: ["solo"] }), soloArm("solo", baseline)], plan),
    arms: [facts("org", org), facts("solo", solo)],
  });
}

describe("M13 confounds on the data", () => {
  it("M13 arms whose runs are alike differ in nothing", () => {
    expect(onData({})).toEqual([]);
  });

  it("M13 another model served is a high fixable confound, another share of the same ones a medium one", () => {
    const both = (old: number) => [
      { value: "m-2", count: 20 - old },
      { value: "m-1", count: old },
    ];
    expect(onData({ served: both(5) })[0]).toMatchObject({
      what: "model-served",
      class: "fixable",
      severity: "high",
      details: { a: "m-2 (75 %), m-1 (25 %)", b: "m" },
    });
    expect(onData({ served: both(5) }, { served: both(8) })[0]).toMatchObject({ what: "model-served", severity: "medium" });
    expect(onData({ served: both(5) }, { served: both(6) })).toEqual([]);
  });

  it("M13 a model that was set for variants is the treatment when it is served", () => {
    const [served] = dataConfounds({
      plan: planOf([orgArm("a", { settings: { model: "x" } }), orgArm("b", { settings: { model: "y" } })]),
      arms: [facts("a", { served: [{ value: "x", count: 1 }] }), facts("b", { served: [{ value: "y", count: 1 }] })],
    });
    expect(served).toMatchObject({ what: "model-served", class: "treatment" });
  });

  it("M13 runs begun with other texts of the engine are a fixable confound", () => {
    expect(kinds(onData({ prompts: [{ value: "p/2", count: 20 }] }))).toEqual(["fixable prompts"]);
  });

  it("M13 calls and tokens are consequences with the ratio of their medians, shown from a quarter on", () => {
    const spent = (factor: number) => facts("x").runs.map((run) => ({ ...run, outputTokens: Number(run.outputTokens) * factor }));
    expect(onData({ runs: spent(1.2) })).toEqual([]);
    expect(onData({ runs: spent(1.25) })[0]).toMatchObject({ id: "tokens|output|org|solo", class: "consequence", severity: "low" });
    expect(onData({ runs: spent(2) })[0]?.severity).toBe("medium");
    const [most] = onData({ runs: spent(6) });
    expect(most).toMatchObject({ severity: "high", details: { a: "300", b: "50" } });
    expect(most?.sentence).toContain('6 times as many in "org"');
    expect(most?.sentence).toContain("never adjusted for");
    expect(onData({ runs: spent(0) })[0]).toMatchObject({ severity: "high", details: { a: "0", b: "50" } });
  });

  it("M13 M14 medians are over the tasks that both have finished, tasks counting equally", () => {
    const long: [string, number][] = [
      ["t9", 9_000],
      ["t9", 9_000],
      ["t9", 9_000],
    ];
    expect(onData({ runs: runs([["t1", 50], ...long]) }, { runs: runs([["t1", 50]]) })).toEqual([]);
    const many: [string, number][] = Array.from({ length: 9 }, () => ["t1", 10]);
    // Over runs the medians would be 10 and 100; over tasks they are 100 and 100.
    const a = runs([...many, ["t2", 100], ["t3", 100]]);
    const b = runs([
      ["t1", 10],
      ["t2", 100],
      ["t3", 100],
    ]);
    expect(onData({ runs: a }, { runs: b })).toEqual([]);
  });

  it("M13 M12 a budget that did not make output tokens equal is to be frozen anew", () => {
    const twice = facts("x").runs.map((run) => ({ ...run, outputTokens: 100 }));
    expect(kinds(onData({ runs: twice }, {}, {}, "budget-matched"))).toEqual(["fixable tokens"]);
  });

  it("M13 M11 refusals are an outcome; so are runs that came to nothing; what a limit cut off can be mended", () => {
    const status = (refused: number, incomplete: number) => ({ complete: 20 - refused - incomplete, refused, incomplete });
    expect(onData({ status: status(5, 0) })[0]).toMatchObject({
      what: "refused",
      class: "consequence",
      severity: "high",
      details: { a: "5 of 20 runs" },
    });
    const found = onData({
      status: status(0, 3),
      incompleteReasons: [
        { value: "token-limit", count: 2 },
        { value: "no-deliverable", count: 1 },
      ],
    });
    expect(found.map((each) => `${each.class} ${each.id} ${each.severity}`)).toEqual([
      "fixable incomplete|limit|org|solo medium",
      "consequence incomplete|own|org|solo low",
    ]);
    expect(found[0]?.details.a).toBe("2 of 20 runs (token-limit 2)");
    expect(onData({ status: status(3, 0) }, { status: status(3, 0) })).toEqual([]);
  });

  it("M13 cells without a run in one arm are a fixable confound", () => {
    const [missing] = onData({ cells: { done: 14, failed: 4, stopped: 1, waiting: 1 } });
    expect(missing).toMatchObject({ id: "incomplete|cells|org|solo", class: "fixable", severity: "high" });
    expect(missing?.details).toEqual({ a: "4 failed, 1 stopped, 1 waiting of 20 cells", b: "none of 20 cells" });
  });

  it("M13 retries are counted per call", () => {
    expect(onData({ retries: 4 })[0]).toMatchObject({
      what: "retries",
      class: "fixable",
      severity: "low",
      details: { a: "4 retries in 20 calls" },
    });
    const calls = facts("x").runs.map((run) => ({ ...run, calls: 10 }));
    expect(of(onData({ retries: 4, runs: calls }), "retries")).toEqual([]);
  });

  it.each([
    ["side by side", { startedAtMs: HOUR_MS / 2, endedAtMs: 2 * HOUR_MS }, null],
    ["sharing little", { startedAtMs: 0.9 * HOUR_MS, endedAtMs: 2 * HOUR_MS }, "low"],
    ["minutes apart", { startedAtMs: 1.1 * HOUR_MS, endedAtMs: 2 * HOUR_MS }, "low"],
    ["hours apart", { startedAtMs: 4 * HOUR_MS, endedAtMs: 5 * HOUR_MS }, "medium"],
    ["days apart", { startedAtMs: 49 * HOUR_MS, endedAtMs: 50 * HOUR_MS }, "high"],
  ])("M13 arms that ran %s", (_how, range, severity) => {
    const [time] = of(onData({}, range), "time");
    expect(time?.severity ?? null).toBe(severity);
    expect(time?.class ?? "fixable").toBe("fixable");
    expect(of(onData(range, {}), "time").length).toBe(severity === null ? 0 : 1);
    expect(of(onData({}, range, { connection: { kind: "simulated" } }), "time")).toEqual([]);
  });

  it("M13 single runs one after the other could not have overlapped", () => {
    const single = { runs: runs([["t1", 50]]) };
    expect(of(onData(single, { ...single, startedAtMs: HOUR_MS + 1, endedAtMs: HOUR_MS + 9 }), "time")).toEqual([]);
  });

  it("M13 an arm that has not run is missing, and nothing else is said of it", () => {
    const none = facts("solo", {
      cells: { done: 0, failed: 0, stopped: 0, waiting: 20 },
      status: { complete: 0, refused: 0, incomplete: 0 },
      served: [],
      prompts: [],
      startedAtMs: null,
      endedAtMs: null,
      runs: [],
    });
    expect(onData({}, none).map((each) => each.id)).toEqual(["incomplete|cells|org|solo"]);
  });
});

describe("M13 M21 laws of every list", () => {
  const counted = fc.array(fc.record({ value: fc.constantFrom("m", "n", "token-limit", "own"), count: fc.nat(30) }), { maxLength: 3 });
  const anyFacts = fc.record({
    cells: fc.record({ done: fc.nat(30), failed: fc.nat(9), stopped: fc.nat(9), waiting: fc.nat(9) }),
    status: fc.record({ complete: fc.nat(30), refused: fc.nat(9), incomplete: fc.nat(9) }),
    incompleteReasons: counted,
    served: counted,
    prompts: counted,
    retries: fc.nat(50),
    startedAtMs: fc.option(fc.nat(10 * HOUR_MS)),
    endedAtMs: fc.option(fc.integer({ min: 10 * HOUR_MS, max: 90 * HOUR_MS })),
    runs: fc.array(
      fc.record({ taskId: fc.constantFrom("t1", "t2"), calls: fc.nat(9), inputTokens: fc.nat(999), outputTokens: fc.nat(999) }),
      { maxLength: 6 },
    ),
  });

  it("M13 M21 sorted by class, fixable by severity, ids unique, no NaN or Infinity in words, the order of the facts without effect", () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, anyFacts, (one, two, three) => {
        const plan = planOf([
          orgArm("a", { solos: ["s"], settings: { effort: "low" } }),
          orgArm("b", { solos: ["s"], settings: { effort: "high" } }),
          soloArm("s", "budget-matched"),
        ]);
        const arms = [facts("a", one), facts("b", two), facts("s", three)];
        const found = dataConfounds({ plan, arms });
        expect(dataConfounds({ plan, arms: [...arms].reverse() })).toEqual(found);
        expect(new Set(found.map((each) => each.id)).size).toBe(found.length);
        const ranks = found.map((each) => CONFOUND_CLASSES.indexOf(each.class) * 3 + SEVERITIES.indexOf(each.severity));
        expect(ranks).toEqual([...ranks].sort((x, y) => x - y));
        for (const each of found) {
          expect(confoundSchema.parse(each)).toEqual(each);
          expect(JSON.stringify(each)).not.toMatch(/NaN|Infinity|undefined|null/);
        }
      }),
    );
  });
});
