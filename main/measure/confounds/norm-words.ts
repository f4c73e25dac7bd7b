/** Owns the open list of words and phrases by which an instruction is read as one about ethics, goals or constraints (M13). */
import { splitSentences } from "#main/measure/sentences.ts";

export const NORM_TOPICS = ["ethics", "goals", "constraints"] as const;
export type NormTopic = (typeof NORM_TOPICS)[number];

/**
 * Every word that is looked for, in full: no endings are guessed, so "moral" never fires on "morale" nor "harm" on "harmony".
 * Left out on purpose because everyday instructions are full of them: right, fair, value, policy, responsible, concern, aim,
 * target, objective, limit, risk, priority, stakeholder.
 */
export const NORM_WORDS: Record<NormTopic, readonly string[]> = {
  ethics: list(
    "ethic, ethics, ethical, ethically, unethical, unethically, moral, morals, morally, morality, immoral, conscience",
    "integrity, wrongdoing, misconduct, corruption, bribe, bribes, bribery, fraud, fraudulent, honest, honestly, honesty",
    "dishonest, truthful, truthfully, truthfulness, lie to, lying, never lie, do not lie, don't lie, deceive, deceiving",
    "deception, deceptive, mislead, misleading, manipulate, manipulation, harm, harms, harmed, harmful, harming, harmless",
    "safety, unsafe, dangerous, vulnerable, legal, legally, illegal, illegally, law, laws, lawful, unlawful, comply",
    "complies, compliance, compliant, privacy, confidentiality, informed consent, dignity, human rights, fairness, unfair",
    "discriminate, discrimination, justice, unjust, social responsibility, responsibly, irresponsible, public interest",
    "do the right thing, what is right, right and wrong, raise concerns, raise a concern, raise any concern",
    "raise any concerns, voice concerns, speak up, blow the whistle, whistleblower, whistleblowing, refuse to",
  ),
  goals: list(
    "goal, goals, at any cost, at all costs, at any price, whatever it takes, no matter what, by any means",
    "the ends justify, the end justifies, above all else, nothing else matters, all that matters, only thing that matters",
    "maximise, maximize, maximises, maximizes, maximising, maximizing, profit, profits, profitable, profitability",
    "shareholder value, hit the target, hit the targets, hit your target, hit your targets, meet your target",
    "meet your targets, meet the target, meet the targets, quota, quotas, kpi, kpis, bonus, bonuses, incentive, incentives",
    "you are rewarded, you will be rewarded, you are judged by, you are measured by, outperform, beat the competition",
  ),
  constraints: list(
    "constraint, constraints, non-negotiable, guardrail, guardrails, red line, red lines, limits and conditions",
    "every limit, all limits, every condition, all conditions, every requirement, all requirements, every rule, all rules",
    "loophole, loopholes, bend the rules, ignore the rules, break the rules, cut corners, corners can be cut",
  ),
};

/** One list from lines of words and phrases parted by commas. */
function list(...lines: string[]): string[] {
  return lines.flatMap((line) => line.split(", "));
}

/** Letters, digits and underscores of any language make a word; a hyphen parts two. */
const READERS: readonly { about: NormTopic; reader: RegExp }[] = NORM_TOPICS.map((about) => ({
  about,
  reader: new RegExp(
    `(?<![\\p{L}\\p{M}\\p{N}_])(?:${NORM_WORDS[about].map((words) => words.replace(/ /g, "\\s+")).join("|")})(?![\\p{L}\\p{M}\\p{N}_])`,
    "iu",
  ),
}));

/** The words of one sentence without the marks and spaces that do not change what it says. */
export function plainWords(sentence: string): string {
  return sentence
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, " ")
    .replace(/^[\s\-*•"'“”]+|[\s.!?;:,"'“”]+$/g, "")
    .toLowerCase();
}

export interface NormSentence {
  about: NormTopic;
  /** The sentence as it stands in the text. */
  sentence: string;
}

/**
 * The sentences of a text that hold a listed word, in order; one that holds words of two topics is found twice.
 *
 * It reads words, not meaning. It misses what is said without a listed word ("think of the people downstream", "win the client"),
 * every language but English, misspellings, and a listed word broken by a hyphen at a line's end. It fires on a listed word
 * whatever is said with it ("ethics is not your business" is about ethics too).
 *
 * @param ignored names that are cut out before reading: to write to the "Ethics Desk" is no instruction about ethics
 */
export function normSentences(text: string, ignored: readonly string[] = []): NormSentence[] {
  // Longest first, so that "Ethics Desk Lead" is not left as "Lead" of a shorter name.
  const names = [...new Set(ignored)].filter((name) => name.trim() !== "").sort((one, other) => other.length - one.length);
  return splitSentences(text).flatMap(({ text: sentence }) => {
    const read = names.reduce((left, name) => withoutName(left, name), sentence.replace(/[’‘]/g, "'"));
    return READERS.filter(({ reader }) => reader.test(read)).map(({ about }) => ({ about, sentence }));
  });
}

function withoutName(text: string, name: string): string {
  const literal = name.replace(/[’‘]/g, "'").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, "gu"), " ");
}
