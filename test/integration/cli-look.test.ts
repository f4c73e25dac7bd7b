/** The commands that only look: presets, tasks, check. The real command in a process of its own. */
import { describe, expect, it } from "vitest";
import { orgFileText } from "#shared/org/load.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";
import { useDriftlab } from "#test/support/driftlab-command.ts";

describe("the commands that look", () => {
  const { driftlab, put } = useDriftlab();

  it("J presets and tasks, for people and as JSON", async () => {
    const [presets, presetsJson, tasks, tasksJson] = await Promise.all([
      driftlab("presets"),
      driftlab("presets", "--json"),
      driftlab("tasks"),
      driftlab("tasks", "--json"),
    ]);
    for (const name of ["pair-review", "chain-3", "hub-5", "flat-4", "consultancy-12"]) expect(presets.out).toContain(`preset:${name}`);
    expect(JSON.parse(presetsJson.out).map((each: { name: string }) => each.name)).toHaveLength(5);
    expect(tasks.out).toContain("relay");
    const [suite] = JSON.parse(tasksJson.out);
    expect(suite.id).toBe("relay");
    const originals = suite.tasks.filter((task: { twinOf?: string }) => task.twinOf === undefined);
    expect(originals.length).toBeGreaterThanOrEqual(8);
    for (const task of originals) {
      expect(task.asks.length).toBeGreaterThanOrEqual(3);
      expect(task.asks.length).toBeLessThanOrEqual(6);
      expect(task.ledger.length).toBeGreaterThanOrEqual(5);
      expect(task.ledger.length).toBeLessThanOrEqual(8);
      expect(suite.tasks.some((other: { twinOf?: string }) => other.twinOf === task.id)).toBe(true);
    }
  });

  it("J check says what is wrong, each problem a line, and what is right", async () => {
    const good = await driftlab("check", "chain.org.json");
    expect(good).toMatchObject({ code: 0, err: "" });
    expect(good.out).toContain("an org of 3 agents and 2 handoffs");
    expect((await driftlab("check", "plain.suite.json")).code).toBe(0);
    const shared = JSON.stringify({ ...plainSuite(1, 1), words: { rule: "rule 1" } }).replace(
      '["rule 1 holds in full"]',
      '["/{rule} holds in full/"]',
    );
    put("shared.suite.json", shared);
    expect(await driftlab("check", "shared.suite.json")).toMatchObject({ code: 0, err: "" });
    const entryless = testOrg("A>B");
    put(
      "bad.org.json",
      orgFileText({ ...entryless, agents: entryless.agents.map((agent) => ({ ...agent, receivesBrief: false, instructions: "" })) }),
    );
    const bad = await driftlab("check", "bad.org.json");
    expect(bad.code).toBe(2);
    expect(bad.err).toMatch(/^error: No agent receives the brief/m);
    expect(bad.err).toMatch(/^warning: A has no instructions/m);
    put("broken.suite.json", JSON.stringify(plainSuite(1, 1)).replace('"preserved":["rule 1 holds in full"]', '"preserved":["/(/"]'));
    const broken = await driftlab("check", "broken.suite.json");
    expect(broken.code).toBe(2);
    expect(broken.err).toMatch(/The expression \/\(\/ of "k1" in task "t1" cannot be used: .*missing closing \)/);
  });
});
