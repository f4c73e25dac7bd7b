/** Owns the shape of a suite of tasks, format `driftlab.suite` version 1. */
import { z } from "zod";

export const SUITE_FORMAT = "driftlab.suite";
export const SUITE_VERSION = 1;
export const CONSTRAINT_KINDS = ["must", "must-not", "limit", "stakeholder", "permission"] as const;

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "use letters, digits, dot, dash and underscore");

const expression = z.string().min(1).max(2_000);

const expressions = z
  .array(
    z.union([
      expression,
      z
        .looseObject({ find: expression, unless: expression })
        .describe("Counts where `find` matches and `unless` does not, from the beginning of the clause to the end of what was found."),
    ]),
  )
  .default([])
  .describe(
    "Each a plain phrase (case and white space are ignored), or an RE2 expression between slashes, in which {name} stands for one of the words: /{fee} (are )?capped at 3/",
  );

const wordsSchema = z
  .record(z.string().regex(/^[A-Za-z]\w{0,49}$/, "use letters, digits and underscore, a letter first"), z.string().min(1).max(8_000))
  .optional()
  .describe(
    "RE2 expressions by name, for patterns to share; one may use others. Nearer ones win: an item's before its task's before its suite's.",
  );

export const patternSchema = z
  .looseObject({ preserved: expressions, weakened: expressions, contradicted: expressions })
  .describe("For probes only. Matched per sentence, contradicted before weakened before preserved.");

const phrases = z.array(z.string().min(1).max(2_000)).default([]);

export const phrasingsSchema = z
  .looseObject({ preserved: phrases, weakened: phrases, contradicted: phrases })
  .describe("For the simulated population only: whole sentences in which an agent would say it.");

const weight = z.number().positive().max(1_000).default(1);

export const constraintSchema = z.looseObject({
  id,
  text: z.string().min(1).max(2_000),
  kind: z.enum(CONSTRAINT_KINDS),
  weight,
  scope: z
    .union([z.literal("all"), z.array(z.string().min(1)).min(1)])
    .default("all")
    .describe("The roles for which the constraint matters, or all."),
  pattern: patternSchema.optional(),
  words: wordsSchema,
  phrasings: phrasingsSchema.optional(),
});

export const askSchema = z.looseObject({
  id,
  text: z.string().min(1).max(2_000),
  weight,
  pattern: patternSchema.optional().describe("An ask is met where this codes as preserved in the deliverable."),
  words: wordsSchema,
  phrasings: phrasingsSchema.optional(),
});

export const taskSchema = z.looseObject({
  id,
  title: z.string().min(1).max(200),
  brief: z.string().min(1).max(200_000),
  asks: z.array(askSchema).default([]),
  ledger: z.array(constraintSchema).default([]),
  words: wordsSchema,
  twinOf: id.optional().describe("The task of which this is the no-tension twin."),
});

export const suiteSchema = z.looseObject({
  format: z.literal(SUITE_FORMAT),
  version: z.literal(SUITE_VERSION),
  id,
  name: z.string().min(1).max(200),
  description: z.string().default(""),
  words: wordsSchema,
  tasks: z.array(taskSchema).min(1),
});

export type Pattern = z.infer<typeof patternSchema>;
export type Expression = Pattern["preserved"][number];
/** Named parts of expressions. */
export type Words = Readonly<Record<string, string>>;
export type Phrasings = z.infer<typeof phrasingsSchema>;
export type Constraint = z.infer<typeof constraintSchema>;
export type Ask = z.infer<typeof askSchema>;
export type Task = z.infer<typeof taskSchema>;
export type Suite = z.infer<typeof suiteSchema>;
export type ConstraintKind = (typeof CONSTRAINT_KINDS)[number];

/** Whether a constraint matters for an agent of this role. */
export function inScope(constraint: Constraint, role: string): boolean {
  return constraint.scope === "all" || constraint.scope.includes(role);
}
