import { describe, expect, it } from "vitest";
import { loadSuite } from "#main/exchange/load-suite.ts";

const yaml = `format: driftlab.suite
version: 1
id: mine
name: Mine
tasks:
  - id: spring
    title: Spring campaign
    brief: 5
  - id: summer
    title: Summer sale
    asks:
      - id: ask
        text: ""
    brief: Sell.
`;

describe("a suite file with fields that are wrong", () => {
  const said = (text: string, name: string) => {
    const loaded = loadSuite(text, name);
    if (loaded.ok) throw new Error("came in");
    return loaded.problems;
  };

  it("names each by its task's title and by its line, in YAML and JSON alike", () => {
    const [brief, ask, ...more] = said(yaml, "mine.yaml");
    expect(more).toEqual([]);
    expect(brief?.message).toMatch(/^mine\.yaml: "brief" of the task “Spring campaign” is wrong: .*\(line 8\)\.$/);
    expect(ask?.message).toMatch(/"asks\[0\]\.text" of the task “Summer sale” .*\(line 13\)\.$/);
    const json = JSON.stringify({ format: "driftlab.suite", version: 1, id: "m", name: "M", tasks: [{ id: "a", title: "A" }] }, null, "\t");
    expect(said(json, "mine.json").map(({ message, place }) => [message, place?.line])).toEqual([
      [expect.stringContaining('"brief" of the task “A” is wrong'), 7],
    ]);
  });

  it("falls back to the place in the file where a task has no title, and says ten at most", () => {
    const tasks = Array.from({ length: 12 }, () => ({ brief: "b" }));
    const problems = said(JSON.stringify({ format: "driftlab.suite", version: 1, id: "m", name: "M", tasks }), "m.json");
    expect(problems).toHaveLength(10);
    expect(problems[0]?.message).toMatch(/"id" of task 1 is wrong: .*\(line 1\)\.$/);
  });
});
