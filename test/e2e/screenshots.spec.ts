/** Makes a picture of every place and state, light and dark, to be looked at; the README's pictures are two of them. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { allDone, expect, test } from "#test/e2e/app.ts";

const FOLDER = "test-results/screens";
/** `npm run pictures` sets it: those of the README are copied there. */
const PICTURES = process.env.DRIFTLAB_PICTURES;
const IN_README = ["design-light", "drift-edge-light", "drift-edge-dark"];

async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}.png`);
  await page.waitForTimeout(350);
  await page.screenshot({ path });
  if (PICTURES && IN_README.includes(name)) {
    mkdirSync(PICTURES, { recursive: true });
    copyFileSync(path, join(PICTURES, `${name}.png`));
  }
}

async function slide(page: Page, name: string, to: number, step = 0.01): Promise<void> {
  const thumb = page.getByRole("slider", { name });
  await thumb.focus();
  await page.keyboard.press("Home");
  for (let at = 0; at < Math.round(to / step); at += 1) await page.keyboard.press("ArrowRight");
}

for (const scheme of ["light", "dark"] as const)
  test(`pictures in ${scheme}`, async ({ open }) => {
    const page = await open();
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const go = (place: string) => page.getByRole("navigation", { name: "Places" }).getByRole("button", { name: place }).click();

    await go("Drift");
    await shoot(page, `drift-empty-${scheme}`);
    await go("Experiment");
    await shoot(page, `experiment-empty-${scheme}`);
    await go("Design");
    await page.getByRole("button", { name: "A preset…" }).click();
    await shoot(page, `design-presets-${scheme}`);
    await page.getByRole("menuitem", { name: "Hub of five" }).click();
    await expect(page.getByTestId("agent-Coordinator")).toBeVisible();
    await page.getByTestId("agent-Coordinator").click();
    await shoot(page, `design-${scheme}`);
    await page.getByRole("checkbox", { name: "delivers" }).uncheck();
    await page.getByRole("checkbox", { name: "receives the brief" }).uncheck();
    await shoot(page, `design-problems-${scheme}`);
    await page.getByRole("checkbox", { name: "delivers" }).check();
    await page.getByRole("checkbox", { name: "receives the brief" }).check();

    await page.getByRole("button", { name: "Run an experiment" }).click();
    await page.getByRole("button", { name: "Change the population’s odds" }).click();
    await slide(page, "Kept", 0.72);
    await slide(page, "Weakened", 0.12);
    await slide(page, "Contradicted", 0.04);
    await slide(page, "Spread between tasks", 0.8, 0.1);
    await shoot(page, `experiment-new-${scheme}`);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await expect(page.getByTestId("progress")).toBeVisible();
    await shoot(page, `experiment-running-${scheme}`);
    await allDone(page, 90);
    await shoot(page, `experiment-done-${scheme}`);
    await page.getByRole("button", { name: "See the drift" }).click();
    await expect(page.locator(".edge-label").first()).toBeVisible();
    await shoot(page, `drift-${scheme}`);
    await page.locator(".edge-label").first().click();
    await expect(page.getByTestId("message-text")).toBeVisible();
    await shoot(page, `drift-edge-${scheme}`);
    await page.getByText("Table", { exact: true }).click();
    await shoot(page, `drift-table-${scheme}`);
    await go("Settings");
    await shoot(page, `settings-${scheme}`);
  });
