import { createRouterClient } from "@orpc/server";
import { makeRouter } from "#main/lab/router.ts";
import { contractSuite } from "#test/contract/contract-suite.ts";

contractSuite("nothing but memory", async (lab) => ({
  client: createRouterClient(makeRouter(lab)),
  cut: null,
  close: async () => undefined,
}));
