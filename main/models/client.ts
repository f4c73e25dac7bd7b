/** Owns making an SDK client that takes nothing from the environment: no key, no headers, no profile file but what is handed in. */
import Anthropic from "@anthropic-ai/sdk";
import { withUsage } from "#main/models/usage-gaps.ts";

export interface ClientOptions {
  baseUrl: string;
  /** Null: no key is sent at all. */
  apiKey: string | null;
  fetch?: typeof fetch;
}

/** A client with the SDK's own retries off: attempts are counted here (see retry.ts). */
export function makeClient({ baseUrl, apiKey, fetch }: ClientOptions): Anthropic {
  return withoutSdkEnvironment(
    () =>
      new Anthropic({
        baseURL: baseUrl,
        // Always a string: without one the SDK would look through the environment and profile files.
        apiKey: apiKey ?? "no-key",
        authToken: null,
        maxRetries: 0,
        logLevel: "off",
        // The SDK sends its key as a bearer token; null takes the header out.
        ...(apiKey === null ? { defaultHeaders: { Authorization: null, "X-Api-Key": null } } : {}),
        // A key, and what is asked, go to the address that was named and to no other: fetch would take the key's header along.
        fetchOptions: { redirect: "manual" },
        fetch: withUsage(fetch ?? globalThis.fetch),
      }),
  );
}

/** The constructor reads ANTHROPIC_* (custom headers among them) synchronously; they are put back before anything else can run. */
function withoutSdkEnvironment<T>(make: () => T): T {
  const hidden = Object.entries(process.env).filter(([name]) => name.startsWith("ANTHROPIC_"));
  for (const [name] of hidden) delete process.env[name];
  try {
    return make();
  } finally {
    for (const [name, value] of hidden) process.env[name] = value;
  }
}
