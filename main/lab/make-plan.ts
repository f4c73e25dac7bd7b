/** Owns turning what a person chose into a locked plan with its hash, or into the sentences that say why not. */
import { type Baseline, ENDPOINTS, EXPERIMENT_FORMAT, EXPERIMENT_VERSION, type Plan } from "#shared/experiment/plan.ts";
import { canRun, orgProblems } from "#shared/org/problems.ts";
import type { Org } from "#shared/org/schema.ts";
import type { Population } from "#shared/population/schema.ts";
import { errorProblem, type Problem } from "#shared/problem.ts";
import { type ConnectionSpec, SIMULATED_MODEL } from "#shared/run/connection.ts";
import type { Suite } from "#shared/task/schema.ts";
import { PROMPTS_VERSION } from "#main/engine/prompts.ts";
import { hashJson } from "#main/exchange/hash.ts";
import { armList } from "#main/lab/arms/arm-list.ts";
import type { PastRuns } from "#main/lab/arms/budgets.ts";
import { MOST_ARMS, type OrgVariant } from "#main/lab/arms/variant.ts";
import { PATTERN_PROBE } from "#main/measure/pattern-probe.ts";

export interface PlanInput {
  orgs: readonly Org[];
  /** Orgs with something set by a sweep or a share of traits, after those that are run as they are. */
  variants?: readonly OrgVariant[];
  /** The solo arms each org is compared with (M12); empty for none. */
  solos: readonly Baseline[];
  /** What budgets are frozen from. */
  past: PastRuns;
  suite: Suite;
  /** Ids of tasks; null takes all but the twins. */
  tasks: readonly string[] | null;
  repeats: number;
  connection: ConnectionSpec;
  model: string | null;
  population: Population;
  seed: number;
}

export interface Planned {
  plan: Plan;
  planHash: string;
  /** The designs of all arms by content hash. */
  designs: Map<string, Org>;
  suiteHash: string;
}

export type PlanResult = { ok: true; planned: Planned } | { ok: false; problems: Problem[] };

/** Loss below this is not worth a claim (M17). */
const MARGIN = 0.05;

/** Locks a plan. The same choices give the same plan and hash. The suite has been checked when it came in. */
export function makePlan(input: PlanInput): PlanResult {
  const problems: Problem[] = [];
  const chosen = [...input.orgs.map((org): OrgVariant => ({ org, name: org.name, settings: {} })), ...(input.variants ?? [])];
  if (chosen.length === 0) problems.push(errorProblem("no-orgs", "No org is chosen; choose at least one."));
  if (chosen.length > MOST_ARMS)
    problems.push(
      errorProblem(
        "too-many-arms",
        `That makes ${chosen.length} arms of orgs; ${MOST_ARMS} is the most. Leave out orgs, values or an axis.`,
      ),
    );
  for (const { org, name } of chosen) {
    const found = orgProblems(org);
    if (!canRun(found))
      problems.push(...found.filter((each) => each.severity === "error").map((each) => ({ ...each, message: `${name}: ${each.message}` })));
  }
  const ids = input.tasks ?? input.suite.tasks.filter((task) => task.twinOf === undefined).map((task) => task.id);
  for (const id of ids)
    if (!input.suite.tasks.some((task) => task.id === id))
      problems.push(
        errorProblem(
          "no-such-task",
          `The suite "${input.suite.id}" has no task "${id}"; it has ${input.suite.tasks.map((task) => task.id).join(", ")}.`,
          [id],
        ),
      );
  if (ids.length === 0) problems.push(errorProblem("no-tasks", "No task is chosen; choose at least one."));
  if (!Number.isInteger(input.repeats) || input.repeats < 1 || input.repeats > 10_000)
    problems.push(errorProblem("bad-repeats", "Repeats must be a whole number from 1 to 10,000."));
  if (!Number.isSafeInteger(input.seed) || input.seed < 0)
    problems.push(errorProblem("bad-seed", "The seed must be a whole number from 0."));
  if (problems.length > 0) return { ok: false, problems };
  // Suite order, not the order of choosing: the same choice is the same plan.
  const tasks = input.suite.tasks.filter((task) => ids.includes(task.id));
  const suiteHash = suiteHashOf(input.suite);
  const simulated = input.connection.kind === "simulated";
  const model = simulated ? SIMULATED_MODEL : input.model;
  const listed = armList({
    orgs: chosen,
    solos: input.solos,
    tasks: tasks.map((task) => task.id),
    past: input.past,
    model,
    connectionKind: input.connection.kind,
  });
  if (!listed.ok) return listed;
  const { arms, designs } = listed;
  const twice = arms.find((arm, index) => arms.findIndex((other) => other.id === arm.id) !== index);
  if (twice) {
    const names = [...new Set(arms.filter((arm) => arm.id === twice.id).map((arm) => `"${arm.name}"`))].join(" and ");
    return { ok: false, problems: [errorProblem("same-org-twice", `Two of the orgs are the same design (${names}); leave one out.`)] };
  }
  const plan: Plan = {
    format: EXPERIMENT_FORMAT,
    version: EXPERIMENT_VERSION,
    arms,
    suite: { id: input.suite.id, name: input.suite.name, hash: suiteHash },
    tasks: tasks.map((task) => ({ id: task.id, hash: hashJson(task) })),
    repeats: input.repeats,
    connection: input.connection,
    model,
    population: simulated ? input.population : null,
    seed: input.seed,
    endpoints: [...ENDPOINTS],
    margin: MARGIN,
    prompts: PROMPTS_VERSION,
    probe: PATTERN_PROBE,
  };
  return { ok: true, planned: { plan, planHash: hashJson(plan), designs, suiteHash } };
}

const knownHashes = new WeakMap<Suite, string>();

/** A suite's hash, worked out once: a forecast is asked for at every change of a form. */
function suiteHashOf(suite: Suite): string {
  let hash = knownHashes.get(suite);
  if (hash === undefined) {
    hash = hashJson(suite);
    knownHashes.set(suite, hash);
  }
  return hash;
}

/** The id of a plan's n-th experiment in a store: derives from the plan alone, no clock inside. */
export function experimentId(planHash: string, nth: number): string {
  return `experiment_${planHash.slice(0, 16)}${nth === 1 ? "" : `_${nth}`}`;
}
