/** Owns asking the Anthropic API which models there are. */
import { ANTHROPIC_URL } from "#main/models/connection.ts";
import { makeClient } from "#main/models/client.ts";
import { withoutKeys } from "#main/models/redact.ts";

/** Longest wait for the list, in milliseconds: a person is looking at an input. */
export const LIST_TIMEOUT_MS = 4_000;

/** Most models of one page, which is the API's own bound; there is one page. */
const PAGE = 1_000;

export type Listed = { ok: true; models: { model: string; name: string }[] } | { ok: false; message: string };

/** The API's models, newest first, or why there is no list. Never rejects. */
export async function listApiModels(
  apiKey: string,
  { signal, timeoutMs = LIST_TIMEOUT_MS, fetch }: { signal?: AbortSignal | undefined; timeoutMs?: number; fetch?: typeof globalThis.fetch },
): Promise<Listed> {
  try {
    const client = makeClient({ baseUrl: ANTHROPIC_URL, apiKey, ...(fetch ? { fetch } : {}) });
    const timeout = AbortSignal.timeout(timeoutMs);
    const page = await client.models.list({ limit: PAGE }, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    const models = page.data.flatMap(({ id, display_name }) =>
      typeof id === "string" && id !== "" ? [{ model: id, name: typeof display_name === "string" ? display_name : id }] : [],
    );
    return models.length === 0 ? { ok: false, message: "it listed no models" } : { ok: true, models };
  } catch (error) {
    return { ok: false, message: withoutKeys(error instanceof Error ? error.message : String(error), apiKey).slice(0, 200) };
  }
}
