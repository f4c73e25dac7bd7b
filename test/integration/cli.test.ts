import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportSchema } from "#shared/drift/report.ts";
import { orgFileText } from "#shared/org/load.ts";
import { Store } from "#main/store/store.ts";
import { testOrg } from "#test/support/orgs.ts";
import { plainSuite } from "#test/support/suites.ts";

/* The real command in a process of its own, as a person or a script runs it. */

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const command = join(root, "main", "hosts", "launch", "driftlab.mjs");

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

describe("driftlab, the command", () => {
  let folder = "";
  let env: NodeJS.ProcessEnv = {};

  const begin = (args: string[], more: NodeJS.ProcessEnv = {}): { child: ChildProcess; ended: Promise<Ended> } => {
    const child = spawn(process.execPath, [command, ...args], { cwd: folder, env: { ...env, ...more }, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err }))) };
  };
  const driftlab = (...args: string[]) => begin(args).ended;
  const at = (name: string) => join(folder, name);
  const put = (name: string, content: string | object) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), typeof content === "string" ? content : JSON.stringify(content));
    return name;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "driftlab-cli-"));
    env = { PATH: process.env.PATH, HOME: folder, DRIFTLAB_DATA: at("data") };
    put("chain.org.json", orgFileText(testOrg("A>B>C")));
    put("fork.org.json", orgFileText({ ...testOrg("A>B,A>C,B>C"), name: "Fork" }));
    put("plain.suite.json", plainSuite(3, 4));
    // The first command builds where sources are newer than the last build.
    const { code, err } = await driftlab("--version");
    if (code !== 0) throw new Error(`the command does not start: ${err}`);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
      report.arms.reduce((total, arm) => total + arm.outputTokens, 0),
    );
    for (const [column, sum] of [
      ["input_tokens", "inputTokens"],
      ["cache_read_tokens", "cacheReadTokens"],
      ["cache_write_tokens", "cacheWriteTokens"],
    ] as const)
      expect(runs.reduce((total, row) => total + Number(row[runHead?.indexOf(column) ?? -1]), 0)).toBe(
        report.arms.reduce((total, arm) => total + arm[sum], 0),
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

  it("J SIGINT in the middle: exit 130, everything finished is kept, and going on gives the report of an undisturbed run", async () => {
    const args = (db: string, json: string) => [
      "run",
      "chain.org.json",
      "fork.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "100",
      "--db",
      db,
      "--json",
      json,
    ];
    const { child, ended } = begin(args("stop.db", "stopped.json"));
    child.stderr?.once("data", () => setTimeout(() => child.kill("SIGINT"), 100));
    const stopped = await ended;
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain("Stopped");
    const partial = reportSchema.parse(JSON.parse(readFileSync(at("stopped.json"), "utf8")));
    const done = partial.arms.reduce((total, arm) => total + arm.cells.done, 0);
    expect(done).toBeLessThan(3 * 3 * 100);
    expect(existsSync(at("stop.db.lock"))).toBe(false);
    const [resumed, straight] = await Promise.all([
      driftlab(...args("stop.db", "resumed.json")),
      driftlab(...args("straight.db", "straight.json")),
    ]);
    expect(resumed.code).toBe(0);
    expect(resumed.err).toContain(`(${done} done already)`);
    expect(straight.code).toBe(0);
    expect(readFileSync(at("resumed.json"), "utf8")).toBe(readFileSync(at("straight.json"), "utf8"));
  }, 60_000);

  it("J the token cap is hard: exit 130, said, and not passed", async () => {
    const { code, err } = await driftlab(
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "40",
      "--max-output-tokens",
      "4000",
      "--db",
      "cap.db",
      "--json",
      "cap.json",
    );
    expect(code).toBe(130);
    expect(err).toContain("cap 4000 output tokens, hard");
    const report = reportSchema.parse(JSON.parse(readFileSync(at("cap.json"), "utf8")));
    expect(report.arms.reduce((total, arm) => total + arm.outputTokens, 0)).toBeLessThanOrEqual(4_000);
    const opened = Store.open({ file: at("cap.db"), readOnly: true });
    if (!opened.ok) throw new Error(opened.error.code);
    // What goes on in the app goes on under the same cap.
    expect(opened.store.experiments.caps(report.experiment.id)).toEqual({ outputTokens: 4_000, usd: null });
    opened.store.close();
  });

  /** A server that is busy once and then refuses the key. */
  const refusing = async (): Promise<{ server: Server; url: string; asked: IncomingHttpHeaders[] }> => {
    const asked: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers);
      request.resume().on("end", () => {
        response.writeHead(asked.length === 1 ? 529 : 401, { "content-type": "application/json", "retry-after": "0" });
        // As some servers do, it says the key back.
        response.end(
          JSON.stringify({
            type: "error",
            error: { type: "x", message: `not today, ${request.headers["x-api-key"]} ${request.headers.authorization}` },
          }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  };

  it("D J cells that fail: exit 1, retries and the first failure named; a server's own key goes to it alone and is written nowhere", async () => {
    const { server, url, asked } = await refusing();
    const { ended } = begin(
      [
        "run",
        "chain.org.json",
        "--suite",
        "./plain.suite.json",
        "--tasks",
        "t1",
        "--repeats",
        "1",
        "--solo",
        "none",
        "--connection",
        `${url}/v1`,
        "--key-env",
        "MY_KEY",
        "--db",
        "key.db",
        "--json",
        "key.json",
      ],
      { MY_KEY: "very-secret-key", ANTHROPIC_API_KEY: "sk-ant-very-secret" },
    );
    const { code, out, err } = await ended;
    server.close();
    expect(code).toBe(1);
    expect(err).toMatch(/retry 1 in \d\.\d s \(overloaded: 529: not today, [^\n]*\[key\]/);
    expect(err).toMatch(/^Nothing to show: the only cell failed with auth: 401: not today/m);
    expect(out).toBe("");
    expect(asked).toHaveLength(2);
    expect(JSON.stringify(asked)).toContain("very-secret-key");
    expect(JSON.stringify(asked)).not.toContain("sk-ant");
    const everything = out + err + readFileSync(at("key.json"), "utf8") + readFileSync(at("key.db"), "latin1");
    expect(everything).not.toContain("very-secret");
  });

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
    expect(broken.err).toContain("cannot be used");
  });

  const bad: [string, () => string[], RegExp][] = [
    ["no command", () => [], /^Say what to do/],
    ["an unknown command", () => ["dance"], /dance/],
    ["run without an org", () => ["run"], /ORG/],
    ["an unknown flag", () => ["run", "chain.org.json", "--frobnicate"], /frobnicate/],
    ["a file that is not there", () => ["run", "nowhere.org.json"], /nowhere\.org\.json.*no such file/],
    ["a folder for a file", () => ["run", "data"], /data.*(folder|cannot)/],
    ["a preset that is not there", () => ["run", "preset:nope"], /no preset "nope".*chain-3/],
    ["broken JSON", () => ["run", put("broken.org.json", '{\n  "format": nope\n}')], /line 2, column 13/],
    ["a newer org", () => ["run", put("newer.org.json", { format: "driftlab.org", version: 9, name: "x" })], /newer\.org\.json.*version 9/],
    ["a suite for an org", () => ["run", "plain.suite.json"], /not an org/],
    [
      "an org with errors",
      () => ["run", put("no-agents.org.json", { format: "driftlab.org", version: 1, name: "Void" })],
      /Void.*no agents/,
    ],
    ["a suite that is not there", () => ["run", "chain.org.json", "--suite", "nope"], /no suite "nope".*relay/],
    [
      "broken YAML",
      () => ["run", "chain.org.json", "--suite", `./${put("broken.suite.yaml", "format: driftlab.suite\ntasks: [a, b\n")}`],
      /YAML.*line \d+, column \d+/,
    ],
    [
      "a task that is not there",
      () => ["run", "chain.org.json", "--suite", "./plain.suite.json", "--tasks", "t9"],
      /no task "t9".*t1, t2, t3/,
    ],
    ["repeats in words", () => ["run", "chain.org.json", "--repeats", "many"], /--repeats.*"many"/],
    ["no repeats", () => ["run", "chain.org.json", "--repeats", "0"], /--repeats/],
    ["repeats below zero", () => ["run", "chain.org.json", "--repeats=-3"], /--repeats/],
    ["a seed with a point", () => ["run", "chain.org.json", "--seed", "1.5"], /--seed/],
    ["a seed too large", () => ["run", "chain.org.json", "--seed", "99999999999999999999"], /--seed/],
    ["an unknown solo arm", () => ["run", "chain.org.json", "--solo", "duet"], /--solo.*"duet"/],
    ["an unknown solo arm among known ones", () => ["run", "chain.org.json", "--solo", "one-shot,duet"], /--solo.*role-play.*"duet"/],
    ["a pilot of nothing", () => ["run", "chain.org.json", "--pilot", "0"], /--pilot takes a whole number from 1; got "0"/],
    ["a family that is not there", () => ["run", "family:pyramid:7:1"], /no family of orgs called "pyramid"/],
    ["a family too large", () => ["generate", "flat", "--size", "17"], /from 3 to 16; got "17"/],
    ["a generated file that cannot be written", () => ["generate", "flat", "--out", "chain.org.json/x.json"], /cannot be written/],
    ["a sweep of sizes of a file", () => ["run", "chain.org.json", "--sweep", "size=3,6"], /family:KIND:SIZE:SEED/],
    ["a sweep of an edge that is not there", () => ["run", "chain.org.json", "--sweep", "relay:C→A=verbatim"], /no handoff "C→A".*A → B/],
    ["a sweep of models of the population", () => ["run", "chain.org.json", "--sweep", "model=a,b"], /^--sweep model goes with/],
    [
      "a sweep of models under one model",
      () => ["run", "chain.org.json", "--connection", "http://127.0.0.1:9", "--model", "m", "--sweep", "model=a,b"],
      /leave one of them out/,
    ],
    [
      "a sweep that is too large",
      () => ["run", "family:hub:4", "--sweep", "size=3,4,5,6,7,8,9,10,11", "--sweep", "memory=on,off", "--sweep", "effort=low,medium,high"],
      /9 × 2 × 3 = 54 arms/,
    ],
    [
      "a trait that nobody has",
      () => ["run", "chain.org.json", "--trait", "red-team=0.5"],
      /No agent of Test org has instructions for red-team/,
    ],
    ["a share above 1", () => ["run", "chain.org.json", "--trait", "red-team=25"], /--trait takes a trait and a share/],
    ["dollars in words", () => ["run", "chain.org.json", "--max-usd", "lots"], /--max-usd takes an amount of US dollars above 0/],
    ["no dollars", () => ["run", "chain.org.json", "--max-usd", "0"], /--max-usd takes an amount/],
    [
      "dollars for a model without a price",
      () => ["run", "chain.org.json", "--connection", "http://127.0.0.1:9", "--model", "llama", "--max-usd", "1", "--db", "usd.db"],
      /--max-usd needs the price of every model, and that of llama is not known: add it to .*prices\.json, or use --max-output-tokens/,
    ],
    ["an unknown connection", () => ["run", "chain.org.json", "--connection", "carrier-pigeon"], /--connection.*carrier-pigeon/],
    ["the API without a key", () => ["run", "chain.org.json", "--connection", "anthropic"], /ANTHROPIC_API_KEY/],
    [
      "a key's name that is not set",
      () => ["run", "chain.org.json", "--connection", "http://127.0.0.1:9", "--key-env", "NOT_SET"],
      /NOT_SET/,
    ],
    [
      "the key itself for its name",
      () => ["run", "chain.org.json", "--connection", "http://127.0.0.1:9", "--key-env", "sk-the-key-itself"],
      /^--key-env takes the name of an environment variable that holds the key, not the key itself\.$/,
    ],
    [
      "a server's address with a password",
      () => ["run", "chain.org.json", "--connection", "https://me:hunter2@server.example/v1"],
      /^The address given to --connection must not hold a user name or password: .*--key-env NAME\.$/,
    ],
    [
      "serve with a key's name that is not set",
      () => ["serve", "--no-open", "--key-env", "NOT_SET"],
      /^--key-env names NOT_SET, which is not set\.$/,
    ],
    [
      "serve at a port that does not exist",
      () => ["serve", "--port", "99999"],
      /^--port takes a whole number from 0 to 65535; got "99999"\.$/,
    ],
    ["serve at a port in words", () => ["serve", "--port", "http"], /^--port takes a whole number from 0 to 65535; got "http"\.$/],
    [
      "a model for the population",
      () => ["run", "chain.org.json", "--model", "m"],
      /^--model goes with --connection anthropic or a base URL/,
    ],
    ["a key for the population", () => ["run", "chain.org.json", "--key-env", "HOME"], /--key-env/],
    [
      "a population for a server",
      () => ["run", "chain.org.json", "--connection", "http://127.0.0.1:9", "--population", "all-lost.json"],
      /--population/,
    ],
    [
      "odds above 1",
      () => [
        "run",
        "chain.org.json",
        "--population",
        put("odds.json", { format: "driftlab.population", version: 1, default: { keep: 0.9, weaken: 0.5 } }),
      ],
      /odds\.json.*default.*must not pass 1/,
    ],
    ["the same org twice", () => ["run", "chain.org.json", "chain.org.json"], /same design/],
    ["a cap of nothing", () => ["run", "chain.org.json", "--max-output-tokens", "0"], /--max-output-tokens/],
    [
      "a database that is none",
      () => ["run", "chain.org.json", "--suite", "./plain.suite.json", "--db", put("letter.db", "Dear aunt, ".repeat(100))],
      /letter\.db.*not a Driftlab database/,
    ],
    ["a report from a file that is not there", () => ["report", "experiment_x", "--db", "none.db"], /none\.db/],
    ["a report from an empty file", () => ["report", "experiment_x", "--db", put("empty.db", "")], /empty\.db/],
    ["a report that is not there", () => ["report", "experiment_x", "--db", "a.db"], /no experiment "experiment_x"/],
    [
      "a file that cannot be written to",
      () => ["run", "chain.org.json", "--suite", "./plain.suite.json", "--repeats", "1", "--db", "g.db", "--json", "chain.org.json/x.json"],
      /cannot be written/,
    ],
    ["check of nothing", () => ["check", "nowhere.json"], /nowhere\.json/],
    ["check of a list", () => ["check", put("list.json", "[]")], /list\.json/],
  ];
  it.concurrent.each(bad)("J bad input, %s: exit 2 and one clear line, no stack", async (_name, args, words) => {
    const { code, err } = await driftlab(...args());
    const lines = err.trimEnd().split("\n");
    expect({ code, last: lines.at(-1) }).toEqual({ code: 2, last: expect.stringMatching(words) });
    expect(err).not.toMatch(/\n\s+at |Error:|node:internal/);
    // A forecast may stand before it where the run had begun, and a build where a source is newer.
    expect(lines.filter((line) => !/^\d+ cells|^Building /.test(line))).toHaveLength(1);
  });

  it("H J a second command on one database file is refused by name while the first writes, and may read", async () => {
    const first = begin(["run", "chain.org.json", "--suite", "./plain.suite.json", "--repeats", "2000", "--db", "busy.db"]);
    await new Promise((resolve) => first.child.stderr?.once("data", resolve));
    const second = await driftlab("run", "chain.org.json", "--suite", "./plain.suite.json", "--db", "busy.db");
    expect(second.code).toBe(2);
    expect(second.err).toMatch(/busy\.db is in use by another Driftlab \(process \d+\)/);
    const reading = await driftlab("report", "experiment", "--db", "busy.db");
    expect(reading.code).toBe(0);
    first.child.kill("SIGTERM");
    expect((await first.ended).code).toBe(130);
  }, 60_000);

  it("H J a command that is killed leaves a file with which the next goes on", async () => {
    const args = [
      "run",
      "chain.org.json",
      "--suite",
      "./plain.suite.json",
      "--repeats",
      "100",
      "--solo",
      "none",
      "--db",
      "killed.db",
      "--json",
      "killed.json",
    ];
    const first = begin(args);
    await new Promise((resolve) => first.child.stderr?.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    first.child.kill("SIGKILL");
    await first.ended;
    expect(existsSync(at("killed.db.lock"))).toBe(true);
    expect((await driftlab(...args)).code).toBe(0);
    const straight = args.map((each) => (each === "killed.db" ? "unkilled.db" : each === "killed.json" ? "unkilled.json" : each));
    expect((await driftlab(...straight)).code).toBe(0);
    expect(readFileSync(at("killed.json"), "utf8")).toBe(readFileSync(at("unkilled.json"), "utf8"));
  }, 60_000);
});
