/** Proves the solo baselines (M12): a budget that is spent and not passed, drafts of which one is chosen blind. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Org } from "#shared/org/schema.ts";
import type { RunMode } from "#main/engine/mode.ts";
import { TestCell } from "#test/support/cells.ts";
import { testOrg } from "#test/support/orgs.ts";
import { lastUser, ofType, play, type PlayOptions, type Reply, say, type Script, submit, tool } from "#test/support/scripted-model.ts";
import { plainSuite } from "#test/support/suites.ts";

const LEAST_ANSWER = 256;

function solo(more: Partial<Org> = {}): Org {
  return testOrg("Solo", (org) => ({
    ...org,
    limits: { ...org.limits, rounds: null },
    defaults: { ...org.defaults, settings: { maxOutputTokens: 2_000 } },
    ...more,
  }));
}

const usage = (outputTokens: number) => ({ inputTokens: 10, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 });

function spend(outputTokens: number, script: Script, org = solo(), options: PlayOptions = {}) {
  return play(org, script, { mode: { kind: "budget", outputTokens }, ...options });
}

describe("budget-matched (M12)", () => {
  it("M12 C goes on, turn after turn, until less than an answer's worth is left, and hands back what was submitted last", async () => {
    const { result, requests } = await spend(2_000, { Solo: ({ nth }) => ({ content: [submit(`Draft ${nth + 1}`)], usage: usage(500) }) });
    expect(result).toMatchObject({ status: "complete", reason: "budget-spent", deliverable: "Draft 4" });
    expect(requests.Solo?.map((request) => request.max_tokens)).toEqual([2_000, 1_500, 1_000, 500]);
    expect(lastUser(requests.Solo?.[1]).at(-1)).toContain("about 1500 more tokens");
  });

  it("M12 C never starts an answer above what is left, and passes its budget by less than one shortest answer", async () => {
    const badCall = () => tool("nonsense", {});
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9_000 }),
        fc.array(fc.record({ share: fc.nat(100), how: fc.constantFrom("submit", "say", "mend", "refuse") }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.option(fc.integer({ min: 1_300, max: 3_500 }), { nil: null }),
        async (budget, answers, contextTokens) => {
          const org = solo({
            limits: { ...solo().limits, contextTokens },
            defaults: { ...solo().defaults, settings: { maxOutputTokens: 500 } },
          });
          let spent = 0;
          const { result } = await spend(
            budget,
            {
              Solo: ({ request, nth }): Reply => {
                // The first answer is let through however small the budget is.
                if (nth > 0) expect(budget - spent).toBeGreaterThanOrEqual(LEAST_ANSWER);
                expect(request.max_tokens).toBeLessThanOrEqual(Math.max(LEAST_ANSWER, budget - spent));
                const { share, how } = answers[nth % answers.length] ?? { share: 100, how: "submit" };
                const outputTokens = Math.max(1, Math.floor((share / 100) * request.max_tokens));
                spent += outputTokens;
                const words = "word ".repeat(outputTokens);
                if (request.tool_choice) return { content: [say("A summary.")], usage: usage(outputTokens) };
                if (how === "refuse")
                  return { content: [], stopReason: nth % 7 === 3 ? "refusal" : "end_turn", usage: usage(outputTokens) };
                const block = how === "submit" ? submit(words) : how === "say" ? say(words) : badCall();
                return { content: [block], usage: usage(outputTokens) };
              },
            },
            org,
          );
          expect(result.outcome).toBe("done");
          expect(spent).toBeLessThanOrEqual(Math.max(budget, LEAST_ANSWER));
        },
      ),
      { seed: 20_261_161, numRuns: 80 },
    );
  });

  it("M12 C plain text counts until something was submitted, and never takes its place", async () => {
    const { result, events } = await spend(10_000, {
      Solo: ({ nth }) => [[say("First words.")], [submit("Mine")], [say("Done.")]][nth] ?? [],
    });
    expect(result).toMatchObject({ status: "complete", reason: "delivered", deliverable: "Mine" });
    expect(ofType(events, "deliverable-submitted").map((each) => [each.text, each.plain])).toEqual([
      ["First words.", true],
      ["Mine", false],
    ]);
  });

  it("M12 C who has nothing to add three times in a row is done; who never says anything is incomplete", async () => {
    const { result, requests } = await spend(10_000, { Solo: ({ nth }) => (nth === 0 ? [submit("All")] : []) });
    expect(result).toMatchObject({ status: "complete", reason: "delivered", deliverable: "All" });
    expect(requests.Solo).toHaveLength(4);
    expect((await spend(10_000, { Solo: [] })).result).toMatchObject({ status: "incomplete", reason: "no-deliverable" });
  });

  it("M12 C a refusal ends it: refused where nothing is there, else with what is there", async () => {
    const refusal: Reply = { content: [], stopReason: "refusal" };
    expect((await spend(10_000, { Solo: [refusal] })).result).toMatchObject({ status: "refused", deliverable: null });
    expect((await spend(10_000, { Solo: [[submit("Some")], refusal] })).result).toMatchObject({ status: "complete", deliverable: "Some" });
  });
});

describe("best-of-n (M12)", () => {
  const draft = (n: number): Reply => ({ content: [say(`Draft ${n}`)], usage: usage(50) });
  const bestOf = (draws: number, choose: (texts: readonly string[]) => number): RunMode => ({ kind: "best-of", draws, choose });

  it("M12 C draws all at once from the very same request, keeps all drafts, and hands back the one that is chosen", async () => {
    const seen: (readonly string[])[] = [];
    const mode = bestOf(3, (texts) => {
      seen.push(texts);
      return 1;
    });
    const { result, events, requests } = await play(solo(), { Solo: [draft(1), draft(2), draft(3)] }, { mode });
    expect(result).toMatchObject({ status: "complete", reason: "delivered", deliverable: "Draft 2" });
    // Blind: the chooser is given the texts and nothing else, once.
    expect(seen).toEqual([["Draft 1", "Draft 2", "Draft 3"]]);
    expect(ofType(events, "deliverable-submitted").map((each) => [each.version, each.text])).toEqual([
      [1, "Draft 1"],
      [2, "Draft 2"],
      [3, "Draft 3"],
    ]);
    expect(ofType(events, "deliverable-chosen")).toEqual([{ type: "deliverable-chosen", version: 2, of: 3 }]);
    expect(new Set(requests.Solo?.map((request) => JSON.stringify(request))).size).toBe(1);
    expect(requests.Solo?.[0]?.tools).toEqual([]);
    expect(new Set(ofType(events, "call-started").map((each) => each.id)).size).toBe(3);
  });

  it("M12 C a draft that was refused or is empty is no draft; numbers are those of the drafts that are there", async () => {
    const replies: Reply[] = [{ content: [], stopReason: "refusal" }, draft(2), [], draft(4)];
    const { result, events } = await play(solo(), { Solo: replies }, { mode: bestOf(4, (texts) => texts.length - 1) });
    expect(result).toMatchObject({ deliverable: "Draft 4" });
    expect(ofType(events, "deliverable-chosen")).toEqual([{ type: "deliverable-chosen", version: 2, of: 2 }]);
    const none = await play(solo(), { Solo: [replies[0] as Reply, []] }, { mode: bestOf(2, () => 0) });
    expect(none.result).toMatchObject({ status: "refused", deliverable: null });
  });

  it("M12 C a choice of no draft at all falls back on the first", async () => {
    const { result } = await play(solo(), { Solo: [draft(1), draft(2)] }, { mode: bestOf(2, () => 7) });
    expect(result).toMatchObject({ deliverable: "Draft 1" });
  });

  it("M12 C a limit on tokens is never passed by many draws at once; those that had room are chosen among", async () => {
    const org = solo({ limits: { ...solo().limits, outputTokens: 5_000 } });
    // Two at once have room, and what they leave is room for one more.
    const script: Script = { Solo: ({ nth }) => ({ content: [say(`Draft ${nth + 1}`)], usage: usage(1_400) }) };
    const { result, requests } = await play(org, script, { mode: bestOf(5, (texts) => texts.length - 1) });
    expect(requests.Solo).toHaveLength(3);
    expect(result).toMatchObject({ status: "complete", deliverable: "Draft 3" });
  });

  it("M12 C one draw that fails for good fails the run and calls the others off", async () => {
    const failure = { code: "auth" as const, message: "no key" };
    const wait: Script[string] = ({ nth, signal }) =>
      nth === 0
        ? { failure }
        : new Promise<Reply>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    const { result } = await play(solo(), { Solo: wait }, { mode: bestOf(3, () => 0) });
    expect(result).toEqual({ outcome: "failed", failure });
  });

  it("M12 C in an experiment the one that meets the most asks is handed back and measured, and the others are kept", async () => {
    const cell = new TestCell(testOrg("A>B"), plainSuite(1, 4), { solos: ["best-of-n"], population: { keep: 0.5 } });
    expect(await cell.run()).toMatchObject({ end: "finished" });
    const { experimentId } = cell.key;
    const arm = cell.store.experiments.cells(experimentId).find((each) => each.armId !== cell.key.armId);
    const run = cell.store.runs.latest({ ...cell.key, armId: arm?.armId ?? "" });
    const events = cell.store.runs.events(run?.id ?? "").map((each) => each.event);
    const drafts = ofType(events, "deliverable-submitted");
    const chosen = ofType(events, "deliverable-chosen")[0];
    expect(drafts).toHaveLength(4);
    expect(run?.deliverable).toBe(drafts.find((each) => each.version === chosen?.version)?.text);
    expect(run?.retention).not.toBeNull();
  });
});
