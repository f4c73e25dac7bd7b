/** Configures unit, property, contract and integration tests; end-to-end tests are Playwright's. */
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const shared = { testTimeout: 60_000, hookTimeout: 60_000, pool: "forks" as const };

export default defineConfig({
  test: {
    // Much of it waits for processes and sockets: two files at a time also where there are two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...shared,
          name: "units",
          include: ["test/{unit,property,contract}/**/*.test.{ts,tsx}"],
          // Nothing is kept in a module but caches of pure functions, so files can share a process: half the time.
          isolate: false,
        },
      },
      // These start processes, plant environments and stand in for Electron.
      { test: { ...shared, name: "integration", include: ["test/integration/**/*.test.ts"] } },
    ],
  },
});
