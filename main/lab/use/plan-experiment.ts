/** Owns the use cases before an experiment: what can be varied, the forecast, a pilot, the start. */
import type { ExperimentChoices } from "#shared/rpc/contract.ts";
import { errorProblem, type Loaded, type Problem } from "#shared/problem.ts";
import { orgProblems } from "#shared/org/problems.ts";
import type { ForecastInfo, PlanAnswer, StartAnswer } from "#shared/rpc/experiment-types.ts";
import { strayEntries } from "#shared/population/strays.ts";
import { takesTemperature } from "#shared/run/connection.ts";
import { frozenBefore } from "#main/lab/arms/frozen.ts";
import { pastRuns, type StoredPast } from "#main/lab/arms/past-runs.ts";
import { pilotInput } from "#main/lab/arms/pilot.ts";
import { modelsWithoutPrice, unpricedCap, unpricedLimits } from "#main/lab/arms/priced.ts";
import { type Axis, readAxis } from "#main/lab/arms/axes.ts";
import { expandSweep } from "#main/lab/arms/sweep.ts";
import type { OrgVariant } from "#main/lab/arms/variant.ts";
import type { Caps } from "#main/lab/budget.ts";
import { expected } from "#main/lab/expected.ts";
import type { Lab } from "#main/lab/lab.ts";
import { makePlan, type Planned, type PlanInput } from "#main/lab/make-plan.ts";
import { prepareExperiment } from "#main/lab/start-experiment.ts";
import { findSuite } from "#main/lab/use/orgs.ts";
import { designConfounds } from "#main/measure/confounds/design.ts";

type Input = Omit<PlanInput, "past">;
type PlannedOrNot = { ok: true; planned: Planned; past: StoredPast } | { ok: false; problems: Problem[] };

/** The choices with everything in them that the store holds; the axes of a sweep worked out. */
function inputOf(lab: Lab, { axes: texts, ...choices }: ExperimentChoices): Loaded<Input> {
  const suite = findSuite(lab, choices.suiteId);
  if (!suite) return refused("no-suite", `The suite "${choices.suiteId}" is no longer there; choose another.`);
  const orgs = choices.orgs.map((id) => lab.store.orgs.get(id)?.draft ?? null).filter((org) => org !== null);
  if (orgs.length < choices.orgs.length) return refused("no-org", "One of the chosen orgs is no longer there; choose again.");
  const axes: Axis[] = [];
  for (const text of texts) {
    const axis = readAxis(text);
    if (!axis.ok) return axis;
    axes.push(axis.value);
  }
  if (axes.some((axis) => axis.kind === "model")) {
    if (choices.connection.kind === "simulated")
      return refused("model-simulated", "The simulated population answers for every model; models can be varied on another connection.");
    if (choices.model !== null)
      return refused("model-twice", "One model is given to all arms, so models cannot be varied; leave one of them out.");
  }
  if (axes.length === 0) return { ok: true, value: { ...choices, orgs, suite }, problems: [] };
  const variants: OrgVariant[] = [];
  for (const org of orgs) {
    const expanded = expandSweep(org, axes, choices.seed);
    if (!expanded.ok) return expanded;
    variants.push(...expanded.value);
  }
  return { ok: true, value: { ...choices, orgs: [], variants, suite }, problems: [] };
}

/** The locked plan; `fresh` takes budgets from the latest runs, else a plan goes on with those that it was locked with. */
function planOf(lab: Lab, input: Input, fresh: boolean): PlannedOrNot {
  const past = pastRuns(lab.store, input);
  const made = makePlan({ ...input, past });
  if (!made.ok) return made;
  return { ok: true, planned: fresh ? made.planned : frozenBefore(lab.store, made.planned), past };
}

