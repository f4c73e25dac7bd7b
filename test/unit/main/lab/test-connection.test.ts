import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { testConnection } from "#main/lab/use/test-connection.ts";
import { makeLab } from "#test/contract/given.ts";

const tried = (baseUrl: string) =>
  testConnection(makeLab(), { kind: "compatible", baseUrl, takesTemperature: true }, "some-model", undefined);

/** An address at which nobody listens any more. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

it("says what to do where nobody listens", async () => {
  const { ok, message } = await tried(await deadAddress());
  expect(ok).toBe(false);
  expect(message).toMatch(/ECONNREFUSED\)\. Is the server running there\? Start it, or change the address\.$/);
});
