/** Owns a pilot's choices: the org arms alone, and a one-shot where best-of-n needs its cost, on dice of their own. */
import type { PlanInput } from "#main/lab/make-plan.ts";
import { dice } from "#main/models/simulated/dice.ts";

/**
 * The choices of the experiment that is run before another, for the budgets of that one's solo arms. Its seed is another
 * one, drawn from the first: with the same one the simulated population would play the pilot's runs again in the experiment.
 *
 * @param repeats runs per task and arm
 */
export function pilotInput<T extends Omit<PlanInput, "past">>(input: T, repeats: number): T {
  return {
    ...input,
    solos: input.solos.includes("best-of-n") ? ["one-shot"] : [],
    repeats,
    seed: Math.floor(dice("pilot", input.seed) * 2 ** 52),
  };
}
