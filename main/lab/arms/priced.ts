/** Owns which models of a plan have no known price, so that a cap in dollars is refused before anything starts. */
import type { Plan } from "#shared/experiment/plan.ts";
import { type Org, resolvedSettings } from "#shared/org/schema.ts";
import { hasPrice, type PriceTable } from "#main/models/prices.ts";

/** The models that the plan's arms would ask and whose price is not known, each once, in alphabetical order. */
export function modelsWithoutPrice(plan: Plan, designs: ReadonlyMap<string, Org>, prices: PriceTable): string[] {
  const models = plan.arms.flatMap((arm) => {
    const org = designs.get(arm.orgHash);
    return org ? org.agents.map((agent) => plan.model ?? resolvedSettings(org, agent).model) : [];
  });
  return [...new Set(models)].filter((model) => !hasPrice(prices, model)).sort();
}
