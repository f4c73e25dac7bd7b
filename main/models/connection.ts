/** Owns the three connections behind one code path: the Anthropic API, any compatible server, the simulated population. */
import { identityText, type ModelRequest } from "#shared/run/messages.ts";
import type { ConnectionSpec } from "#shared/run/connection.ts";
import { makeClient } from "#main/models/client.ts";
import type { Pace } from "#main/models/pace.ts";
import { type CallParts, callWithRetry, DEFAULT_RETRY, type RetriedResult, type RetryPolicy, type RetryPorts } from "#main/models/retry.ts";
import { IDENTITY_HEADER, NOW_HEADER, type SimulatedPopulation } from "#main/models/simulated/population.ts";

export const ANTHROPIC_URL = "https://api.anthropic.com";
/** Never looked up: the simulated population answers underneath the SDK. */
const SIMULATED_URL = "http://simulated.invalid";

/** What a header can carry: anything else fails before it is sent, however often it is tried. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const BAD_KEY = "the API key holds a character that no request can carry: copy it again, without line breaks, quotes or blanks around it";

export interface Secrets {
  /** The Anthropic key, or null. Read at each call, so that a key typed in later counts. */
  anthropicKey(): string | null;
  /** The key of a compatible server, or null. Never the Anthropic key. */
  serverKey(baseUrl: string): string | null;
  /** The origin that has the server's key instead of this address; null where that is not why it got none. */
  keyBelongsTo?(baseUrl: string): string | null;
}

export interface ConnectionParts {
  secrets: Secrets;
  simulated: SimulatedPopulation;
  ports: RetryPorts;
  retry?: RetryPolicy;
  /** How many requests go out at a time; shared by all who use the connection. The simulated population has no use for one. */
  pace?: Pace;
  /** Replaces the network; tests only. */
  fetch?: typeof fetch;
}

export interface Connection {
  call(request: ModelRequest, parts: CallParts): Promise<RetriedResult>;
}

/** Opens a connection; keys are asked for at each call and kept nowhere. */
export function openConnection(
  spec: ConnectionSpec,
  { secrets, simulated, ports, retry = DEFAULT_RETRY, pace, fetch }: ConnectionParts,
): Connection {
  if (spec.kind === "simulated") {
    const client = makeClient({ baseUrl: SIMULATED_URL, apiKey: null, fetch: simulated.fetch });
    return {
      call: (request, parts) => callWithRetry(client, request, { ...parts, headers: simulatedHeaders(parts) }, retry, ports),
    };
  }
  const clientFor = memoLast((apiKey: string | null) =>
    makeClient({ baseUrl: spec.kind === "anthropic" ? ANTHROPIC_URL : spec.baseUrl, apiKey, ...(fetch ? { fetch } : {}) }),
  );
  return {
    async call(request, parts) {
      const apiKey = spec.kind === "anthropic" ? secrets.anthropicKey() : secrets.serverKey(spec.baseUrl);
      if (spec.kind === "anthropic" && apiKey === null)
        return {
          ok: false,
          attempts: 0,
          lostTokens: 0,
          failure: { code: "no-key", message: "no Anthropic API key: set ANTHROPIC_API_KEY or type one in under Settings" },
        };
      if (apiKey !== null && !HEADER_VALUE.test(apiKey))
        return { ok: false, attempts: 0, lostTokens: 0, failure: { code: "auth", message: BAD_KEY } };
      const result = await callWithRetry(clientFor(apiKey), request, { ...parts, apiKey }, retry, ports, pace);
      const owner = spec.kind === "compatible" ? (secrets.keyBelongsTo?.(spec.baseUrl) ?? null) : null;
      if (result.ok || result.failure.code !== "auth" || owner === null) return result;
      const why = `no key was sent: that of --key-env went to ${owner} first and goes nowhere else until Driftlab is started again`;
      return { ...result, failure: { ...result.failure, message: `${result.failure.message} (${why})` } };
    },
  };
}

/** What the population alone is told: who asks, and what time it is there. */
function simulatedHeaders({ identity, nowMs }: CallParts): Record<string, string> {
  return { [IDENTITY_HEADER]: identityText(identity), ...(nowMs === undefined ? {} : { [NOW_HEADER]: String(nowMs) }) };
}

/** Keeps the last result, so that one client (and its connections) serves until the key changes. */
function memoLast<T>(make: (key: string | null) => T): (key: string | null) => T {
  let last: { key: string | null; value: T } | undefined;
  return (key) => {
    if (last?.key !== key || last === undefined) last = { key, value: make(key) };
    return last.value;
  };
}
