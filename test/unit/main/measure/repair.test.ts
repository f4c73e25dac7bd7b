/** Owns the tests of repair and sham: which sentences are edited, with which words, and what is said where it cannot be done. */
import { describe, expect, it } from "vitest";
import { type Task, taskSchema } from "#shared/task/schema.ts";
import { changesOf, dropMessage, swapMessage } from "#main/measure/repair/change.ts";
import { labelDice, shuffledBy } from "#main/measure/repair/label-dice.ts";
import { repairMessage } from "#main/measure/repair/repair-message.ts";
import { shamMessage } from "#main/measure/repair/sham-message.ts";
import { fill, quietFillers } from "#main/measure/repair/wording.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { codesOf, type Standing } from "#test/support/carried.ts";
import { plainSuite } from "#test/support/suites.ts";

const plain = plainSuite(1, 3).tasks[0] as Task;

function input(written: string, standings: Record<string, Standing> = {}, task: Task = plain) {
  const probes = new TaskProbes(task);
  return { handoffId: "h1", written, codes: codesOf(probes, written, standings), probes };
}

/** The text of a message that could be made. */
function text(made: { written: string } | { why: string }): string {
  if ("why" in made) throw new Error(made.why);
  return made.written;
}

/** The plain task with one constraint changed. */
function changed(fields: Partial<Task["ledger"][number]>): Task {
  return taskSchema.parse({ ...plain, ledger: plain.ledger.map((each, index) => (index === 0 ? { ...each, ...fields } : each)) });
}

describe("repairMessage", () => {
  it("M6 puts each weakened or contradicting sentence in full, in its place, and adds at the end what was left out", () => {
    const made = repairMessage(input("Hello Ada.\n- Rule 1 holds perhaps; and so on\nRule 2 is off. Count the boxes.\n\nYours, Bo"));
    expect(made).toMatchObject({ put: ["k1", "k2", "k3"] });
    expect(text(made)).toMatch(
      /^Hello Ada\.\n- (?:[\w ]+: )?Rule 1 holds in full\. and so on\n(?:[\w ]+: )?Rule 2 holds in full\. Count the boxes\.\n\nYours, Bo\n\n(?:[\w ]+: )?Rule 3 holds in full\.$/,
    );
  });

  it("M2 leaves alone what the writer did not hold, what the receiver has, what is out of scope and what was passed on", () => {
    const written = "Rule 1 is off. Rule 2 holds perhaps.";
    expect(repairMessage(input(written, { k1: { told: true }, k2: { receiverHeld: 1 }, k3: { inScope: false } }))).toEqual({
      written,
      put: [],
    });
    expect(repairMessage(input(written, { k1: { held: 0 }, k2: { held: 0.5 }, k3: { held: 0 } }))).toEqual({ written, put: [] });
  });

  it("M6 puts back also what was held weakly and then dropped or contradicted", () => {
    const made = repairMessage(input("Rule 1 is off.", { k1: { held: 0.5 }, k2: { held: 0 }, k3: { held: 0.5 } }));
    expect(made).toMatchObject({ put: ["k1", "k3"] });
    expect(text(made)).not.toContain("is off");
  });

  it("M6 says again in the writer's words what else a replaced sentence had said", () => {
    const written = "We think that rule 1 holds perhaps and rule 2 holds in full and the boxes were counted.";
    const repaired = text(repairMessage(input(written, { k3: { held: 0 } })));
    expect(repaired).toMatch(/Rule 1 holds in full\..*rule 2 holds in full\..*the boxes were counted\.$/);
    expect(repaired).not.toContain("perhaps");
    // What is only weak stays weak.
    const weak = text(repairMessage(input("Rule 1 is off and rule 2 holds perhaps.", { k2: { held: 0.5 }, k3: { held: 0 } })));
    expect(weak).toMatch(/Rule 1 holds in full\..*rule 2 holds perhaps\.$/);
  });

  it("M6 replaces every sentence that falls short, also where the last is the better one", () => {
    const repaired = text(repairMessage(input("Rule 1 is off. Rule 1 holds perhaps.", { k2: { held: 0 }, k3: { held: 0 } })));
    expect(repaired).not.toMatch(/off|perhaps/);
    expect(repaired.match(/Rule 1 holds in full/g)).toHaveLength(2);
    // What already says as much as was held stays.
    const weak = repairMessage(input("Bo: rule 1 holds perhaps. Rule 1 is off.", { k1: { held: 0.5 }, k2: { held: 0 }, k3: { held: 0 } }));
    expect(text(weak)).toMatch(/^Bo: rule 1 holds perhaps\. (?:[\w ]+: )?Rule 1 holds in full\.$/);
  });

  it("M6 uses a phrasing where the ledger's own text is not read, and fails by name where nothing is", () => {
    const standings = { k2: { held: 0 }, k3: { held: 0 } };
    expect(text(repairMessage(input("Hello.", standings, changed({ text: "The first one binds" }))))).toContain("Rule 1 holds in full.");
    const mute = changed({ text: "The first one binds", phrasings: { preserved: [], weakened: [], contradicted: [] } });
    const failed = repairMessage(input("Hello.", standings, mute));
    expect(failed).toEqual({
      why: 'The message of handoff "h1" in task "t1" cannot be repaired: neither the text nor a preserved phrasing of constraint "k1" is read as preserved by its own pattern; correct the pattern or the text in the suite.',
    });
    expect(shamMessage(input("Hello.", standings, mute))).toEqual(failed);
  });

  it("M6 fails by name where every wording would change what is read of something else", () => {
    const nosy = changed({ pattern: { preserved: ["rule 2"], weakened: [], contradicted: [] } });
    // Rule 2 cannot be put back without touching rule 1, which the writer did not hold.
    expect(repairMessage(input("Hello.", { k1: { held: 0 }, k3: { held: 0 } }, nosy))).toEqual({
      why: expect.stringMatching(/^The message of handoff "h1" in task "t1" cannot be repaired: .*"k1".*tell apart\.$/),
    });
  });

  it("leaves out a constraint without a probe", () => {
    const unread = changed({ pattern: undefined });
    expect(repairMessage(input("Hello.", { k2: { held: 0 }, k3: { held: 0 } }, unread))).toEqual({ written: "Hello.", put: [] });
  });
});

