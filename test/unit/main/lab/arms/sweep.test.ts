import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateOrg } from "#shared/org/families.ts";
import type { Org } from "#shared/org/schema.ts";
import { hashOrg } from "#main/exchange/hash.ts";
import { type Axis, readAxis, readTrait } from "#main/lab/arms/axes.ts";
import { expandSweep } from "#main/lab/arms/sweep.ts";
import type { OrgVariant } from "#main/lab/arms/variant.ts";
import { testOrg } from "#test/support/orgs.ts";

const base = testOrg("Planner>Writer>Editor,Planner>Editor", (org) => ({
  ...org,
  agents: org.agents.map((agent) => ({
    ...agent,
    model: agent.name === "Writer" ? "own-model" : null,
    settings: agent.name === "Writer" ? { effort: "max" as const, maxOutputTokens: 99 } : {},
    variants: { "red-team": "RED" },
  })),
}));

function axis(text: string): Axis {
  const read = readAxis(text);
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return read.value;
}

function sweep(org: Org, ...texts: string[]): OrgVariant[] {
  const made = expandSweep(org, texts.map(axis), 1);
  if (!made.ok) throw new Error(made.problems[0]?.message);
  return made.value;
}

const why = (org: Org, ...texts: string[]) => expandSweep(org, texts.map(axis), 1).problems[0]?.message;

describe("a sweep", () => {
  it("without axes is the org as it is", () => {
    expect(sweep(base)).toEqual([{ org: base, name: "Test org", settings: {} }]);
  });

  it("sets the relay of one edge, named by its id or by its ends", () => {
    for (const edge of ["handoff_planner_writer", "Planner→Writer", "planner -> writer", "Planner>Writer"]) {
      const made = sweep(base, `relay:${edge}=paraphrase,verbatim`);
      expect(made.map((each) => each.org.handoffs.map((handoff) => handoff.relay))).toEqual([
        ["paraphrase", "paraphrase", "paraphrase"],
        ["verbatim", "paraphrase", "paraphrase"],
      ]);
      expect(made.map(({ name, settings }) => [name, settings])).toEqual([
        ["Test org · Planner → Writer paraphrase", { "relay:handoff_planner_writer": "paraphrase" }],
        ["Test org · Planner → Writer verbatim", { "relay:handoff_planner_writer": "verbatim" }],
      ]);
    }
  });

  it("sets model, effort and memory of every agent, over what an agent has of its own", () => {
    const [variant] = sweep(base, "model=a", "effort=low", "memory=off");
    expect(variant).toMatchObject({
      name: "Test org · a · effort low · memory off",
      settings: { model: "a", effort: "low", memory: "off" },
      org: { defaults: { model: "a", settings: { effort: "low" } } },
    });
    expect(variant?.org.agents.map(({ model, memory, settings }) => ({ model, memory, settings }))).toEqual([
      { model: null, memory: false, settings: {} },
      { model: null, memory: false, settings: { maxOutputTokens: 99 } },
      { model: null, memory: false, settings: {} },
    ]);
  });

  it("gives shares of traits; the name says the share in percent", () => {
    const made = sweep(base, "trait:red-team=0,0.34,1");
    expect(made.map((each) => each.org.agents.filter((agent) => agent.instructions === "RED").length)).toEqual([0, 1, 3]);
    expect(made.map((each) => each.name)).toEqual(["Test org · red-team 0 %", "Test org · red-team 34 %", "Test org · red-team 100 %"]);
    expect(made[1]?.settings).toEqual({ "trait:red-team": "0.34" });
  });

  it("sets sizes of a family's org, with the family's seed, and of no other", () => {
    const spec = { family: "hierarchy", size: 7, seed: 5 } as const;
    const made = expandSweep(generateOrg(spec), [axis("size=3,6"), axis("memory=on,off")], 1, spec);
    expect(made.ok && made.value.map((each) => [each.org.agents.length, each.name, each.settings])).toEqual([
      [3, "Hierarchy of 3 (seed 5) · memory on", { size: "3", memory: "on" }],
      [3, "Hierarchy of 3 (seed 5) · memory off", { size: "3", memory: "off" }],
      [6, "Hierarchy of 6 (seed 5) · memory on", { size: "6", memory: "on" }],
      [6, "Hierarchy of 6 (seed 5) · memory off", { size: "6", memory: "off" }],
    ]);
    expect(why(base, "size=3,6")).toMatch(/family:KIND:SIZE:SEED/);
  });

  it("makes every combination once, each another design under another name, and leaves the org's own name alone", () => {
    const texts = ["relay:Planner→Writer=paraphrase,verbatim", "effort=low,high,max", "memory=on,off", "trait:red-team=0,0.34"];
    fc.assert(
      fc.property(fc.shuffledSubarray(texts), (some) => {
        const made = sweep(base, ...some);
        const count = some.reduce((product, text) => product * text.split("=")[1]!.split(",").length, 1);
        expect(made).toHaveLength(count);
        expect(new Set(made.map((each) => hashOrg(each.org))).size).toBe(count);
        expect(new Set(made.map((each) => each.name)).size).toBe(count);
        expect(new Set(made.map((each) => JSON.stringify(each.settings))).size).toBe(count);
        expect(made.every((each) => each.org.name === base.name && Object.keys(each.settings).length === some.length)).toBe(true);
      }),
    );
  });

  it("of more than fifty arms is refused with its arithmetic", () => {
    expect(
      why(
        base,
        "trait:red-team=0,0.34,0.67,1",
        "effort=low,medium,high,xhigh,max",
        "relay:Planner→Writer=paraphrase,verbatim,paraphrase+brief",
      ),
    ).toMatch(/4 × 5 × 3 = 60 arms of Test org; 50 is the most/);
  });

  it("names what it cannot do", () => {
    expect(why(base, "memory=on", "memory=off")).toMatch(/^memory is set twice/);
    expect(why(base, "relay:Planner→Writer=verbatim", "relay:handoff_planner_writer=paraphrase")).toMatch(
      /relay of Planner → Writer is set twice/,
    );
    expect(why(base, "relay:Writer→Planner=verbatim")).toMatch(/no handoff "Writer→Planner"; it has Planner → Writer, Writer → Editor/);
    expect(why(testOrg("A>B"), "trait:red-team=0.5")).toMatch(/No agent of Test org has instructions for red-team/);
    const twins = testOrg("A>B,A>C", (org) => ({
      ...org,
      agents: org.agents.map((each) => (each.name === "C" ? { ...each, name: "B" } : each)),
    }));
    expect(why(twins, "relay:A→B=verbatim")).toMatch(/several handoffs A → B; name one by its id: handoff_a_b, handoff_a_c/);
  });
});

