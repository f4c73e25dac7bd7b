import { MessageChannel } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import { RPCHandler } from "@orpc/server/message-port";
import { makeRouter } from "#main/lab/router.ts";
import { contractSuite } from "#test/contract/contract-suite.ts";

contractSuite("a MessagePort", async (lab) => {
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(makeRouter(lab)).upgrade(port1);
  const client = createORPCClient(new RPCLink({ port: port2 }));
  port1.start();
  port2.start();
  return { client: client as never, cut: () => port2.close(), close: async () => port2.close() };
});
