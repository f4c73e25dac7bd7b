/** Owns what can be proved about a suite before anything runs: briefs code as preserved, phrasings as themselves. */
import type { Code } from "#shared/drift/types.ts";
import { errorProblem, type Problem, warningProblem } from "#shared/problem.ts";
import type { Ask, Constraint, Phrasings, Suite, Task } from "#shared/task/schema.ts";
import { expressionProblems } from "#main/measure/check-expressions.ts";
import { compileProbe, type Probe } from "#main/measure/pattern-probe.ts";
import { hasProbe } from "#main/measure/task-probes.ts";

const VERDICTS = ["preserved", "weakened", "contradicted"] as const;
const EXPECTED: Record<(typeof VERDICTS)[number], Code> = { preserved: 1, weakened: 0.5, contradicted: -1 };

interface Probed {
  item: Constraint | Ask;
  isAsk: boolean;
  /** Null where there is none, or none that could be used. */
  probe: Probe | null;
}

/**
 * All problems of a suite that show without running it: double ids, broken expressions, a brief or a phrasing that
 * codes as something else, a phrasing that another constraint's probe reads, twins that do not match.
 */
export function checkSuite(suite: Suite): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const task of suite.tasks) {
    if (seen.has(task.id))
      problems.push(errorProblem("duplicate-id", `Two tasks are called "${task.id}"; give each its own id.`, [task.id]));
    seen.add(task.id);
    problems.push(...checkTask(task), ...checkTwin(task, suite));
  }
  return problems;
}

function checkTask(task: Task): Problem[] {
  const problems: Problem[] = [];
  const ids = new Set<string>();
  for (const item of [...task.asks, ...task.ledger]) {
    if (ids.has(item.id))
      problems.push(
        errorProblem("duplicate-id", `Task "${task.id}" has "${item.id}" twice among its asks and constraints; rename one.`, [
          task.id,
          item.id,
        ]),
      );
    ids.add(item.id);
  }
  const probed: Probed[] = [
    ...task.ledger.map((item) => ({ item, isAsk: false, probe: compile(task, item, problems) })),
    ...task.asks.map((item) => ({ item, isAsk: true, probe: compile(task, item, problems) })),
  ];
  if (task.ledger.length === 0)
    problems.push(warningProblem("empty-ledger", `Task "${task.id}" has no constraints, so nothing can be lost in it.`, [task.id]));
  const briefFlat = flat(task.brief);
  for (const { item, isAsk, probe } of probed) {
    const name = `${isAsk ? "ask" : "constraint"} "${item.id}" of task "${task.id}"`;
    if (!hasProbe(item))
      problems.push(warningProblem("no-probe", `${lacking(item, name)}, so it cannot be measured yet.`, [task.id, item.id]));
    else if (probe) problems.push(...codingProblems(task, item, probe, name));
    checkPhrasings(task, item, name, probed, problems);
    const sources = isAsk ? [item.text] : [item.text, ...(item.phrasings?.preserved ?? [])];
    if (!sources.some((source) => briefFlat.includes(flat(source))))
      problems.push(
        warningProblem(
          "brief-without-phrase",
          `The brief holds neither the words nor a preserved phrasing of ${name}, so simulated agents cannot learn it.`,
          [task.id, item.id],
        ),
      );
  }
  return problems;
}

/** A brief and a constraint's text must code as preserved, an ask's text as not met. */
function codingProblems(task: Task, item: Constraint | Ask, probe: Probe, name: string): Problem[] {
  const ids = [task.id, item.id];
  const code = probe.code(item.text).code;
  if (!("kind" in item)) {
    if (code === 0) return [];
    const message = `The text of ${name} already reads as met, so forwarding the ask would count as doing it; change the pattern.`;
    return [errorProblem("ask-reads-itself", message, ids)];
  }
  const inBrief = probe.code(task.brief).code;
  if (inBrief !== 1)
    return [
      errorProblem(
        "brief-not-preserved",
        `The brief does not code as preserved for ${name} (it codes ${inBrief}); change the brief or the pattern.`,
        ids,
      ),
    ];
  if (code === 1) return [];
  return [
    errorProblem("text-not-preserved", `The text of ${name} does not code as preserved by its own pattern; change one of them.`, ids),
  ];
}

/** What a constraint or an ask without a probe lacks. */
function lacking(item: Constraint | Ask, name: string): string {
  if (!item.pattern) return `The ${name} has no pattern`;
  return `The pattern of ${name} holds no ${"kind" in item ? "" : "preserved "}expression`;
}

function compile(task: Task, item: Constraint | Ask, problems: Problem[]): Probe | null {
  const found = expressionProblems(task, item);
  problems.push(...found);
  return hasProbe(item) && !found.some(({ severity }) => severity === "error") ? compileProbe(item, task.words) : null;
}

function checkPhrasings(task: Task, item: Constraint | Ask, name: string, probed: Probed[], problems: Problem[]): void {
  const own = probed.find((each) => each.item === item)?.probe;
  for (const verdict of VERDICTS)
    for (const phrase of item.phrasings?.[verdict] ?? []) {
      const code = own?.code(phrase).code;
      if (code !== undefined && code !== EXPECTED[verdict])
        problems.push(
          errorProblem(
            "phrasing-codes-wrong",
            `"${phrase}" stands under ${verdict} of ${name} but codes ${code}; expected ${EXPECTED[verdict]}.`,
            [task.id, item.id],
          ),
        );
      for (const other of probed)
        if (other.item !== item && other.probe && other.probe.code(phrase).code !== 0)
          problems.push(
            errorProblem(
              "phrasing-crosstalk",
              `"${phrase}" of ${name} is also read by the pattern of "${other.item.id}"; make the two tell apart.`,
              [task.id, item.id, other.item.id],
            ),
          );
      const clash = clashing(item.phrasings as Phrasings, verdict, phrase);
      if (clash !== undefined)
        problems.push(
          errorProblem("phrasing-inside-another", `Under ${verdict} of ${name}, "${phrase}" contains "${clash}" of another verdict.`, [
            task.id,
            item.id,
          ]),
        );
    }
}

function clashing(phrasings: Phrasings, verdict: (typeof VERDICTS)[number], phrase: string): string | undefined {
  return VERDICTS.filter((other) => other !== verdict)
    .flatMap((other) => phrasings[other])
    .find((other) => flat(phrase).includes(flat(other)));
}

function checkTwin(task: Task, suite: Suite): Problem[] {
  if (task.twinOf === undefined) return [];
  const original = suite.tasks.find((each) => each.id === task.twinOf);
  if (!original || original.twinOf !== undefined)
    return [
      errorProblem("no-such-twin", `Task "${task.id}" is a twin of "${task.twinOf}", which is not an original task of this suite.`, [
        task.id,
      ]),
    ];
  const same = (a: readonly unknown[], b: readonly unknown[]) => JSON.stringify(a) === JSON.stringify(b);
  if (!same(task.ledger, original.ledger) || !same(task.asks, original.asks))
    return [
      errorProblem("twin-differs", `Task "${task.id}" must have the same ledger and asks as "${original.id}", of which it is the twin.`, [
        task.id,
        original.id,
      ]),
    ];
  return [];
}

function flat(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
