/** Owns what can be proved about each expression of a pattern by itself: that it compiles, and that it looks for something. */
import { errorProblem, type Problem, warningProblem } from "#shared/problem.ts";
import type { Ask, Constraint, Task } from "#shared/task/schema.ts";
import { type CompiledExpression, compileExpression, PatternError } from "#main/measure/expressions.ts";

const VERDICTS = ["preserved", "weakened", "contradicted"] as const;

/** An expression of another program, with its flags: here it would be a phrase with slashes in it. */
const WITH_FLAGS = /^\/.+\/[dgimsuvy]+$/i;

/** Problems of the expressions of a constraint's or an ask's pattern; an error means that its probe must not be used. */
export function expressionProblems(task: Task, item: Constraint | Ask): Problem[] {
  const words = { ...task.words, ...item.words };
  const ids = [task.id, item.id];
  const where = `of "${item.id}" in task "${task.id}"`;
  const problemsOf = (expression: string, then: string): Problem[] => {
    try {
      if (matchesNothing(compileExpression(expression, words)))
        return [
          errorProblem(
            "matches-anything",
            `The expression ${JSON.stringify(expression)} ${where} also matches where no word stands, so ${then}; say which words it looks for.`,
            ids,
          ),
        ];
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return [errorProblem("broken-pattern", `The expression ${error.expression} ${where} cannot be used: ${error.message}.`, ids)];
    }
    if (!WITH_FLAGS.test(expression)) return [];
    return [
      warningProblem(
        "flags-after-slash",
        `The expression ${expression} ${where} is read as a plain phrase, slashes and all; end it with the slash (case is ignored anyway).`,
        ids,
      ),
    ];
  };
  return VERDICTS.flatMap((verdict) => item.pattern?.[verdict] ?? []).flatMap((expression) =>
    typeof expression === "string"
      ? problemsOf(expression, "every text would hold it")
      : [...problemsOf(expression.find, "every text would hold it"), ...problemsOf(expression.unless, "it would excuse every text")],
  );
}

/** Whether an expression is content with no character at all, in an empty text or between words: then it finds itself everywhere. */
function matchesNothing(find: CompiledExpression): boolean {
  return ["", "a b"].some((text) => {
    const found = find(text);
    return found !== null && found.start === found.end;
  });
}
