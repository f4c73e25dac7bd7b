/** Runs from the command line: what is planned, what is printed, what is written. The real command in a process of its own. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reportSchema } from "#shared/drift/report.ts";
import { orgFileText } from "#shared/org/load.ts";
import { testOrg } from "#test/support/orgs.ts";
import { useDriftlab } from "#test/support/driftlab-command.ts";

describe("driftlab run", () => {
  const { driftlab, at, put } = useDriftlab();

  it("J run: a forecast before, a table after, exit 0", async () => {
    const { code, out, err } = await driftlab("run", "chain.org.json", "--suite", "./plain.suite.json", "--repeats", "2", "--db", "a.db");
    expect({ code, err: err.split("\n")[0] }).toEqual({
      code: 0,
      err: expect.stringMatching(/^12 cells \(0 done already\) · about \d+–\d+ calls · about \d+–\d+ output tokens · no token cap$/),
    });
    for (const words of ["Experiment experiment_", "simulated", "A → B", "B → C", "Solo, one shot", "org − solo"])
      expect(out).toContain(words);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it("J run with the defaults: a preset on the built-in suite beside the solo baseline", async () => {
    const { code, out } = await driftlab("run", "preset:pair-review", "--repeats", "1", "--json", "preset.json", "--db", "preset.db");
    expect(code).toBe(0);
    const report = reportSchema.parse(JSON.parse(readFileSync(at("preset.json"), "utf8")));
    expect(report.experiment.seed).toBe(1);
    expect(report.badge).toBe("simulated");
    expect(report.arms.map((arm) => arm.kind)).toEqual(["org", "solo"]);
    expect(out).toContain(report.experiment.id);
  });

  it("J report without an id lists the experiments", async () => {
    await driftlab("run", "chain.org.json", "--suite", "./plain.suite.json", "--repeats", "1", "--solo", "none", "--db", "list.db");
    const { code, out } = await driftlab("report", "--db", "list.db");
    expect(code).toBe(0);
    expect(out).toMatch(/^experiment +runs +when +name\n─.*\nexperiment_\w+ +3 +\d{4}-\d\d-\d\d \d\d:\d\d UTC +Test org\n$/);
    const json = await driftlab("report", "--db", "list.db", "--json");
    expect(JSON.parse(json.out)).toMatchObject([{ name: "Test org", runs: 3 }]);
  });

  it("J --json writes driftlab.report 1, --csv tidy tables that agree with it, and report prints the same again", async () => {
    const { code } = await driftlab(
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "3",
      "--db",
      "b.db",
      "--json",
      "out/report.json",
      "--csv",
      "out/tables",
    );
    expect(code).toBe(0);
    const text = readFileSync(at("out/report.json"), "utf8");
    const report = reportSchema.parse(JSON.parse(text));
    expect(report).toMatchObject({ format: "driftlab.report", version: 1 });
    const rows = (name: string) =>
      readFileSync(at(`out/tables/${name}`), "utf8")
        .trimEnd()
        .split("\r\n")
        .map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((field) => field[1] ?? "").slice(0, -1));
    const [edgeHead, ...edges] = rows("edges.csv");
    expect(edges.map((row) => Number(row[edgeHead?.indexOf("drift") ?? -1]))).toEqual(report.edges.map((edge) => edge.drift.mean));
    expect(edges.every((row) => row.includes("simulated") && row.includes(report.experiment.planHash))).toBe(true);
    const [runHead, ...runs] = rows("runs.csv");
    expect(runs).toHaveLength(18);
    expect(runs.reduce((total, row) => total + Number(row[runHead?.indexOf("output_tokens") ?? -1]), 0)).toBe(
      report.arms.reduce((total, arm) => total + (arm.outputTokens ?? Number.NaN), 0),
    );
    for (const [column, sum] of [
      ["input_tokens", "inputTokens"],
      ["cache_read_tokens", "cacheReadTokens"],
      ["cache_write_tokens", "cacheWriteTokens"],
    ] as const)
      expect(runs.reduce((total, row) => total + Number(row[runHead?.indexOf(column) ?? -1]), 0)).toBe(
        report.arms.reduce((total, arm) => total + (arm[sum] ?? Number.NaN), 0),
      );
    const [, ...handoffs] = rows("handoff-constraints.csv");
    expect(handoffs).toHaveLength(4 * report.edges.reduce((total, edge) => total + edge.handoffs, 0));
    expect(handoffs.flat().join()).not.toMatch(/NaN|Infinity|undefined/);
    const again = await driftlab("report", report.experiment.id, "--db", "b.db", "--json");
    expect(again).toMatchObject({ code: 0, out: text });
    const short = await driftlab("report", report.experiment.id.slice(0, 18), "--db", "b.db");
    expect(short.code).toBe(0);
    expect(short.out).toContain("A → B");
  });

  it("J the same plan on the same store goes on; --fresh starts another; another seed is another plan", async () => {
    const run = (...more: string[]) =>
      driftlab("run", "chain.org.json", "--suite", "./plain.suite.json", "--repeats", "2", "--solo", "none", "--db", "c.db", ...more);
    await run("--json", "1.json");
    const second = await run("--json", "2.json");
    expect(second.err).toContain("6 cells (6 done already) · nothing left to do · no token cap");
    expect(readFileSync(at("2.json"), "utf8")).toBe(readFileSync(at("1.json"), "utf8"));
    const fresh = await run("--fresh", "--json", "3.json");
    expect(fresh.err).toContain("(0 done already)");
    const id = (name: string): string => JSON.parse(readFileSync(at(name), "utf8")).experiment.id;
    expect(id("3.json")).not.toBe(id("1.json"));
    expect(readFileSync(at("3.json"), "utf8").replaceAll(id("3.json"), id("1.json"))).toBe(readFileSync(at("1.json"), "utf8"));
    await run("--seed", "2", "--json", "4.json");
    expect(JSON.parse(readFileSync(at("4.json"), "utf8")).edges).not.toEqual(JSON.parse(readFileSync(at("1.json"), "utf8")).edges);
  });

  it("J two orgs at once: an arm each, and one solo arm where their models and settings are the same", async () => {
    const { code } = await driftlab(
      "run",
      "chain.org.json",
      "fork.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "1",
      "--db",
      "d.db",
      "--json",
      "two.json",
    );
    expect(code).toBe(0);
    const report = reportSchema.parse(JSON.parse(readFileSync(at("two.json"), "utf8")));
    expect(report.arms.map((arm) => arm.name)).toEqual(["Test org", "Fork", "Solo, one shot"]);
    expect(report.edges).toHaveLength(5);
    expect(report.comparisons).toHaveLength(4);
  });

  it("J generate writes an org of a family to stdout or a file, and its figures beside it; family:… names the same one", async () => {
    const out = await driftlab("generate", "hierarchy", "--size", "7", "--seed", "1");
    expect(out.code).toBe(0);
    expect(out.err).toMatch(/^Hierarchy of 7 \(seed 1\): depth 2 · density 0\.29 · agents per level 1, \d, \d\n$/m);
    const file = await driftlab("generate", "hierarchy", "--size", "7", "--seed", "1", "--out", "made/h.org.json");
    expect(file).toMatchObject({ code: 0, out: "" });
    expect(readFileSync(at("made/h.org.json"), "utf8")).toBe(out.out);
    expect((await driftlab("check", "made/h.org.json")).out).toContain("an org of 7 agents and 12 handoffs; nothing is wrong with it");
    const same = await driftlab("run", "made/h.org.json", "family:hierarchy:7:1", "--suite", "./plain.suite.json", "--db", "family.db");
    expect(same.err).toMatch(/same design/);
  });

  it("J --sweep and --trait: an arm for each combination, named by what was set, each edge measured in each", async () => {
    const traitor = testOrg("A>B>C", (org) => ({
      ...org,
      agents: org.agents.map((agent) => ({ ...agent, variants: { "red-team": `You are ${agent.name}, and contrary.` } })),
    }));
    put("traitor.org.json", orgFileText(traitor));
    const sweep = ["--sweep", "relay:A→B=paraphrase,verbatim", "--sweep", "memory=on,off", "--trait", "red-team=0.34"];
    const { code } = await driftlab(
      "run",
      "traitor.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "1",
      ...sweep,
      "--db",
      "sweep.db",
      "--json",
      "sweep.json",
    );
    expect(code).toBe(0);
    const report = reportSchema.parse(JSON.parse(readFileSync(at("sweep.json"), "utf8")));
    expect(report.arms.map((arm) => arm.name)).toEqual([
      "Test org · A → B paraphrase · memory on · red-team 34 %",
      "Test org · A → B paraphrase · memory off · red-team 34 %",
      "Test org · A → B verbatim · memory on · red-team 34 %",
      "Test org · A → B verbatim · memory off · red-team 34 %",
      "Solo, one shot",
    ]);
    expect(report.edges).toHaveLength(8);
  });

  it("M12 J --pilot: the orgs run first, budgets are frozen from that, and the same command goes on with them", async () => {
    const args = (...more: string[]) => [
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "2",
      "--solo",
      "best-of-n,role-play,one-shot,budget-matched",
      "--db",
      "pilot.db",
      ...more,
    ];
    const without = await driftlab(...args());
    expect(without.code).toBe(2);
    expect(without.err).toMatch(/no finished run of "Test org" on any of the 3 tasks .*Add --pilot 3 to do so\./);
    const first = await driftlab(...args("--pilot", "2", "--json", "pilot.json"));
    expect(first.code).toBe(0);
    const lines = first.err.split("\n").filter((line) => /cells|Solo/.test(line));
    expect(lines).toEqual([
      expect.stringMatching(/^Pilot of Test org: 12 cells \(0 done already\)/),
      expect.stringMatching(
        /^Solo, budget-matched: t1 \d+, t2 \d+, t3 \d+ output tokens \(by output tokens, medians of 2 or more past runs\)$/,
      ),
      expect.stringMatching(/^Solo, best of n: t1 \d+, t2 \d+, t3 \d+ draws \(by output tokens, medians of 2 or more past runs\)$/),
      expect.stringMatching(/^30 cells \(0 done already\)/),
    ]);
    const report = reportSchema.parse(JSON.parse(readFileSync(at("pilot.json"), "utf8")));
    expect(report.arms.map((arm) => arm.name)).toEqual([
      "Test org",
      "Solo, one shot",
      "Solo, role-play",
      "Solo, budget-matched",
      "Solo, best of n",
    ]);
    const list = JSON.parse((await driftlab("report", "--db", "pilot.db", "--json")).out) as { name: string }[];
    expect(list.map((each) => each.name).sort()).toEqual(["Pilot of Test org", "Test org"]);
    for (const again of [await driftlab(...args("--pilot", "2")), await driftlab(...args())]) {
      expect(again.code).toBe(0);
      expect(again.err).toContain("30 cells (30 done already) · nothing left to do");
      expect(again.err).toContain(lines[1]);
    }
  });

  it("M12 J a pilot that takes the whole cap ends the command: exit 130, and the experiment is not started", async () => {
    const { code, err } = await driftlab(
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "1",
      "--solo",
      "budget-matched",
      "--pilot",
      "30",
      "--max-output-tokens",
      "2500",
      "--db",
      "pilot-cap.db",
    );
    expect(code).toBe(130);
    expect(err).toMatch(/no budget was frozen and the experiment was not started/);
    const list = JSON.parse((await driftlab("report", "--db", "pilot-cap.db", "--json")).out) as { name: string }[];
    expect(list.map((each) => each.name)).toEqual(["Pilot of Test org"]);
  });

  it("J --tasks and --population", async () => {
    put("all-lost.json", { format: "driftlab.population", version: 1, default: { keep: 0 } });
    const { code } = await driftlab(
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      "--tasks",
      "t2,t3",
      "--population",
      "all-lost.json",
      "--repeats",
      "2",
      "--solo",
      "none",
      "--db",
      "e.db",
      "--json",
      "lost.json",
    );
    expect(code).toBe(0);
    const report = reportSchema.parse(JSON.parse(readFileSync(at("lost.json"), "utf8")));
    expect(report.edges[0]).toMatchObject({ runs: 4, drift: { mean: 1, reason: "too-few", tasks: 2 } });
    expect(report.edges[1]).toMatchObject({ nothingToLose: 4, drift: { mean: null, reason: "nothing-to-lose" } });
  });
});
