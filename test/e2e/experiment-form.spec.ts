import { expect, test } from "#test/e2e/app.ts";

test("a field that holds no number says so, keeps the start shut, and what stood there comes back", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  const start = page.getByRole("button", { name: "Start", exact: true });
  const repeats = page.getByRole("textbox", { name: "Repeats" });
  await expect(start).toBeEnabled();
  for (const typed of ["", "99999", "1e3"]) {
    await repeats.fill(typed);
    await expect(repeats).toHaveAccessibleDescription("A whole number from 1 to 10,000.");
    await expect(page.getByRole("region", { name: "Before it can start" })).toContainText("Repeats: a whole number from 1 to 10,000.");
    await expect(start).toBeDisabled();
    await repeats.blur();
    await expect(repeats).toHaveValue("5");
    await expect(start).toBeEnabled();
  }
  await expect(page.getByTestId("forecast")).toContainText("90 cells");
});

test("why it cannot start stands above the start, with a link to the field", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await page.getByText("Own server", { exact: true }).click();
  const before = page.getByRole("region", { name: "Before it can start" });
  await expect(before).toContainText("Name a model on your server.");
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeDisabled();
  await before.getByRole("button", { name: "Go to it" }).click();
  await expect(page.getByRole("textbox", { name: "Model" })).toBeFocused();
  await page.getByText("Anthropic", { exact: true }).click();
  await before.getByRole("button", { name: "Go to the key" }).click();
  await expect(page.getByLabel("API key")).toBeFocused();
});

test("a cap below the least is worth knowing, and keeps nothing from starting", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await page.getByRole("textbox", { name: "Hard cap on output tokens" }).fill("10");
  await expect(page.getByRole("region", { name: "Worth knowing" })).toContainText("The cap of 10 output tokens is below the least");
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeEnabled();
});

test("the server that Settings name is offered in the form, unless another was typed there", async ({ open }) => {
  const page = await open();
  const model = page.getByRole("textbox", { name: "Model" });
  await page.getByRole("button", { name: "Settings" }).click();
  await model.fill("qwen3");
  await page.getByRole("button", { name: "Design", exact: true }).click();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await page.getByText("Own server", { exact: true }).click();
  await expect(model).toHaveValue("qwen3");
  await model.fill("mine");
  await page.getByRole("button", { name: "Settings" }).click();
  await model.fill("llama");
  await page.getByRole("button", { name: "Experiment", exact: true }).click();
  await expect(model).toHaveValue("mine");
});
