/** Configures end-to-end tests: a real Chromium, headless. The tests start their own servers. */
import { defineConfig } from "@playwright/test";
import { browserPath } from "./test/support/browser.mjs";

const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "test/e2e",
  outputDir: "test-results/e2e",
  timeout: 300_000,
  workers: 2,
  retries: 0,
  // A slow machine is no failure; nothing here is about speed.
  expect: { timeout: 60_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"], ["json", { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? "test-results/e2e.json" }]],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: await browserPath(),
      // On a closed network a Chromium that phones home is refused many times a second.
      args: [
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
