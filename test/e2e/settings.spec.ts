import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "#test/e2e/app.ts";

test("a typed key is used and never comes back", async ({ open }) => {
  const page = await open();
  const seen: string[] = [];
  page.on("websocket", (socket) => socket.on("framereceived", (frame) => seen.push(String(frame.payload))));
  await page.reload();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("API key").fill("sk-ant-secret-key");
  await page.getByRole("button", { name: "Use it" }).click();
  await expect(page.getByText("The key you typed is used until Driftlab ends.")).toBeVisible();
  expect(seen.join("\n")).not.toContain("sk-ant-secret-key");
  await expect(page.getByText(/Version prompts\//)).toBeVisible();
  await page.getByRole("button", { name: "Forget it" }).click();
  await expect(page.getByText("No key yet.")).toBeVisible();
});

test("without the token there is nothing to see", async ({ app, browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const answer = await page.goto(new URL("/", app.url).href);
  expect(answer?.status()).toBe(403);
  await context.close();
});

for (const scheme of ["light", "dark"] as const)
  test(`every place passes the accessibility rules in ${scheme}`, async ({ open }) => {
    const page = await open();
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    // With something to see in each: an experiment that has run, an edge that is open.
    await page.getByRole("button", { name: "Run an experiment" }).click();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await expect(page.getByTestId("progress")).toHaveText("90 of 90 cells done", { timeout: 45_000 });
    await page.getByRole("button", { name: "See the drift" }).click();
    await page.locator(".edge-label").first().click();
    await expect(page.getByTestId("message-text")).toBeVisible();
    const found: string[] = [];
    for (const place of ["Drift", "Design", "Experiment", "Settings"]) {
      await page.getByRole("navigation", { name: "Places" }).getByRole("button", { name: place }).click();
      await page.waitForTimeout(300);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
      for (const each of violations) found.push(`${place}: ${each.id} ${each.nodes[0]?.target.join(" ")} ${each.nodes[0]?.failureSummary}`);
    }
    expect(found).toEqual([]);
  });
