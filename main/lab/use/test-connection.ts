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
  if (!result.ok) return { ok: false, message: `It did not answer: ${result.failure.message}${nextStep(result.failure.message, spec)}` };
  return { ok: true, message: `It answered as ${result.answer.servedModel}.` };
}

/** Names of programs by the port at which they listen unless told otherwise. */
const PROGRAMS: Record<string, string> = { "11434": "Ollama", "1234": "LM Studio", "8080": "llama.cpp", "4000": "LiteLLM" };

/** What to do where nobody listens; where somebody answered, the answer says what is wrong. */
function nextStep(message: string, spec: ConnectionSpec): string {
  if (!/\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_\w+)\b/.test(message)) return "";
  if (spec.kind !== "compatible") return ". Is this machine online?";
  if (/\b(ENOTFOUND|EAI_AGAIN)\b/.test(message)) return ". No machine of that name is known here: correct the address.";
  const program = PROGRAMS[new URL(spec.baseUrl).port] ?? "the server";
  return `. Is ${program} running there? Start it, or change the address.`;
}