/** What is left of the chosen experiment, what its arms differ in, or why it cannot start. */
export function forecastExperiment(lab: Lab, choices: ExperimentChoices): PlanAnswer {
  const input = inputOf(lab, choices);
  if (!input.ok) return input;
  const result = planOf(lab, input.value, false);
  if (!result.ok) return result;
  const { planned, past } = result;
  const { plan, planHash, designs } = planned;
  const existing = lab.store.experiments.byPlan(planHash).at(-1)?.id ?? null;
  const prices = lab.prices().table;
  const left = expected(planned, { store: lab.store, suite: input.value.suite, past, prices, experimentId: existing });
  const { cells, done, calls, outputTokens, usd, basis } = left;
  const byArm = new Map(
    plan.arms.flatMap((arm) => {
      const design = designs.get(arm.orgHash);
      return design ? [[arm.id, design] as const] : [];
    }),
  );
  return {
    ok: true,
    forecast: {
      planHash,
      cells,
      done,
      calls,
      outputTokens,
      usd,
      basis,
      pastRuns: left.pastRuns,
      arms: plan.arms.map(({ id, kind, name }) => ({ id, kind, name })),
      unpriced: modelsWithoutPrice(plan, designs, prices),
      strays: plan.population ? strayEntries(plan.population, [...designs.values()]) : [],
      orgWarnings: warningsOf(lab, choices.orgs),
      confounds: designConfounds({ plan, designs: byArm, connection: { takesTemperature: takesTemperature(plan.connection) } }),
      existing,
    },
  };
}

/** What is worth a look in orgs that run all the same. */
function warningsOf(lab: Lab, ids: readonly string[]): ForecastInfo["orgWarnings"] {
  return ids.flatMap((orgId) => {
    const org = lab.store.orgs.get(orgId)?.draft;
    const messages = org ? orgProblems(org).flatMap(({ severity, message }) => (severity === "warning" ? [message] : [])) : [];
    return org && messages.length > 0 ? [{ orgId, name: org.name, messages }] : [];
  });
}

/** Locks the plan and starts; the same plan goes on unless a fresh one is wanted. */
export function startExperiment(lab: Lab, input: { choices: ExperimentChoices; name: string; fresh: boolean; caps: Caps }): StartAnswer {
  const read = inputOf(lab, input.choices);
  return read.ok ? startPlan(lab, read.value, input) : read;
}

/**
 * Runs the orgs of these choices a few times, as an experiment of its own with the same caps, so that budgets can be frozen from it
 * (M12). One that has been run goes on with what is missing.
 */
export function startPilot(lab: Lab, input: { choices: ExperimentChoices; repeats: number; caps: Caps }): StartAnswer {
  const read = inputOf(lab, input.choices);
  if (!read.ok) return read;
  const { orgs, variants = [] } = read.value;
  const name = `Pilot of ${[...orgs, ...variants].map((each) => each.name).join(", ")}`.slice(0, 200);
  return startPlan(lab, pilotInput(read.value, input.repeats), { name, fresh: false, caps: input.caps });
}

function startPlan(lab: Lab, input: Input, { name, fresh, caps }: { name: string; fresh: boolean; caps: Caps }): StartAnswer {
  const result = planOf(lab, input, fresh);
  if (!result.ok) return result;
  const { planned } = result;
  if (input.connection.kind === "anthropic" && lab.secrets.anthropicKey() === null)
    return refused("no-key", "The Anthropic API needs a key: type one in under Settings, or start Driftlab with ANTHROPIC_API_KEY set.");
  const unpriced = unpricedProblems(lab, planned, caps);
  if (unpriced.length > 0) return { ok: false, problems: unpriced };
  const { id, existing } = prepareExperiment(lab.store, planned, input.suite, { fresh, name, nowMs: lab.nowMs() });
  lab.run(id, caps);
  return { ok: true, id, existing };
}

/** Caps and limits in dollars hold only where every call can be priced before it is sent. */
function unpricedProblems(lab: Lab, { plan, designs }: Planned, caps: Caps): Problem[] {
  const { table } = lab.prices();
  const cap = caps.usd === null ? null : unpricedCap(plan, designs, table, caps.usd);
  return [...(cap ? [cap] : []), ...unpricedLimits(plan, designs, table)];
}

function refused(code: string, message: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [errorProblem(code, message)] };
}
