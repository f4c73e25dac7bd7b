import { AxeBuilder } from "@axe-core/playwright";
import { allDone, expect, test } from "#test/e2e/app.ts";

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

test("the licences of everything that is built in come along", async ({ open }) => {
  const page = await open();
  const answer = await page.request.get(new URL("licenses.md", page.url()).href);
  const text = await answer.text();
  for (const name of ["react", "@xyflow/react", "elkjs", "zod"]) expect(text).toContain(`## ${name} - `);
});

test("contrast and the size of text are chosen, kept, and leave the canvas alone", async ({ open }) => {
  const page = await open();
  const canvas = page.locator(".react-flow__viewport");
  const before = await canvas.evaluate((element) => getComputedStyle(element).transform);
  const heightOf = async () => (await page.getByRole("button", { name: "Run an experiment" }).boundingBox())?.height ?? 0;
  const height = await heightOf();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByText("150 %", { exact: true }).click();
  await page.getByText("High", { exact: true }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-contrast", "high");
  await page.getByRole("button", { name: "Design" }).click();
  await expect(page.getByRole("button", { name: "Run an experiment" })).toBeVisible();
  expect(await heightOf()).toBeCloseTo(height * 1.5, 0);
  // The fitted view differs with the room that is left; its scale is the canvas's own.
  expect(before).toContain("matrix");
  const zoom = await page.locator(".react-flow").evaluate((element) => getComputedStyle(element).zoom);
  expect(zoom).toBe("1");
});

const LOOKS = [
  { scheme: "light", contrast: "no-preference" },
  { scheme: "dark", contrast: "no-preference" },
  { scheme: "light", contrast: "more" },
  { scheme: "dark", contrast: "more" },
] as const;

test("every place passes the accessibility rules in light, dark and high contrast", async ({ open }) => {
  const page = await open();
  await page.emulateMedia({ reducedMotion: "reduce" });
  // With something to see in each: an experiment that has run, an edge that is open.
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await page.getByRole("textbox", { name: "Repeats" }).fill("2");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await allDone(page, 36);
  await page.getByRole("button", { name: "See the drift" }).click();
  await page.locator(".edge-label").first().click();
  await expect(page.getByTestId("message-text")).toBeVisible();
  const found: string[] = [];
  for (const { scheme, contrast } of LOOKS) {
    await page.emulateMedia({ colorScheme: scheme, contrast, reducedMotion: "reduce" });
    for (const place of ["Drift", "Design", "Experiment", "Settings"]) {
      await page.getByRole("navigation", { name: "Places" }).getByRole("button", { name: place }).click();
      await page.waitForTimeout(200);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
      for (const each of violations)
        found.push(`${scheme} ${contrast} ${place}: ${each.id} ${each.nodes[0]?.target.join(" ")} ${each.nodes[0]?.failureSummary}`);
    }
  }
  expect(found).toEqual([]);
});
