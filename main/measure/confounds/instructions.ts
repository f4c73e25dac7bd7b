/** Owns the comparison of two arms' instructions: traits that were given, and what is said on ethics or goals in one arm only (M13). */
import type { Confound } from "#shared/drift/confounds.ts";
import type { Agent, Org } from "#shared/org/schema.ts";
import { NORM_TOPICS, type NormTopic, normSentences, plainWords } from "#main/measure/confounds/norm-words.ts";
import { type ArmPair, asConfound, named, settingOf, TRAIT_KEY } from "#main/measure/confounds/pairs.ts";

/** A quote in a sentence for a person stays readable. */
const LONGEST_QUOTE = 160;

const TOPIC_WORDS: Record<NormTopic, string> = {
  ethics: "ethics or the law",
  goals: "goals that press for a result",
  constraints: "keeping to or bending constraints",
};

/**
 * Findings on what the agents of the two arms are told. The brief is not read: it is the same to the letter in every arm (M12).
 *
 * @param orgs the designs of the pair's arms
 */
export function instructionConfounds(pair: ArmPair, orgs: { a: Org; b: Org }): Confound[] {
  return [...traitConfounds(pair, orgs), ...normConfounds(pair, orgs)];
}

/** A trait that was given to one arm, or to another share of its agents, is what is compared. */
function traitConfounds(pair: ArmPair, orgs: { a: Org; b: Org }): Confound[] {
  return pair.changed
    .filter((key) => key.startsWith(TRAIT_KEY))
    .flatMap((key) => {
      const trait = key.slice(TRAIT_KEY.length);
      const words = (side: "a" | "b") => {
        const share = settingOf(pair[side], key);
        const players = orgs[side].agents.filter((agent) => playsTrait(agent, trait, orgs)).map((agent) => agent.name);
        return share === null ? "no agent" : `a share of ${share}${players.length > 0 ? ` (${players.join(", ")})` : ""}`;
      };
      // A role-play is told the instructions of the whole org, the trait's among them: then the two do not differ in it.
      const given = orgs.a.agents.filter((agent) => playsTrait(agent, trait, orgs));
      const toldToo = pair.kind === "solo" && given.length > 0 && given.every((agent) => holdsText(orgs.b, agent.instructions));
      if (toldToo) return [];
      const details = { a: words("a"), b: words("b") };
      const advice =
        pair.kind === "variant"
          ? "This is what is compared: read the difference between them as its effect."
          : "The gap between them holds the effect of the trait as well as that of organizing; compare with the org without the trait to part the two.";
      return [
        asConfound(pair, {
          what: "instructions",
          part: key,
          class: "treatment",
          severity: "high",
          sentence: `The trait ${trait} is given to ${details.a} in ${named(pair.a)} and to ${details.b} in ${named(pair.b)}. ${advice}`,
          details,
        }),
      ];
    });
}

interface Told {
  about: NormTopic;
  agent: Agent;
  /** What is quoted. */
  quote: string;
  /** Stands for the quote when the arms are compared. */
  plain: string;
}

/** One finding for each topic on which some sentence stands in one arm only. */
function normConfounds(pair: ArmPair, orgs: { a: Org; b: Org }): Confound[] {
  const names = [...orgs.a.agents, ...orgs.b.agents].map((agent) => agent.name);
  // A role-play names the members' roles in its own instructions; those are compared as roles.
  const inB = pair.b.baseline === "role-play" ? [...names, ...orgs.a.agents.map((agent) => agent.role)] : names;
  const told = { a: toldIn(orgs.a, names), b: toldIn(orgs.b, inB) };
  const only = (side: "a" | "b", other: "a" | "b") =>
    told[side].filter(
      (each) =>
        !told[other].some((twin) => twin.plain === each.plain) &&
        !(pair.b.baseline === "role-play" && side === "a" && holdsText(orgs.b, each.quote)) &&
        !comesFromTrait(each.agent, pair, orgs),
    );
  const found = { a: only("a", "b"), b: only("b", "a") };
  return NORM_TOPICS.flatMap((about) => {
    const a = found.a.filter((each) => each.about === about);
    const b = found.b.filter((each) => each.about === about);
    const first = a[0] ?? b[0];
    if (!first) return [];
    const more = a.length + b.length - 1;
    const where = a.length > 0 && b.length > 0 ? "each arm says things that the other does not" : "the other arm is not told this";
    return [
      asConfound(pair, {
        what: "instructions",
        part: about,
        class: "fixable",
        // It works on what is measured itself, and nothing in the data can tell it from the effect of organizing.
        severity: "high",
        sentence:
          `Instructions about ${TOPIC_WORDS[about]} differ between ${named(pair.a)} and ${named(pair.b)}: ` +
          `in ${named(a.length > 0 ? pair.a : pair.b)}, ${quoted(first)}${more > 0 ? `, and ${more} more` : ""}; ${where}. ` +
          "Put the same words into both arms or take them out, unless they are what you want to compare.",
        details: { a: listed(a), b: listed(b) },
      }),
    ];
  });
}

/** Sentences on a listed topic in the instructions of every agent, and names with roles that hold a listed word. */
function toldIn(org: Org, ignored: readonly string[]): Told[] {
  return org.agents.flatMap((agent) => {
    const who = agent.role === "" ? agent.name : `${agent.name}, ${agent.role}`;
    return [
      // The engine opens every request with them: "You are Vera, ethics officer, …".
      ...normSentences(who).map(({ about }) => ({ about, agent, quote: agent.role || agent.name, plain: plainWords(who) })),
      ...normSentences(agent.instructions, ignored).map(({ about, sentence }) => ({
        about,
        agent,
        quote: sentence,
        plain: plainWords(sentence),
      })),
    ];
  });
}

function quoted({ agent, quote }: Told): string {
  const short = quote.length > LONGEST_QUOTE ? `${quote.slice(0, LONGEST_QUOTE).trimEnd()}…` : quote;
  return `${agent.name} is told "${short}"`;
}

function listed(told: readonly Told[]): string {
  return told.length === 0 ? "nothing" : told.map(quoted).join("; ");
}

/** Whether a design's instructions hold a text as it stands, marks and spaces aside. */
function holdsText(org: Org, text: string): boolean {
  const wanted = plainWords(text);
  return wanted !== "" && org.agents.some((agent) => plainWords(agent.instructions).includes(wanted));
}

/** Whether an agent acts on the variant of its instructions for a trait, as either design has the variant. */
function playsTrait(agent: Agent, trait: string, orgs: { a: Org; b: Org }): boolean {
  return [...orgs.a.agents, ...orgs.b.agents].some((twin) => {
    const variant = twin.id === agent.id ? (twin.variants as Record<string, unknown>)[trait] : undefined;
    return typeof variant === "string" && variant !== "" && variant === agent.instructions;
  });
}

/** What is said, or left out, because an agent was given a trait is listed as the trait and not a second time. */
function comesFromTrait(agent: Agent, pair: ArmPair, orgs: { a: Org; b: Org }): boolean {
  const twins = [...orgs.a.agents, ...orgs.b.agents].filter((each) => each.id === agent.id);
  return pair.changed
    .filter((key) => key.startsWith(TRAIT_KEY))
    .some((key) => twins.some((twin) => playsTrait(twin, key.slice(TRAIT_KEY.length), orgs)));
}
