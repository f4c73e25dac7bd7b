/** Servers that send a request on: over real sockets, with the real fetch. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { openConnection } from "#main/models/connection.ts";
import { SimulatedPopulation } from "#main/models/simulated/population.ts";
import { testPorts } from "#test/support/lab.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listen(answer: (headers: IncomingHttpHeaders) => { status: number; location?: string }): Promise<string> {
  const server = createServer((request, response) => {
    const { status, location } = answer(request.headers);
    response.writeHead(status, { connection: "close", ...(location === undefined ? {} : { location }) }).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each([301, 302, 307, 308])(
  "D a key goes to the named address alone: a %d is not followed, and where it points is said",
  async (status) => {
    const heard: IncomingHttpHeaders[] = [];
    const elsewhere = await listen((headers) => {
      heard.push(headers);
      return { status: 200 };
    });
    const named = await listen(() => ({ status, location: `${elsewhere}/v1/messages` }));
    const connection = openConnection(
      { kind: "compatible", baseUrl: named, takesTemperature: true },
      { secrets: { anthropicKey: () => null, serverKey: () => "its-own-key" }, simulated: new SimulatedPopulation(), ports: testPorts() },
    );
    const result = await connection.call(
      { model: "m", max_tokens: 10, system: [], messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }], tools: [] },
      {
        identity: { cell: "arm/t1/1", agent: "a", turn: 1, call: 1, draw: 0 },
        signal: new AbortController().signal,
        onRetry: () => {
          throw new Error("tried again");
        },
      },
    );
    expect(result).toMatchObject({
      ok: false,
      failure: {
        code: "bad-request",
        message: expect.stringContaining(`${status}: the server sends requests on to ${elsewhere}, which is not followed`),
      },
    });
    expect(heard).toEqual([]);
  },
);
