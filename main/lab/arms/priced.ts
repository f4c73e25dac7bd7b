/** Owns which models of a plan have no known price, so that a cap in dollars is refused before anything starts. */
import type { Plan } from "#shared/experiment/plan.ts";
import { type Org, resolvedSettings } from "#shared/org/schema.ts";
import { errorProblem, type Problem } from "#shared/problem.ts";
import { hasPrice, type PriceTable } from "#main/models/prices.ts";

/** The models that the plan's arms would ask and whose price is not known, each once, in alphabetical order. */
export function modelsWithoutPrice(plan: Plan, designs: ReadonlyMap<string, Org>, prices: PriceTable): string[] {
  const models = plan.arms.flatMap((arm) => {
    const org = designs.get(arm.orgHash);
    return org ? org.agents.map((agent) => plan.model ?? resolvedSettings(org, agent).model) : [];
  });
  return [...new Set(models)].filter((model) => !hasPrice(prices, model)).sort();
}

/**
 * Why a plan cannot be held to its limits in US dollars: one for each design with a limit per run that asks a model whose price
 * is not known. Such a run would end before its first call.
 */
export function unpricedLimits(plan: Plan, designs: ReadonlyMap<string, Org>, prices: PriceTable): Problem[] {
  return plan.arms.flatMap((arm) => {
    const org = designs.get(arm.orgHash);
    if (!org || org.limits.costUsd === null) return [];
    const unknown = modelsWithoutPrice({ ...plan, arms: [arm] }, designs, prices);
    if (unknown.length === 0) return [];
    return [
      errorProblem(
        "unknown-price",
        `${arm.name} has a limit of ${org.limits.costUsd} US dollars per run, and the price of ${unknown.join(", ")} is not known: add it to prices.json beside the database, or limit the output tokens instead.`,
      ),
    ];
  });
}

/** Why a cap in US dollars on the whole experiment cannot be kept, or null where it can. */
export function unpricedCap(plan: Plan, designs: ReadonlyMap<string, Org>, prices: PriceTable, usd: number): Problem | null {
  const unknown = modelsWithoutPrice(plan, designs, prices);
  if (unknown.length === 0) return null;
  return errorProblem(
    "unknown-price",
    `The cap of ${usd} US dollars needs the price of every model, and that of ${unknown.join(", ")} is not known: add it to prices.json beside the database, or cap the output tokens instead.`,
  );
}