describe("shamMessage", () => {
  const standings = { k2: { held: 0 }, k3: { held: 0 } };
  const phrasings = {
    preserved: [],
    weakened: ["Rule 1 holds perhaps.", "Rule 1 holds perhaps, some say."],
    contradicted: ["Rule 1 is off.", "By now rule 1 is off."],
  };

  it.each([
    ["contradiction", "Bo says: rule 1 is off.", /(?:Rule 1 is off|By now rule 1 is off)\./],
    ["hedge", "Bo says rule 1 holds perhaps in May.", /Rule 1 holds perhaps/],
  ])("M6 puts another %s of the task in place of one", (_, written, other) => {
    const sham = text(shamMessage(input(written, standings, changed({ phrasings }))));
    expect(sham).toMatch(other);
    expect(sham).not.toContain(written);
    expect(sham).not.toContain("holds in full");
  });

  it("M6 frames the sentence itself, or the words that were read, where the task has no other", () => {
    const none = { preserved: [], weakened: [], contradicted: [] };
    expect(text(shamMessage(input("Rule 1 is off.", standings, changed({ phrasings: none }))))).toMatch(/^[\w ]+: Rule 1 is off\./);
    const long = `Bo told me over lunch, ${"with a good deal of this and that, ".repeat(6)}that rule 1 is off.`;
    const sham = shamMessage(input(long, standings, changed({ phrasings: none })));
    expect(text(sham)).not.toContain("over lunch");
    expect(text(sham)).toContain("rule 1 is off");
  });

  it("M6 fails by name where its control would not be as long", () => {
    const greedy = changed({
      phrasings: { preserved: [], weakened: [], contradicted: [] },
      pattern: { preserved: ["rule 1 holds in full"], weakened: [], contradicted: ["/^.*rule 1 is off.*$/"] },
    });
    const long = `Bo told me over lunch, ${"with a good deal of this and that, ".repeat(20)}that rule 1 is off.`;
    expect(shamMessage(input(long, standings, greedy))).toEqual({
      why: expect.stringMatching(
        /^The message of handoff "h1" in task "t1" cannot be given a control: .* characters longer than the repair;/,
      ),
    });
  });

  it("M6 adds no filler that a probe of the task reads", () => {
    const nosy = taskSchema.parse({
      ...plain,
      asks: [{ id: "a1", text: "Be polite", pattern: { preserved: ["/thank|hello|good|glad|greet/"] } }],
    });
    const quiet = quietFillers(new TaskProbes(nosy));
    expect(quiet.length).toBeGreaterThan(3);
    expect(quiet.filter((filler) => /thank|hello|good|glad|greet/i.test(filler))).toEqual([]);
    expect(text(shamMessage(input("Rule 1 holds in full.", {}, nosy)))).not.toMatch(/thank|hello|good|glad|greet/i);
    // None is left: that is said, not hidden.
    const deaf = taskSchema.parse({ ...plain, asks: [{ id: "a1", text: "Write", pattern: { preserved: ["/[a-z]/"] } }] });
    expect(shamMessage(input("Rule 1 holds in full.", {}, deaf))).toHaveProperty("why");
  });

  it("M6 hangs on the handoff and the constraint alone", () => {
    const made = (handoffId: string) => shamMessage({ ...input("Rule 1 is off."), handoffId });
    expect(made("h1")).toEqual(made("h1"));
    const texts = Array.from({ length: 12 }, (_, index) => text(made(`h${index}`)));
    expect(new Set(texts).size).toBeGreaterThan(3);
  });
});

