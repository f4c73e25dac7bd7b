import { describe, expect, it } from "vitest";
import { loadValue } from "#shared/format/load.ts";
import { DEFAULT_POPULATION, oddsFor, populationFormat } from "#shared/population/schema.ts";
import type { Suite } from "#shared/task/schema.ts";
import { csvText } from "#main/exchange/csv.ts";
import { loadSuite } from "#main/exchange/load-suite.ts";
import { parseText } from "#main/exchange/text-file.ts";
import { checkSuite } from "#main/measure/check-suite.ts";
import { plainSuite } from "#test/support/suites.ts";

const YAML = `
format: driftlab.suite
version: 1
id: mine
name: Mine
future: kept
tasks:
  - id: t1
    title: One
    brief: |
      Count the boxes.
      Stay under the cap.
    ledger:
      - id: cap
        text: Stay under the cap
        kind: limit
        scope: [writer]
        pattern: { preserved: [stay under the cap] }
`;

describe("loading a suite", () => {
  it("E YAML and JSON of the same content are the same suite", () => {
    const fromYaml = loadSuite(YAML, "mine.suite.yaml");
    if (!fromYaml.ok) throw new Error(fromYaml.problems[0]?.message);
    const fromJson = loadSuite(JSON.stringify(fromYaml.value), "mine.suite.json");
    expect(fromJson).toEqual(fromYaml);
    expect(fromYaml.value).toMatchObject({
      future: "kept",
      tasks: [
        {
          brief: "Count the boxes.\nStay under the cap.\n",
          ledger: [{ weight: 1, scope: ["writer"], pattern: { preserved: ["stay under the cap"], weakened: [], contradicted: [] } }],
        },
      ],
    });
  });

  it.each<[string, string, string, string, RegExp]>([
    ["broken YAML", "a.yaml", "format: x\ntasks: [a, b\nname: c\n", "broken-yaml", /^a\.yaml is not valid YAML: .* line \d+, column \d+\./],
    ["a tab in YAML", "a.yml", "tasks:\n\t- id: x\n", "broken-yaml", /line 2, column 1/],
    ["broken JSON", "a.json", '{\n "tasks": [}\n', "broken-json", /line 2, column 12/],
    ["nothing", "a.yaml", "", "not-an-object", /^a\.yaml does not hold a suite/],
    ["an org", "a.yaml", "format: driftlab.org\nversion: 1\n", "wrong-format", /is not a suite: its "format" is "driftlab\.org"/],
    ["a newer suite", "a.yaml", "format: driftlab.suite\nversion: 3\n", "newer-version", /driftlab\.suite version 3/],
    ["no tasks", "a.yaml", "format: driftlab.suite\nversion: 1\nid: a\nname: A\ntasks: []\n", "wrong-field", /"tasks"/],
    [
      "a weight of 0",
      "a.yaml",
      YAML.replace("kind: limit", "kind: limit\n        weight: 0"),
      "wrong-field",
      /"ledger\[0\]\.weight" of the task “One”/,
    ],
    ["a weight below 0", "a.yaml", YAML.replace("kind: limit", "kind: limit\n        weight: -1"), "wrong-field", /weight/],
    ["a weight without end", "a.yaml", YAML.replace("kind: limit", "kind: limit\n        weight: .inf"), "wrong-field", /weight/],
    [
      "a kind that does not exist",
      "a.yaml",
      YAML.replace("kind: limit", "kind: whim"),
      "wrong-field",
      /"ledger\[0\]\.kind" of the task “One” .*\(line 16\)\.$/,
    ],
    ["an id with a slash", "a.yaml", YAML.replace("id: t1", "id: a/b"), "wrong-field", /"id" of the task “One” .*\(line 8\)\.$/],
  ])("E %s: one clear sentence", (_name, file, text, code, words) => {
    const loaded = loadSuite(text, file);
    expect(loaded).toMatchObject({ ok: false, problems: [{ code, severity: "error" }] });
    expect(loaded.problems[0]?.message).toMatch(words);
  });

  it("E a bomb of aliases is refused, not unfolded", () => {
    const bomb = [
      "a0: &a0 [x, x, x, x, x, x, x, x, x]",
      ...Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(", ")}]`),
    ].join("\n");
    expect(parseText(bomb, "bomb.yaml")).toMatchObject({ ok: false, problems: [{ code: "broken-yaml" }] });
  });
});

describe("hostile suites", () => {
  const levels = 100_000;

  it.each([
    ["flow", `format: driftlab.suite\nversion: 1\nmore: ${"[".repeat(levels)}${"]".repeat(levels)}\n`],
    ["lists", `format: driftlab.suite\nversion: 1\nmore:\n  ${"- ".repeat(levels)}x\n`],
    ["some levels of flow", `format: driftlab.suite\nversion: 1\nmore: ${"[".repeat(300)}${"]".repeat(300)}\n`],
    ["a circle of aliases", "format: driftlab.suite\nversion: 1\nmore: &a [*a]\n"],
  ])("E YAML that nests without end, %s, is refused in one sentence", (_what, text) => {
    const loaded = loadSuite(text, "mine.suite.yaml");
    expect(loaded.ok).toBe(false);
    expect(loaded.problems).toHaveLength(1);
    expect(loaded.problems[0]?.message).toMatch(/^mine\.suite\.yaml .*nests .*deep.*\.$/);
  });
});

describe("checking a suite", () => {
  const changed = (change: (suite: Suite) => void) => {
    const suite = structuredClone(plainSuite(2, 2));
    change(suite);
    return checkSuite(suite);
  };
  const rule = (suite: Suite) => suite.tasks[0]?.ledger[0] as Suite["tasks"][number]["ledger"][number];
  const task = (suite: Suite, at = 0) => suite.tasks[at] as Suite["tasks"][number];

  it("E a good suite has no problem", () => {
    expect(checkSuite(plainSuite(3, 4))).toEqual([]);
  });

  it.each<[string, string, (suite: Suite) => void]>([
    [
      "two tasks of one id",
      "duplicate-id",
      (suite) => {
        task(suite, 1).id = "t1";
      },
    ],
    [
      "an ask and a constraint of one id",
      "duplicate-id",
      (suite) => {
        rule(suite).id = "a1";
      },
    ],
    [
      "an expression that is not RE2",
      "broken-pattern",
      (suite) => {
        rule(suite).pattern?.preserved.push("/(?=x)/");
      },
    ],
    [
      "a brief that does not code as preserved",
      "brief-not-preserved",
      (suite) => {
        task(suite).brief = "Count the boxes. Rule 1 holds perhaps. Rule 2 holds in full.";
      },
    ],
    [
      "a phrasing that codes as something else",
      "phrasing-codes-wrong",
      (suite) => {
        rule(suite).phrasings?.weakened.push("Rule 1 holds in full.");
      },
    ],
    [
      "a phrasing that another constraint's pattern reads",
      "phrasing-crosstalk",
      (suite) => {
        rule(suite).phrasings?.preserved.push("Rule 1 holds in full, as rule 2 holds in full.");
      },
    ],
    [
      "a phrasing inside another verdict's",
      "phrasing-inside-another",
      (suite) => {
        rule(suite).phrasings?.contradicted.push("Rule 1 is off: rule 1 holds in full. was a mistake");
      },
    ],
    [
      "a twin of nothing",
      "no-such-twin",
      (suite) => {
        task(suite, 1).twinOf = "t9";
      },
    ],
    [
      "a twin of a twin",
      "no-such-twin",
      (suite) => {
        task(suite, 1).twinOf = "t1";
        task(suite).twinOf = "t2";
      },
    ],
    [
      "a twin with another ledger",
      "twin-differs",
      (suite) => {
        task(suite, 1).twinOf = "t1";
        task(suite, 1).ledger.pop();
      },
    ],
    [
      "an empty ledger",
      "empty-ledger",
      (suite) => {
        task(suite).ledger = [];
      },
    ],
    [
      "a constraint without a pattern",
      "no-probe",
      (suite) => {
        delete rule(suite).pattern;
      },
    ],
    [
      "a brief from which simulated agents cannot learn it",
      "brief-without-phrase",
      (suite) => {
        rule(suite).text = "Rule  one is to be kept";
        rule(suite).phrasings = { preserved: ["Rule 1 holds in full, always."], weakened: [], contradicted: [] };
      },
    ],
  ])("E %s", (_name, code, change) => {
    const problems = changed(change);
    expect(problems.map((problem) => problem.code)).toContain(code);
    for (const problem of problems) expect(problem.message).toMatch(/\.$/);
  });
});

describe("a population profile", () => {
  const load = (fields: object) => loadValue(populationFormat, { format: "driftlab.population", version: 1, ...fields }, "p.json");

  it("D what is left out is filled in", () => {
    expect(load({})).toMatchObject({
      ok: true,
      value: { default: { keep: 0.9, weaken: 0.05, contradict: 0 }, silence: 0, spread: 0, refuse: 0, skill: 0.6, roles: {}, edges: {} },
    });
    expect(DEFAULT_POPULATION.skill).toBe(0.6);
  });

  it.each<[string, object, RegExp]>([
    ["odds above 1 together", { default: { keep: 0.8, weaken: 0.3 } }, /must not pass 1/],
    ["a chance above 1", { skill: 1.1 }, /skill/],
    ["a chance below 0", { roles: { lead: { keep: -0.1 } } }, /roles\.lead\.keep/],
    ["a spread below 0", { spread: -1 }, /spread/],
    ["a newer version", { version: 2 }, /version 2/],
    ["odds of an edge as a number", { edges: { h: 0.5 } }, /edges\.h/],
  ])("D %s is refused by name", (_name, fields, words) => {
    const loaded = load(fields);
    expect(loaded.ok).toBe(false);
    expect(loaded.problems[0]?.message).toMatch(words);
  });

  it("D the most specific entry wins as a whole", () => {
    const loaded = load({
      default: { keep: 0.1 },
      roles: { lead: { keep: 0.2 } },
      edges: { h: { keep: 0.3 } },
      deliverable: { keep: 0.4 },
    });
    if (!loaded.ok) throw new Error("not loaded");
    const keep = (role: string, edge: string) => oddsFor(loaded.value, { role }, edge).keep;
    expect([keep("x", "g"), keep("lead", "g"), keep("lead", "h"), keep("lead", "deliverable")]).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect(keep("constructor", "toString")).toBe(0.1);
  });
});

describe("tables as CSV", () => {
  it("J quotes what needs it, leaves null empty, and never hands a spreadsheet a formula", () => {
    expect(
      csvText(
        ["a", "b"],
        [
          ["x,y", 'say "hi"'],
          [null, -1.5],
          ["=1+1", "line\nbreak"],
          [true, ""],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""hi"""\r\n,-1.5\r\n\'=1+1,"line\nbreak"\r\ntrue,\r\n');
  });
});

describe("words of a suite", () => {
  it("E a task takes its suite's words along, and its own win", () => {
    const loaded = loadSuite(
      `${YAML.replace("tasks:", "words: { cap: caps?, stay: stay }\ntasks:").replace("stay under the cap]", "'/{stay} under the {cap}/']")}    words: { cap: ceilings? }\n`,
      "mine.suite.yaml",
    );
    if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
    expect(loaded.value.tasks[0]?.words).toEqual({ cap: "ceilings?", stay: "stay" });
    expect(checkSuite(loaded.value).map((problem) => problem.code)).toContain("brief-not-preserved");
  });

  it("E a word that there is not is one clear sentence", () => {
    const loaded = loadSuite(YAML.replace("[stay under the cap]", "['/{cap}/']"), "mine.suite.yaml");
    if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
    expect(checkSuite(loaded.value)[0]?.message).toBe(
      'The expression /{cap}/ of "cap" in task "t1" cannot be used: there is no word {cap}; add it to "words", or write \\{ for a brace.',
    );
  });
});
