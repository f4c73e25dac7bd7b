/** Owns which models a person is offered: the API's own list, or without it those whose prices are known. */
import type { ModelList } from "#shared/rpc/app-types.ts";
import { SIMULATED_MODEL } from "#shared/run/connection.ts";
import type { Lab } from "#main/lab/lab.ts";
import { listApiModels } from "#main/models/list-models.ts";

/** Asks the API where there is a key; no network is touched without one. Never rejects. */
export async function listModels(lab: Lab, signal: AbortSignal | undefined): Promise<ModelList> {
  const apiKey = lab.secrets.anthropicKey();
  const known = Object.keys(lab.prices().table.models).filter((model) => model !== SIMULATED_MODEL);
  const fallback = (why: string): ModelList => ({ models: known.map((model) => ({ model, name: null })), from: "prices", why });
  if (apiKey === null) return fallback("Without an API key these are the models whose prices are known.");
  const fetch = lab.options.runnerParts?.fetch;
  const listed = await listApiModels(apiKey, { signal, ...(fetch ? { fetch } : {}) });
  if (!listed.ok) return fallback(`The API gave no list (${listed.message}), so these are the models whose prices are known.`);
  return { models: listed.models, from: "api", why: null };
}
