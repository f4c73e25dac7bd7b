/** Owns a connection over a network that writes down what was asked of it, and one request to send through it. */
import type { ModelRequest } from "#shared/run/messages.ts";
import { openConnection, type Secrets } from "#main/models/connection.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { streamResponse } from "#main/models/simulated/wire.ts";
import { testPorts } from "#test/support/lab.ts";

export const REQUEST: ModelRequest = {
  model: "some-model",
  max_tokens: 100,
  system: [{ type: "text", text: "Be brief." }],
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  tools: [],
};
export const PARTS = {
  identity: { cell: "arm/t1/1", agent: "a", turn: 1, call: 1, draw: 0 },
  signal: new AbortController().signal,
  onRetry: () => undefined,
};
export const NO_KEYS: Secrets = { anthropicKey: () => null, serverKey: () => null };

/** A compatible server somewhere; nothing is ever sent there. */
export const COMPATIBLE = { kind: "compatible", baseUrl: "http://127.0.0.1:1", takesTemperature: true } as const;

/** A network that writes down what was asked of it and answers like the API. */
export function recorder(
  answer: () => Response = () =>
    streamResponse(
      {
        id: "msg_1",
        model: "served-model",
        blocks: [{ type: "text", text: "Hi." }],
        stopReason: "end_turn",
        inputTokens: 3,
        maxTokens: 100,
      },
      null,
    ),
) {
  const asked: { url: string; headers: Headers; body: Record<string, unknown> }[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    asked.push({
      url: String(url instanceof Request ? url.url : url),
      headers: new Headers(init?.headers),
      body: JSON.parse(String(init?.body)),
    });
    return answer();
  };
  return { asked, fetch };
}

export const open = (spec: Parameters<typeof openConnection>[0], fetch: typeof globalThis.fetch, secrets: Secrets = NO_KEYS) =>
  openConnection(spec, { secrets, simulated: new SimulatedPopulation(), ports: testPorts(), fetch });
