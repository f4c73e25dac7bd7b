/** Bad input to the command line: exit 2 and one clear line, whatever it is. The real command in a process of its own. */
import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { useDriftlab } from "#test/support/driftlab-command.ts";

describe("bad input", () => {
  const { driftlab, at, put } = useDriftlab();

  beforeAll(async () => {
    // A database, for what is looked for in one and is not there.
    await driftlab("run", "chain.org.json", "--suite", "./plain.suite.json", "--repeats", "1", "--db", "a.db");
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
    ["check of a list", () => ["check", put("list.json", "[]")], /list\.json does not say what it is/],
    ["check of an empty file", () => ["check", put("none.suite.yaml", "\n")], /none\.suite\.yaml is empty: a file begins with "format"/],
    [
      "check of a file without a format",
      () => ["check", put("plain.yaml", "tasks: []\n")],
      /does not say what it is.*"driftlab\.org" \(an org\), "driftlab\.suite" \(a suite\), "driftlab\.population"/,
    ],
    [
      "check of a report",
      () => ["check", put("r.json", '{"format":"driftlab.report"}')],
      /has the format "driftlab\.report".*"driftlab\.suite"/,
    ],
    [
      "a file that nests without end",
      () => ["check", put("deep.json", `{"format":"driftlab.org","version":1,"kept":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)],
      /deep\.json nests deeper than 200 levels/,
    ],
    [
      "a file that is not UTF-8",
      () => {
        writeFileSync(at("latin.org.json"), Buffer.from('{"name":"Gr\xfc\xdfe"}', "latin1"));
        return ["check", "latin.org.json"];
      },
      /latin\.org\.json is not UTF-8 text: save it as UTF-8 and load it again\.$/,
    ],
  ];
  it.concurrent.each(bad)("J bad input, %s: exit 2 and one clear line, no stack", async (_name, args, words) => {
    const { code, err } = await driftlab(...args());
    const lines = err.trimEnd().split("\n");
    expect({ code, last: lines.at(-1) }).toEqual({ code: 2, last: expect.stringMatching(words) });
    expect(err).not.toMatch(/\n\s+at |Error:|node:internal/);
    // A forecast may stand before it where the run had begun, and a build where a source is newer.
    expect(lines.filter((line) => !/^\d+ cells?\b|^Building /.test(line))).toHaveLength(1);
  });
});
