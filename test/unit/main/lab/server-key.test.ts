/** Proves that in the app a server's key stays with the first origin that it was sent to, a test of the connection included (D). */
import { expect, it } from "vitest";
import { NODE_PORTS } from "#main/hosts/node-ports.ts";
import { Lab } from "#main/lab/lab.ts";
import { testConnection } from "#main/lab/use/test-connection.ts";
import { memoryStore } from "#test/support/lab.ts";

it("D a test of the connection binds the key: the next address gets none and is told why", async () => {
  const asked: { url: string; key: string | null }[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const headers = new Headers(init?.headers);
    asked.push({ url: new URL(String(url)).origin, key: headers.get("x-api-key") ?? headers.get("authorization") });
    return Response.json({ type: "error", error: { type: "authentication_error", message: "no entry" } }, { status: 401 });
  };
  const lab = new Lab({
    store: memoryStore(),
    host: "test",
    appVersion: "test",
    folder: null,
    ports: NODE_PORTS,
    anthropicKey: null,
    serverKey: "own-key",
    newId: () => "new1",
    runnerParts: { fetch },
  });
  const at = (baseUrl: string) => testConnection(lab, { kind: "compatible", baseUrl, takesTemperature: true }, "m", undefined);
  const first = await at("http://127.0.0.1:1");
  const second = await at("http://127.0.0.1:2");
  expect(asked.map((each) => each.key?.includes("own-key") ?? false)).toEqual([true, false]);
  expect(first.message).not.toContain("went to");
  expect(second.message).toContain("went to http://127.0.0.1:1 first");
  await lab.close();
});
