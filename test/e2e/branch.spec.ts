import { AxeBuilder } from "@axe-core/playwright";
import { allDone, expect, test } from "#test/e2e/app.ts";

test("a message is repaired and the rest run again; then the edge is studied", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await page.getByRole("textbox", { name: "Repeats" }).fill("2");
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("forecast")).toBeVisible();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await allDone(page, 36);
  await page.getByRole("button", { name: "See the drift" }).click();
  await page.locator(".edge-label").first().click();

  // The message that lost most: what it would say repaired, and the run beside its branches.
  const whatIf = page.getByRole("region", { name: "What if" });
  await expect(whatIf.locator(".msg")).toBeVisible();
  await whatIf.getByRole("button", { name: "Run the rest again" }).click();
  await expect(page.getByTestId("branches").locator("tbody tr")).toHaveCount(4);
  await expect(page.getByTestId("branches")).not.toContainText("not finished");
  await expect(page.getByTestId("branches")).toContainText("repaired 3");
  await whatIf.getByText("Dropped", { exact: true }).click();
  await whatIf.getByRole("textbox", { name: "Runs of the rest" }).fill("1");
  await whatIf.getByRole("button", { name: "Run the rest again" }).click();
  await expect(page.getByTestId("branches")).toContainText("dropped 1");
  await whatIf.getByText("Edited", { exact: true }).click();
  await whatIf.getByRole("textbox", { name: "The message in its place" }).fill(" ");
  await expect(whatIf.getByRole("button", { name: "Run the rest again" })).toBeDisabled();

  const effect = page.getByRole("region", { name: "Effect of repairing this edge" });
  await effect.getByRole("textbox", { name: "Handoffs a task" }).fill("1");
  await effect.getByRole("textbox", { name: "Runs of each side" }).fill("1");
  await effect.getByRole("button", { name: "Study", exact: true }).click();
  await expect(page.getByTestId("edge-effect")).toContainText(/(\d+) of \1 runs done/);
  await expect(page.getByTestId("edge-effect")).toContainText("Alignment");
  await expect(page.getByTestId("edge-effect")).toContainText("simulated");
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(found.violations.map((each) => [each.id, each.nodes.map((node) => node.html)])).toEqual([]);

  // It is still there after a reload, and a run that was branched is what it was.
  await page.reload();
  await page.locator(".edge-label").first().click();
  await expect(page.getByTestId("edge-effect")).toContainText("Alignment");
});
