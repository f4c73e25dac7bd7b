/** Owns the choices of a new experiment and what they become for the lab. Pure. */
import type { Baseline } from "#shared/experiment/plan.ts";
import type { ExperimentChoices } from "#shared/rpc/contract.ts";
import { DEFAULT_POPULATION, type Population } from "#shared/population/schema.ts";
import { axisTexts, type Variation } from "#renderer/state/variations.ts";

export interface Server {
  baseUrl: string;
  model: string;
}

export interface FormState {
  name: string;
  orgs: string[];
  solos: Baseline[];
  suiteId: string;
  /** Null: all tasks but the twins. */
  tasks: string[] | null;
  repeats: number;
  connection: "simulated" | "anthropic" | "compatible";
  /** Of a server of one's own. */
  baseUrl: string;
  /** A model on that server. */
  ownModel: string;
  /** For every agent, on the Anthropic API; empty for each agent's own. */
  model: string;
  seed: number;
  /** Traits, and what is varied. */
  variations: Variation[];
  maxOutputTokens: number | null;
  /** US dollars. */
  maxUsd: number | null;
  population: Population;
}

/** What people give as the address of a server. */
export const ADDRESS = /^https?:\/\/\S+$/;

/** Nothing chosen yet: no org, and no suite until there are some. */
export function initialForm(server: Server): FormState {
  return {
    name: "",
    orgs: [],
    solos: ["one-shot"],
    suiteId: "",
    tasks: null,
    repeats: 5,
    connection: "simulated",
    baseUrl: server.baseUrl,
    ownModel: server.model,
    model: "",
    seed: 1,
    variations: [],
    maxOutputTokens: null,
    maxUsd: null,
    population: DEFAULT_POPULATION,
  };
}

/** What follows when another server is offered: a field that holds what was offered before was not chosen. */
export function offered(form: FormState, before: Server, now: Server): Partial<FormState> {
  return {
    ...(form.baseUrl === before.baseUrl ? { baseUrl: now.baseUrl } : {}),
    ...(form.ownModel === before.model ? { ownModel: now.model } : {}),
  };
}

/** Whether models are varied, so that no one model is given to all. */
export function variesModel(form: Pick<FormState, "variations" | "connection">): boolean {
  return form.connection !== "simulated" && form.variations.some((each) => each.kind === "model" && each.values.length > 0);
}

/** What the lab is asked; null while the form cannot be sent at all. */
export function choicesOf(form: FormState): ExperimentChoices | null {
  if (form.orgs.length === 0 || form.suiteId === "" || (form.tasks !== null && form.tasks.length === 0)) return null;
  const manyModels = variesModel(form);
  const model = (form.connection === "compatible" ? form.ownModel : form.model).trim();
  // A server of one's own does not know the models that an org names.
  if (form.connection === "compatible" && (!ADDRESS.test(form.baseUrl) || (model === "" && !manyModels))) return null;
  return {
    orgs: form.orgs,
    solos: form.solos,
    suiteId: form.suiteId,
    tasks: form.tasks,
    repeats: form.repeats,
    connection:
      form.connection === "compatible"
        ? { kind: "compatible", baseUrl: form.baseUrl.replace(/\/+$/, "").replace(/\/v1$/, ""), takesTemperature: true }
        : { kind: form.connection },
    model: form.connection === "simulated" || manyModels || model === "" ? null : model,
    population: form.population,
    seed: form.seed,
    // The simulated population answers for every model, so there is nothing to vary.
    axes: axisTexts(form.variations.filter((each) => each.kind !== "model" || form.connection !== "simulated")),
  };
}

/** The hard caps; the simulated population costs nothing, so dollars cap nothing there. */
export function capsOf(form: Pick<FormState, "connection" | "maxOutputTokens" | "maxUsd">): {
  outputTokens: number | null;
  usd: number | null;
} {
  return { outputTokens: form.maxOutputTokens, usd: form.connection === "simulated" ? null : form.maxUsd };
}