describe("fill", () => {
  const quiet = quietFillers(new TaskProbes(plain));

  it.each([8, 20, 33, 60, 75, 150, 400, 2_000])("comes within 10 %% of a gap of %i characters", (gap) => {
    const length = fill(quiet, [], gap, "h1").reduce((total, filler) => total + filler.length + 1, 0);
    expect(Math.abs(length - gap)).toBeLessThanOrEqual(Math.max(2, gap / 10));
  });

  it("fills nothing where there is no gap or nothing to fill it with", () => {
    expect([fill(quiet, [], 0, "h1"), fill(quiet, [], -9, "h1"), fill(quiet, [], 2, "h1"), fill([], [], 50, "h1")]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});

describe("changes", () => {
  it("M6 makes the three sides of a checkpoint", () => {
    const made = changesOf(input("Rule 1 is off."));
    expect(made).toMatchObject({
      repaired: { kind: "repaired", written: expect.stringContaining("Rule 1 holds in full") },
      sham: { kind: "sham", written: expect.stringContaining("ule 1 is off") },
      asSent: { kind: "as-sent", written: "Rule 1 is off." },
    });
  });

  it("swaps only with another run's message on the same edge and task, and drops with null", () => {
    const here = { runId: "r1", taskId: "t1", edgeId: "e1", written: "Here." };
    const other = { ...here, runId: "r2", written: "There." };
    expect(swapMessage(here, other)).toEqual({ kind: "swapped", written: "There." });
    for (const wrong of [
      { ...other, taskId: "t2" },
      { ...other, edgeId: "e2" },
      { ...other, runId: "r1" },
    ])
      expect(swapMessage(here, wrong)).toEqual({ why: expect.stringMatching(/cannot be put in place here: .*choose one of/) });
    expect(dropMessage()).toEqual({ kind: "dropped", written: null });
  });
});

describe("label dice", () => {
  it("fall alike for the same labels and evenly over many", () => {
    expect(labelDice("a", 1)).toBe(labelDice("a", 1));
    expect(labelDice("a", 1)).not.toBe(labelDice("a1"));
    const bins = Array.from({ length: 16 }, () => 0);
    for (let index = 0; index < 16_000; index += 1) {
      const bin = Math.floor(labelDice("task", index) * 16);
      bins[bin] = (bins[bin] as number) + 1;
    }
    // Chi-squared with 15 degrees of freedom is below 37.7 in 999 of 1,000.
    expect(bins.reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0)).toBeLessThan(37.7);
  });

  it("shuffle to an order of the same items", () => {
    const list = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(shuffledBy(list, "x").toSorted()).toEqual(list);
    const firsts = new Set(Array.from({ length: 60 }, (_, index) => shuffledBy(list, index)[0]));
    expect(firsts.size).toBe(8);
  });
});
