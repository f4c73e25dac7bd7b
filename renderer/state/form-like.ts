/** Owns filling the form of a new experiment with the choices of one that was run. Pure. */
import { TRAITS } from "#shared/org/schema.ts";
import type { ExperimentChoices } from "#shared/rpc/contract.ts";
import type { FormState } from "#renderer/state/experiment-form.ts";
import type { Variation } from "#renderer/state/variations.ts";

export function formLike(choices: ExperimentChoices): Partial<FormState> {
  const { orgs, solos, suiteId, tasks, repeats, connection, model, population, seed, axes } = choices;
  return {
    name: "",
    orgs,
    solos,
    suiteId,
    tasks,
    repeats,
    connection: connection.kind,
    ...(connection.kind === "compatible" ? { baseUrl: connection.baseUrl } : {}),
    ...modelOf(connection.kind, model),
    population,
    seed,
    variations: axes.flatMap(variationOf),
  };
}

/** A server's model has a field of its own. */
function modelOf(kind: FormState["connection"], model: string | null): Partial<FormState> {
  if (model === null) return {};
  return kind === "compatible" ? { ownModel: model } : { model };
}

/** From what `axisTexts` writes; what the form cannot vary is left out. */
function variationOf(axis: string): Variation[] {
  const at = axis.lastIndexOf("=");
  const values = axis.slice(at + 1).split(",");
  const [kind, ...rest] = axis.slice(0, at).split(":");
  const of = rest.join(":");
  if (kind === "model" || kind === "effort" || kind === "memory") return [{ kind, values }];
  if (kind === "relay") return [{ kind, edge: of, values }];
  const trait = TRAITS.find((each) => each === of);
  return kind === "trait" && trait ? [{ kind, trait, values }] : [];
}
