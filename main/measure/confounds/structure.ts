/** Owns the differences between two arms that follow from their structure: drafts to pick from, who is given the brief, calls (M13). */
import type { ConfoundClass } from "#shared/drift/confounds.ts";
import type { Arm, Plan } from "#shared/experiment/plan.ts";
import { depth, reachableFrom } from "#shared/org/graph.ts";
import type { Org } from "#shared/org/schema.ts";
import { type ArmPair, count, type Finding, named } from "#main/measure/confounds/pairs.ts";

/** The number of drafts by task that a deliverable is picked from; one where an arm picks from nothing. */
function candidates(arm: Arm): number[] | null {
  if (arm.baseline !== "best-of-n") return [1];
  return arm.budgets === null ? null : Object.values(arm.budgets);
}

/** Best-of-n hands back one of several drafts. Null where both arms pick from as many. */
export function candidateFinding(pair: ArmPair): Finding | null {
  const [a, b] = [candidates(pair.a), candidates(pair.b)];
  const details = { a: range(a), b: range(b) };
  if (details.a === details.b) return null;
  return {
    what: "candidates",
    class: "treatment",
    severity: "medium",
    sentence:
      `The deliverable of ${named(pair.b)} is picked from ${details.b} drafts, that of ${named(pair.a)} from ${details.a}. ` +
      "That is what this arm is for: it spends what the org spends on drawing again. Read the org beside its other solo arms too.",
    details,
  };
}

function range(values: readonly number[] | null): string {
  if (values === null || values.length === 0) return "a number not yet frozen";
  const [low, high] = [values.reduce((x, y) => Math.min(x, y)), values.reduce((x, y) => Math.max(x, y))];
  return low === high ? String(low) : `${low} to ${high}`;
}

/** Who is given the brief. Null where in both arms all are, or in variants the same agents. */
export function briefFinding(pair: ArmPair, orgs: { a: Org; b: Org }): Finding | null {
  const holders = (org: Org) => org.agents.filter((agent) => agent.receivesBrief);
  const all = (org: Org) => holders(org).length === org.agents.length;
  const ids = (org: Org) =>
    JSON.stringify(
      holders(org)
        .map((agent) => agent.id)
        .sort(),
    );
  const same = pair.kind === "solo" ? all(orgs.a) === all(orgs.b) : ids(orgs.a) === ids(orgs.b);
  if (same) return null;
  const words = (org: Org) => `${holders(org).length} of ${count(org.agents.length, "agent")}`;
  const details = { a: words(orgs.a), b: words(orgs.b) };
  const treatment = pair.kind === "solo" || pair.changed.includes("size");
  return {
    what: "prompts",
    part: "brief",
    class: treatment ? "treatment" : "fixable",
    severity: treatment ? "low" : "high",
    sentence:
      `The brief is given to ${details.a} in ${named(pair.a)} and to ${details.b} in ${named(pair.b)}. ` +
      (treatment
        ? "Whether the rest hears of it is what drift is; its words are the same in both."
        : "Give it to the same agents in both arms, unless that is what you want to compare."),
    details,
  };
}

interface Calls {
  low: number;
  /** Null where the design sets no fixed number. */
  high: number | null;
}

/** Calls of one run as the structure has them; null where only the run can tell. */
function expectedCalls(arm: Arm, org: Org): Calls | null {
  if (arm.baseline === "budget-matched") return null;
  if (arm.baseline === "best-of-n") {
    const drafts = candidates(arm);
    if (!drafts || drafts.length === 0) return null;
    return { low: drafts.reduce((x, y) => Math.min(x, y)), high: drafts.reduce((x, y) => Math.max(x, y)) };
  }
  if (arm.kind === "solo") return { low: 1, high: 1 };
  const entries = org.agents.filter((agent) => agent.receivesBrief).map((agent) => agent.id);
  return { low: Math.max(entries.length, Math.min(reachableFrom(org, entries).size, depth(org) + 1)), high: null };
}

/** One call against many, as the structure alone tells. Null where it does not tell, or they are as many. */
export function callFinding(pair: ArmPair, orgs: { a: Org; b: Org }, plan: Plan): Finding | null {
  const [a, b] = [expectedCalls(pair.a, orgs.a), expectedCalls(pair.b, orgs.b)];
  if (!a || !b) return null;
  // Of two orgs only the least number is known; beside a solo, its greatest number must stay below the org's least.
  const differ = pair.kind === "variant" ? a.low !== b.low : a.low > (b.high ?? Number.POSITIVE_INFINITY);
  if (!differ) return null;
  const words = ({ low, high }: Calls) =>
    high === null ? `${count(low, "call")} or more once work is handed on` : low === high ? count(low, "call") : `${low} to ${high} calls`;
  const details = { a: words(a), b: words(b) };
  const held = plan.arms.filter(
    (arm) => pair.a.solos.includes(arm.id) && (arm.baseline === "budget-matched" || arm.baseline === "best-of-n"),
  );
  const says = `A run takes ${details.a} in ${named(pair.a)} and ${details.b} in ${named(pair.b)}. `;
  const shown: { class: ConfoundClass; details: typeof details } = { class: "consequence", details };
  if (pair.kind === "variant")
    return {
      what: "calls",
      ...shown,
      severity: "low",
      sentence: `${says}It follows from the designs; it is shown and never adjusted for.`,
    };
  if (pair.b.baseline !== "one-shot")
    return { what: "calls", ...shown, severity: "low", sentence: `${says}It follows from organizing; it is shown and never adjusted for.` };
  return {
    what: "calls",
    ...shown,
    // Without an arm that spends as much as the org, the gap may be due to the spending alone.
    severity: held.length > 0 ? "low" : "medium",
    sentence:
      `${says}It follows from organizing and is never adjusted for. ` +
      (held.length > 0
        ? `Whether more calls alone would do it is what ${held.map(named).join(" and ")} can tell.`
        : "Whether more calls alone would do it, add a budget-matched or best-of-n arm to tell; whether one call that plays the org would do, a role-play arm."),
  };
}
