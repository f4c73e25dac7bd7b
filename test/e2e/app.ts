/** Owns the fixture of the end-to-end tests: a page on a fresh app, and no error in the console. */
import { test as base, expect, type Page } from "@playwright/test";
import { type RunningApp, startApp } from "#test/support/app-server.ts";

export const test = base.extend<{ app: RunningApp; open: (path?: string) => Promise<Page> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from the pattern
  app: async ({}, use) => {
    const app = await startApp();
    await use(app);
    await app.stop();
  },
  open: async ({ app, page }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await use(async () => {
      await page.goto(app.url);
      await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible();
      await expect(page.getByText("Opening…")).toHaveCount(0);
      return page;
    });
    expect(errors).toEqual([]);
  },
});

export { expect };

/** The middle of something on the page. */
export async function middleOf(page: Page, testId: string): Promise<{ x: number; y: number }> {
  const box = await page.getByTestId(testId).boundingBox();
  if (!box) throw new Error(`${testId} is not on the page`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Pulls a wire from one agent's right edge onto another. */
export async function wire(page: Page, from: string, to: string): Promise<void> {
  await page.getByTestId(`agent-${from}`).hover();
  const handle = page.getByTestId(`agent-${from}`).locator(".react-flow__handle.source");
  const box = await handle.boundingBox();
  if (!box) throw new Error(`${from} has no handle`);
  const target = await middleOf(page, `agent-${to}`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(target.x - 40, target.y, { steps: 8 });
  await page.mouse.move(target.x, target.y, { steps: 4 });
  await page.mouse.up();
}

/** Drags a role from the palette to a place on the canvas. */
export async function dragRole(page: Page, role: RegExp, to: { x: number; y: number }): Promise<void> {
  const box = await page.getByLabel("Palette").getByRole("button", { name: role }).boundingBox();
  if (!box) throw new Error("no such role");
  await page.mouse.move(box.x + 20, box.y + 15);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 10 });
  await page.mouse.up();
}

/** Waits until all cells of the open experiment are done: as long as a busy machine may need. */
export async function allDone(page: Page, cells: number): Promise<void> {
  await expect(page.getByTestId("progress")).toHaveText(`${cells} of ${cells} cells done`, { timeout: 150_000 });
}
