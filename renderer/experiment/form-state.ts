/** Owns the choices of a new experiment and what they become for the lab. Pure. */
import type { ExperimentChoices } from "#shared/rpc/contract.ts";
import { DEFAULT_POPULATION, type Population } from "#shared/population/schema.ts";

export interface FormState {
  name: string;
  orgs: string[];
  solo: boolean;
  suiteId: string;
  /** Null: all tasks but the twins. */
  tasks: string[] | null;
  repeats: number;
  connection: "simulated" | "anthropic" | "compatible";
  baseUrl: string;
  model: string;
  seed: number;
  maxOutputTokens: number | null;
  /** US dollars. */
  maxUsd: number | null;
  population: Population;
}

export function initialForm(orgs: string[], suiteId: string, server: { baseUrl: string; model: string }): FormState {
  return {
    name: "",
    orgs,
    solo: true,
    suiteId,
    tasks: null,
    repeats: 5,
    connection: "simulated",
    baseUrl: server.baseUrl,
    model: server.model,
    seed: 1,
    maxOutputTokens: null,
    maxUsd: null,
    population: DEFAULT_POPULATION,
  };
}

/** What the lab is asked; null while the form cannot be sent at all. */
export function choicesOf(form: FormState): ExperimentChoices | null {
  if (form.orgs.length === 0 || form.suiteId === "" || (form.tasks !== null && form.tasks.length === 0)) return null;
  // A server of one's own does not know the models that an org names.
  if (form.connection === "compatible" && (!/^https?:\/\/\S+$/.test(form.baseUrl) || form.model.trim() === "")) return null;
  return {
    orgs: form.orgs,
    solos: form.solo ? ["one-shot"] : [],
    suiteId: form.suiteId,
    tasks: form.tasks,
    repeats: form.repeats,
    connection:
      form.connection === "compatible"
        ? { kind: "compatible", baseUrl: form.baseUrl.replace(/\/+$/, "").replace(/\/v1$/, ""), takesTemperature: true }
        : { kind: form.connection },
    model: form.connection === "simulated" || form.model.trim() === "" ? null : form.model.trim(),
    population: form.population,
    seed: form.seed,
  };
}

/** Keeps keep + weaken + contradict at most 1: the one that moves wins, the others give way in proportion. */
export function withOdds(population: Population, field: "keep" | "weaken" | "contradict", value: number): Population {
  const before = population.default;
  const others = (["keep", "weaken", "contradict"] as const).filter((each) => each !== field);
  const rest = others.reduce((sum, each) => sum + before[each], 0);
  const room = 1 - value;
  const scale = rest > room && rest > 0 ? room / rest : 1;
  const odds = { ...before, [field]: value };
  // Down, never up: two that are rounded up would pass 1 together. The tiny part is for what floating point holds a little too small.
  for (const each of others) odds[each] = Math.floor(before[each] * scale * 100 + 1e-6) / 100;
  return { ...population, default: odds };
}
