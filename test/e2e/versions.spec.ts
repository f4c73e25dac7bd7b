import { emptyOrg } from "#shared/org/create.ts";
import { allDone, expect, test } from "#test/e2e/app.ts";
import { cell, openFile, show, undoName } from "#test/e2e/views.ts";

test("a version is kept, renamed, compared, restored with a snapshot first, undone, deleted and taken back", async ({ open }) => {
  const page = await open();
  await show(page, "Versions");
  await page.getByLabel("Keep the present design as").fill("First try");
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  const list = page.getByRole("list", { name: "Versions" });
  await expect(list.getByRole("button", { name: /^First try/ })).toContainText("3 agents, 2 handoffs");

  await show(page, "Table");
  await cell(page, 1, 3).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type(" Show your sums.");
  await page.keyboard.press("Enter");
  await page.getByRole("gridcell", { name: "Select Writer" }).focus();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("grid").locator("tbody tr")).toHaveCount(2);

  await show(page, "Versions");
  const more = async (version: string, act: string) => {
    await page.getByRole("button", { name: `More about ${version}` }).click();
    await page.getByRole("menuitem", { name: act }).click();
  };
  await more("First try", "What changed since");
  const words = page.getByTestId("diff-text");
  await expect(words).toContainText("1 agent removed, 1 changed; 1 handoff removed.");
  await expect(words.locator("ins")).toHaveText(/Show your sums\.$/);
  await expect(page.getByTestId("agent-− Writer")).toBeVisible();
  await expect(page.getByTestId("agent-~ Analyst")).toBeVisible();
  await page.getByRole("button", { name: "Swap the two designs" }).click();
  await expect(words).toContainText("1 agent added, 1 changed; 1 handoff added.");
  await expect(page.getByTestId("agent-+ Writer")).toBeVisible();

  await more("First try", "Rename");
  await expect(page.getByLabel("New name of First try")).toBeFocused();
  await page.keyboard.type("Before the cut");
  await page.keyboard.press("Enter");
  await list.getByRole("button", { name: /^Before the cut/ }).click();
  await expect(page.getByTestId("agent-Writer")).toBeVisible();
  await page.getByRole("button", { name: "Restore" }).click();
  await expect(list.getByRole("button", { name: /^Before restoring Before the cut/ })).toContainText("2 agents, 1 handoff");
  await expect(undoName(page)).toHaveAccessibleName("Undo: restore Before the cut");
  await show(page, "Canvas");
  await expect(page.getByTestId("agent-Writer")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("agent-Writer")).toHaveCount(0);
  await page.keyboard.press("Shift+Control+z");
  await expect(page.getByTestId("agent-Writer")).toBeVisible();

  await show(page, "Versions");
  await more("Before the cut", "Delete");
  await expect(list.getByRole("button", { name: /^Before the cut/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Take it back" }).click();
  await expect(list.getByRole("button", { name: /^Before the cut/ })).toBeVisible();
  await more("Before the cut", "Make a new org of it");
  await expect(page.getByRole("button", { name: "Org: Chain of three (variant: Before the cut)" })).toBeVisible();
});

test("an empty version takes the place of a full design only after a question, and what stood is kept", async ({ open }) => {
  const page = await open();
  await openFile(page, emptyOrg("Blank", "test"));
  await show(page, "Versions");
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  const list = page.getByRole("list", { name: "Versions" });
  await list.getByRole("button", { name: /^Version 1/ }).click();
  await show(page, "Table");
  for (const _ of [1, 2]) await page.getByRole("button", { name: "Add agent", exact: true }).click();
  await expect(page.getByRole("grid").locator("tbody tr")).toHaveCount(2);
  await show(page, "Versions");
  await list.getByRole("button", { name: /^Version 1/ }).click();
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave it" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(list.getByRole("button", { name: /^The present design/ })).toContainText("2 agents");
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("button", { name: "Restore the empty design" }).click();
  await expect(list.getByRole("button", { name: /^The present design/ })).toContainText("0 agents");
  await expect(list.getByRole("button", { name: /^Before restoring Version 1/ })).toContainText("2 agents");
});

test("the design that an experiment ran is opened read-only and compared with the present one", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await allDone(page, 90);
  await page.getByRole("navigation", { name: "Places" }).getByRole("button", { name: "Design" }).click();
  await show(page, "Table");
  await cell(page, 0, 1).focus();
  await page.keyboard.type("Boss");
  await page.keyboard.press("Enter");
  await show(page, "Versions");
  await page.getByRole("combobox", { name: "Design to compare with" }).click();
  await page.getByRole("option", { name: /^Chain of three in / }).click();
  await expect(page.getByTestId("diff-text")).toContainText("1 agent changed.");
  await expect(page.getByTestId("diff-text").locator("del")).toHaveText("Lead");
  await expect(page.getByTestId("diff-text").locator("ins")).toHaveText("Boss");
  await page.getByRole("button", { name: "Swap the two designs" }).click();
  await page.getByRole("combobox", { name: "Design to compare with" }).click();
  await page.getByRole("option", { name: "nothing" }).click();
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
  await page.getByRole("button", { name: "Make a new org of it" }).click();
  await expect(page.getByRole("button", { name: /^Org: Chain of three \(variant: as run in / })).toBeVisible();
});

test("an org of a family is seen and counted before it is made, and replaces nothing", async ({ open }) => {
  const page = await open();
  await show(page, "Generate");
  const figures = page.getByLabel("Figures");
  const nodes = page.locator(".react-flow__node");
  await expect(nodes).toHaveCount(7);
  await expect(figures).toContainText("Depth2 hops");
  await page.getByRole("radio", { name: /^Flat/ }).check();
  await page.getByRole("textbox", { name: "Agents" }).fill("5");
  await expect(nodes).toHaveCount(5);
  await expect(figures).toContainText("Handoffs20");
  await expect(figures).toContainText("Density1.00");
  await expect(page.getByRole("textbox", { name: "Seed" })).toBeDisabled();
  await page.getByRole("radio", { name: /^Random/ }).check();
  const drawing = () =>
    page.locator(".react-flow__edge").evaluateAll((edges) => edges.map((edge) => edge.getAttribute("data-id")).join(" "));
  await page.getByRole("textbox", { name: "Seed" }).fill("4");
  await expect(page.getByText("Random org of 5 (seed 4)")).toBeVisible();
  // Handoffs are drawn a moment after their agents.
  await expect.poll(drawing).not.toBe("");
  const first = await drawing();
  await page.getByRole("textbox", { name: "Seed" }).fill("9");
  await expect(page.getByText("Random org of 5 (seed 9)")).toBeVisible();
  expect(await drawing()).not.toBe(first);
  await page.getByRole("textbox", { name: "Seed" }).fill("4");
  await expect(page.getByText("Random org of 5 (seed 4)")).toBeVisible();
  await expect.poll(drawing).toBe(first);
  await page.getByRole("button", { name: "Make this org" }).click();
  await expect(page.getByRole("button", { name: "Org: Random org of 5 (seed 4)" })).toBeVisible();
  await expect(page.getByLabel("Problems")).toHaveCount(0);
  expect(await drawing()).toBe(first);
  await page.getByRole("button", { name: /^Org: / }).click();
  await page.getByRole("menuitem", { name: /^Chain of three/ }).click();
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
});
