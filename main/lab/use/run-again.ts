/** Owns the use case of running an experiment's like: what was chosen for it, as it can be chosen today, and what is no longer the same. */
import type { Baseline, Plan } from "#shared/experiment/plan.ts";
import { DEFAULT_POPULATION } from "#shared/population/schema.ts";
import type { ExperimentChoices, LikeThis } from "#shared/rpc/contract.ts";
import { hashJson } from "#main/exchange/hash.ts";
import type { Lab } from "#main/lab/lab.ts";
import { findSuite } from "#main/lab/use/orgs.ts";
import { forecastExperiment } from "#main/lab/use/plan-experiment.ts";

export function choicesLike(lab: Lab, id: string): LikeThis | null {
  const plan = lab.store.experiments.get(id)?.plan;
  if (!plan) return null;
  const notes: string[] = [];
  const suite = findSuite(lab, plan.suite.id);
  if (!suite) notes.push(`The tasks "${plan.suite.name}" are no longer there; choose others.`);
  else if (hashJson(suite) !== plan.suite.hash) notes.push(`The tasks "${plan.suite.name}" were changed since; these are as they are now.`);
  const usual = suite?.tasks.filter((task) => task.twinOf === undefined).map((task) => task.id) ?? [];
  const there = plan.tasks.map((task) => task.id).filter((each) => suite?.tasks.some((task) => task.id === each));
  const asked: ExperimentChoices = {
    orgs: [],
    solos: [...new Set(plan.arms.flatMap((arm): Baseline[] => (arm.baseline === null ? [] : [arm.baseline])))],
    suiteId: suite?.id ?? "",
    tasks: JSON.stringify(there) === JSON.stringify(usual) ? null : there,
    repeats: plan.repeats,
    connection: plan.connection,
    model: plan.connection.kind === "simulated" ? null : plan.model,
    population: plan.population ?? DEFAULT_POPULATION,
    seed: plan.seed,
    axes: axesOf(plan),
  };
  const names = [...new Set(plan.arms.flatMap((arm) => (arm.kind === "org" ? (lab.store.orgs.version(arm.orgHash)?.name ?? []) : [])))];
  const orgs = names.flatMap((name) => {
    const drafts = lab.store.orgs.list().filter((org) => !org.archived && org.name === name);
    const same = drafts.find((draft) => isAsItWas(lab, plan, { ...asked, orgs: [draft.id] }));
    const found = same ?? drafts[0];
    if (!found) notes.push(`There is no design "${name}" any more; it was renamed or put away. Choose it, or another.`);
    else if (!same) notes.push(`The design "${name}" was changed since; this runs it as it is now.`);
    return found?.id ?? [];
  });
  return { choices: { ...asked, orgs }, notes };
}

/** Whether these choices make the very arms of the plan, solo arms aside: their budgets may need runs of their own. */
function isAsItWas(lab: Lab, plan: Plan, choices: ExperimentChoices): boolean {
  const answer = forecastExperiment(lab, { ...choices, solos: [] });
  return answer.ok && answer.forecast.arms.every(({ id }) => plan.arms.some((arm) => arm.id === id));
}

/** What was varied or set, each thing with its values in the order of the arms. */
function axesOf(plan: Plan): string[] {
  const axes = new Map<string, Set<string>>();
  for (const arm of plan.arms.filter(({ kind }) => kind === "org"))
    for (const [name, value] of Object.entries(arm.settings)) axes.set(name, (axes.get(name) ?? new Set()).add(value));
  return [...axes].map(([name, values]) => `${name}=${[...values].join(",")}`);
}
