/** Instructions about ethics, goals and constraints that one arm alone is given, and the words that they are known by (M13). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { presets } from "#main/lab/library.ts";
import { NORM_TOPICS, NORM_WORDS, normSentences } from "#main/measure/confounds/norm-words.ts";
import { beside, chain, changed, kinds, of, soloDesign, variants } from "#test/support/confounds.ts";

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
