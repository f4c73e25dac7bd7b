import { contractSuite } from "#test/contract/contract-suite.ts";
import { connectTo, startHost } from "#test/contract/web-socket.ts";

contractSuite("a WebSocket", async (lab) => {
  const host = await startHost(lab);
  const line = await connectTo(host);
  return {
    ...line,
    async close() {
      await line.close();
      await host.close();
      // Expected failures are no bugs, and only bugs are logged.
      if (host.logged.length > 0) throw new Error(host.logged.join("\n"));
    },
  };
});
