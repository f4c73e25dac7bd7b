/** Owns trying a connection with one small call. */
import type { ConnectionSpec } from "#shared/run/connection.ts";
import type { Lab } from "#main/lab/lab.ts";
import { openConnection } from "#main/models/connection.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";

/** Asks for a few tokens, once, and says in a sentence how it went. */
export async function testConnection(
  lab: Lab,
  spec: ConnectionSpec,
  model: string,
  signal: AbortSignal | undefined,
): Promise<{ ok: boolean; message: string }> {
  const { ports, runnerParts } = lab.options;
  const connection = openConnection(spec, {
    secrets: lab.secrets,
    simulated: new SimulatedPopulation(),
    ports,
    retry: { attempts: 1, baseMs: 0, mostMs: 0, mostRetryAfterMs: 0 },
    ...(runnerParts?.fetch ? { fetch: runnerParts.fetch } : {}),
  });
  const result = await connection.call(
    {
      model,
      max_tokens: 16,
      system: [],
      messages: [{ role: "user", content: [{ type: "text", text: "Answer with one word." }] }],
      tools: [],
    },
    {
      identity: { cell: "test", agent: "test", turn: 1, call: 1, draw: 0 },
      signal: signal ?? new AbortController().signal,
      onRetry: () => undefined,
    },
  );
  if (!result.ok) return { ok: false, message: `It did not answer: ${result.failure.message}` };
  return { ok: true, message: `It answered as ${result.answer.servedModel}.` };
}
