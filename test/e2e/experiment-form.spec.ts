import { readFileSync } from "node:fs";
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

test("drift is planted on one handoff from the form, taken out as a file and brought in again", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await page.getByRole("button", { name: "Change the population’s odds" }).click();
  const kept = page.getByRole("textbox", { name: "Kept, percent", exact: true });
  await expect(kept).toBeInViewport();
  await kept.fill("100");
  await expect(page.getByRole("textbox", { name: "Weakened, percent", exact: true })).toHaveValue("0 %");
  await kept.fill("90");
  await expect(page.getByRole("textbox", { name: "Weakened, percent", exact: true })).toHaveValue("5 %");
  await page.getByRole("button", { name: "One handoff or role behaves differently…" }).click();
  await page.getByRole("menuitem", { name: "Lead → Analyst" }).click();
  const own = page.getByRole("group", { name: "Odds: Lead → Analyst" });
  await own.getByRole("textbox", { name: "Lead → Analyst: kept, percent" }).fill("20");
  await expect(own).toContainText("What is left over, 75 %, is dropped.");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export it" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("driftlab.population.json");
  const text = readFileSync(await file.path(), "utf8");
  await page.getByRole("button", { name: "No odds of its own: Lead → Analyst" }).click();
  await expect(own).toHaveCount(0);

  const bringIn = async (name: string, content: string) => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Import a population…" }).click();
    await (await chooser).setFiles({ name, mimeType: "application/json", buffer: Buffer.from(content) });
  };
  await bringIn("mine.population.json", text);
  await expect(own.getByRole("textbox", { name: "Lead → Analyst: kept, percent" })).toHaveValue("20 %");
  await bringIn("bad.json", '{"format":"driftlab.population","version":1,"silence":3}');
  await expect(page.getByRole("alert", { name: "The file did not come in" })).toContainText("silence");
  await bringIn("other.json", '{"format":"driftlab.population","version":1,"edges":{"gone":{"keep":0.5}}}');
  await expect(page.getByRole("region", { name: "Worth knowing" })).toContainText(`the handoff "gone"`);
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

test("each task opens to its brief, asks and constraints before anything runs, and a twin says so first", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  const tasks = page.getByRole("region", { name: "What will run" }).getByRole("region", { name: "Tasks" });
  await expect(tasks.locator("summary")).toHaveCount(9);
  await tasks.getByText("Spring campaign for instalment loans").click();
  for (const title of ["Brief", /^Asks/, /^Constraints/]) await expect(tasks.getByRole("heading", { name: title })).toBeVisible();
  await page.getByRole("combobox", { name: "Tasks", exact: true }).click();
  await page
    .getByRole("option", { name: /^\(calm twin\)/ })
    .first()
    .click();
  await expect(tasks.locator("summary")).toHaveText([/^\(calm twin\)/]);
});

test("a suite file that is wrong says which field of which task, and stays said", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  const text = "format: driftlab.suite\nversion: 1\nid: m\nname: M\ntasks:\n  - id: a\n    title: Spring\n    brief: 5\n";
  await (await chooser).setFiles({ name: "mine.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });
  const alert = page.getByRole("alert", { name: "The file did not come in" });
  await expect(alert).toContainText('"brief" of the task “Spring” is wrong');
  await expect(alert).toContainText("(line 8)");
  await alert.getByRole("button", { name: "Close" }).click();
  await expect(alert).toHaveCount(0);
});