describe("writing an axis", () => {
  it.each<[string, Axis]>([
    ["model=a,b:c", { kind: "model", values: ["a", "b:c"] }],
    ["effort=low, high", { kind: "effort", values: ["low", "high"] }],
    ["memory=on,off", { kind: "memory", values: [true, false] }],
    ["size=3,16", { kind: "size", values: [3, 16] }],
    ["relay:A = B→C=verbatim", { kind: "relay", edge: "A = B→C", values: ["verbatim"] }],
    ["trait:goal-pressed=0,.5,1", { kind: "trait", trait: "goal-pressed", values: [0, 0.5, 1] }],
  ])("%s", (text, expected) => {
    expect(readAxis(text)).toEqual({ ok: true, value: expected, problems: [] });
  });

  it.each([
    ["", /written as one of/],
    ["memory", /written as one of/],
    ["=on", /written as one of/],
    ["relay=verbatim", /written as one of/],
    ["memory:x=on", /written as one of/],
    ["mood:x=good", /"mood" cannot be swept/],
    ["memory=on,,off", /empty value/],
    ["memory=on,on", /names on twice/],
    ["trait:red-team=0.5,0.50", /names 0\.50 twice/],
    ["memory=maybe", /takes on, off; got "maybe"/],
    ["effort=huge", /takes low, medium.*got "huge"/],
    ["relay:A→B=shout", /takes paraphrase, .*got "shout"/],
    ["size=2", /from 3 to 16; got "2"/],
    ["trait:sleepy=0.5", /no trait "sleepy".*goal-pressed, red-team/],
    ["trait:red-team=1.5", /shares from 0 to 1; got "1\.5"/],
  ])("%s is refused in a sentence", (text, words) => {
    const read = readAxis(text);
    expect(read.ok).toBe(false);
    expect(read.problems[0]?.message).toMatch(words);
  });

  it("--trait is one share of one trait", () => {
    expect(readTrait("red-team=0.25")).toMatchObject({ ok: true, value: { kind: "trait", trait: "red-team", values: [0.25] } });
    for (const bad of ["red-team", "red-team=", "red-team=lots", "red-team=2", "red-team=0.1=0.2"])
      expect(readTrait(bad).problems[0]?.message).toMatch(/--trait takes a trait and a share/);
    expect(readTrait("sleepy=0.5").problems[0]?.message).toMatch(/no trait "sleepy"/);
  });
});
