/** Owns the tests of what is proved about a pattern's expressions, and of patterns without any. */
import { describe, expect, it } from "vitest";
import { type Constraint, patternSchema, type Suite } from "#shared/task/schema.ts";
import { checkSuite } from "#main/measure/check-suite.ts";
import { TaskProbes } from "#main/measure/task-probes.ts";
import { plainSuite } from "#test/support/suites.ts";

type Expressions = Constraint["pattern"];

/** The problems of a suite whose first constraint has these expressions under `preserved` as well. */
function withExpression(expression: unknown): ReturnType<typeof checkSuite> {
  const suite = plainSuite(1, 1);
  const pattern = suite.tasks[0]?.ledger[0]?.pattern;
  pattern?.preserved.push(...(patternSchema.parse({ preserved: [expression] }).preserved as NonNullable<Expressions>["preserved"]));
  return checkSuite(suite);
}

describe("an expression", () => {
  it.each<[unknown, RegExp]>([
    [" ", /The expression " " of "k1" in task "t1" also matches where no word stands, so every text would hold it/],
    ["//", /"\/\/".*every text would hold it/],
    ["/x*/", /every text would hold it/],
    ["/^/", /every text would hold it/],
    ["/\\b/", /every text would hold it/],
    ["/(?:rule)?/", /every text would hold it/],
    [{ find: "/x*/", unless: "never" }, /every text would hold it/],
    [{ find: "kept", unless: "/(?:not)?/" }, /it would excuse every text/],
  ])("M21 %j looks for nothing, and is refused", (expression, words) => {
    const problems = withExpression(expression);
    expect(problems).toMatchObject([{ severity: "error", code: "matches-anything", ids: ["t1", "k1"] }]);
    expect(problems[0]?.message).toMatch(words);
  });

  it.each(["/\\bfees? waived\\b/", "5", "/§ ?\\d/", "//note//", { find: "/kept/", unless: "/\\bnot\\b/" }])(
    "M21 %j looks for something",
    (expression) => expect(withExpression(expression)).toEqual([]),
  );

  it("E with flags after its last slash it is a plain phrase, and that is said", () => {
    const problems = withExpression("/late fees/i");
    expect(problems).toMatchObject([{ severity: "warning", code: "flags-after-slash", ids: ["t1", "k1"] }]);
    expect(problems[0]?.message).toBe(
      'The expression /late fees/i of "k1" in task "t1" is read as a plain phrase, slashes and all; end it with the slash (case is ignored anyway).',
    );
    expect(withExpression({ find: "kept", unless: "/not/gi" })).toMatchObject([{ code: "flags-after-slash" }]);
  });

  it("E where it is broken that is all that is said: the item has a pattern", () => {
    expect(withExpression("/(/").map(({ code }) => code)).toEqual(["broken-pattern"]);
    expect(withExpression({ find: "/(/", unless: "/[/" }).map(({ code }) => code)).toEqual(["broken-pattern", "broken-pattern"]);
  });

  it("E uses the words of its task and its item", () => {
    const suite = plainSuite(1, 1);
    const [task] = suite.tasks;
    if (task) task.words = { nothing: "x*" };
    task?.ledger[0]?.pattern?.preserved.push("/{nothing}/");
    expect(checkSuite(suite).map(({ code }) => code)).toEqual(["matches-anything"]);
  });
});

describe("a pattern without expressions", () => {
  const emptied = (change: (task: Suite["tasks"][number]) => void) => {
    const suite = plainSuite(1, 2);
    const [task] = suite.tasks;
    if (!task) throw new Error("no task");
    change(task);
    return { problems: checkSuite(suite), probes: new TaskProbes(task) };
  };
  const none = () => patternSchema.parse({});

  it("M21 of an ask is no probe: nothing could meet it", () => {
    const { problems, probes } = emptied((task) => {
      if (task.asks[0]) task.asks[0].pattern = none();
    });
    expect(probes.has("a1")).toBe(false);
    expect(problems).toMatchObject([{ severity: "warning", code: "no-probe", ids: ["t1", "a1"] }]);
    expect(problems[0]?.message).toBe('The pattern of ask "a1" of task "t1" holds no preserved expression, so it cannot be measured yet.');
  });

  it("M21 of an ask is no probe where it says only what does not meet it", () => {
    const { probes } = emptied((task) => {
      if (task.asks[0]) task.asks[0].pattern = patternSchema.parse({ contradicted: ["nobody counted"] });
    });
    expect(probes.has("a1")).toBe(false);
  });

  it("M21 of a constraint is no probe: everything would read as lost", () => {
    const { problems, probes } = emptied((task) => {
      if (task.ledger[0]) task.ledger[0].pattern = none();
    });
    expect([probes.has("k1"), probes.has("k2")]).toEqual([false, true]);
    expect(problems).toMatchObject([{ severity: "warning", code: "no-probe", ids: ["t1", "k1"] }]);
  });
});
