import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "#test/e2e/app.ts";
import { cell, crowd, names, openFile, show, undoName } from "#test/e2e/views.ts";

test("the table is worked by keys alone, and the canvas follows", async ({ open }) => {
  const page = await open();
  await show(page, "Table");
  await expect(names(page)).toHaveText(["Lead", "Analyst", "Writer"]);
  await page.getByLabel("Filter rows").focus();
  // Typing replaces, Enter goes on below, Escape leaves as it was.
  await cell(page, 0, 1).focus();
  await page.keyboard.type("Boss");
  await page.keyboard.press("Enter");
  await expect(cell(page, 1, 1)).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type(" of sums");
  await page.keyboard.press("Escape");
  await expect(cell(page, 1, 1)).toBeFocused();
  await expect(names(page)).toHaveText(["Boss", "Analyst", "Writer"]);
  await expect(undoName(page)).toHaveAccessibleName("Undo: change name of Lead");
  // Tab goes on to the right; Enter edits what is there.
  await page.keyboard.press("F2");
  await page.keyboard.type("!");
  await page.keyboard.press("Tab");
  await expect(cell(page, 1, 2)).toBeFocused();
  await expect(names(page)).toHaveText(["Boss", "Analyst!", "Writer"]);
  // A tick by Space, a choice by its first letter, a text emptied by Delete.
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Delete");
  await expect(cell(page, 1, 3)).toHaveText("");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect(cell(page, 1, 4)).toContainText("yes");
  await page.keyboard.press("End");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  await expect(cell(page, 1, 9)).toHaveText("xhigh");
  // A name of nothing is refused and said.
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Delete");
  await expect(page.getByText("An agent needs a name")).toBeVisible();
  await expect(cell(page, 0, 1)).toHaveText("Boss");
  await show(page, "Canvas");
  await expect(page.getByTestId("agent-Boss")).toBeVisible();
  await expect(page.getByTestId("agent-Analyst!").getByText("brief", { exact: true })).toBeVisible();
});

test("rows are sorted, filtered, added and removed; what is selected is selected on the canvas too", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Writer").click();
  await show(page, "Table");
  await expect(page.getByRole("row", { selected: true })).toHaveCount(1);
  await expect(page.getByRole("row", { selected: true })).toContainText("Writer");
  const head = page.getByRole("columnheader", { name: "Name" });
  await head.click();
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  await expect(names(page)).toHaveText(["Analyst", "Lead", "Writer"]);
  await head.press("Enter");
  await expect(names(page)).toHaveText(["Writer", "Lead", "Analyst"]);
  await page.getByLabel("Filter rows").fill("no such words");
  await expect(page.getByText("Nothing matches the filter.")).toBeVisible();
  await page.getByLabel("Filter rows").fill("");
  await page.getByRole("button", { name: "Add agent", exact: true }).click();
  await expect(page.getByRole("gridcell", { name: "Agent", exact: true })).toBeFocused();
  await page.keyboard.type("Scout");
  await page.keyboard.press("Enter");
  await expect(names(page)).toHaveText(["Writer", "Scout", "Lead", "Analyst"]);
  await expect(page.getByRole("row", { selected: true })).toContainText("Scout");
  await page.getByRole("gridcell", { name: "Select Lead" }).click();
  await page.getByRole("gridcell", { name: "Select Writer" }).press("Space");
  await page.getByRole("gridcell", { name: "Select Writer" }).press("Space");
  await show(page, "Canvas");
  await expect(page.getByText("2 agents, 0 handoffs selected")).toBeVisible();
  await show(page, "Table");
  await page.getByRole("button", { name: "Remove 2" }).click();
  await expect(names(page)).toHaveText(["Analyst", "Writer"]);
  await expect(page.getByRole("grid").locator(":focus")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(names(page)).toHaveText(["Lead", "Analyst", "Writer", "Scout"]);

  await page.getByText("Handoffs (2)").click();
  await page.getByRole("combobox", { name: "From", exact: true }).click();
  await page.getByRole("option", { name: "Writer" }).click();
  await page.getByRole("combobox", { name: "To", exact: true }).click();
  await page.getByRole("option", { name: "Lead" }).click();
  await page.getByRole("button", { name: "Add handoff" }).click();
  await expect(page.getByRole("grid", { name: "Handoffs" }).locator("tbody tr")).toHaveCount(3);
  // Led to somebody to whom there is one already: refused, and the field stays open until one gives up.
  await cell(page, 0, 2).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("To of Lead → Analyst").selectOption({ label: "Lead" });
  await page.keyboard.press("Enter");
  await expect(page.getByText("Lead cannot hand off to itself.")).toBeVisible();
  await page.keyboard.press("Escape");
  await cell(page, 0, 3).focus();
  await page.keyboard.type("v");
  await page.keyboard.press("Enter");
  await expect(cell(page, 0, 3)).toHaveText("verbatim");
  await expect(undoName(page)).toHaveAccessibleName("Undo: change relay of Lead → Analyst");
  await cell(page, 2, 0).press("Delete");
  await expect(page.getByRole("grid", { name: "Handoffs" }).locator("tbody tr")).toHaveCount(2);
  await expect(cell(page, 1, 0)).toBeFocused();
});

test("the matrix hands off, chooses how and takes away, by keys and by pointer", async ({ open }) => {
  const page = await open();
  await show(page, "Matrix");
  const at = (name: string) => page.getByRole("gridcell", { name });
  await expect(at("Lead → Analyst: paraphrase")).toHaveText("P");
  await at("Lead → Analyst").focus();
  await page.keyboard.press("v");
  await expect(at("Lead → Analyst: verbatim")).toHaveText("V");
  await expect(undoName(page)).toHaveAccessibleName("Undo: hand off Lead → Analyst by verbatim");
  await page.keyboard.press("ArrowRight");
  await expect(at("Lead → Writer: no handoff")).toBeFocused();
  await page.keyboard.press("b");
  await expect(at("Lead → Writer: paraphrase + brief")).toHaveText("B");
  await page.keyboard.press("Enter");
  await expect(at("Lead → Writer: no handoff")).toHaveText("");
  await page.keyboard.press("Control+z");
  await expect(at("Lead → Writer: paraphrase + brief")).toHaveText("B");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Lead cannot hand off to itself.")).toBeVisible();
  await at("Writer → Lead").click();
  await expect(at("Writer → Lead: paraphrase")).toHaveText("P");
  await expect(page.getByRole("heading", { name: "Writer → Lead" })).toBeVisible();
  await page.getByRole("radiogroup", { name: "Handoff of the chosen cell" }).getByText("No handoff").click();
  await expect(at("Writer → Lead: no handoff")).toHaveText("");
  await at("Analyst → Writer").focus();
  await page.keyboard.press("Delete");
  await expect(at("Analyst → Writer: no handoff")).toHaveText("");
  await show(page, "Canvas");
  await expect(page.locator(".react-flow__edge")).toHaveCount(2);
});

test("a matrix of forty can be read: heads stay in sight, keys reach the far corner", async ({ open }) => {
  const page = await open();
  await openFile(page, crowd(40));
  await show(page, "Matrix");
  await expect(page.getByRole("rowheader")).toHaveCount(40);
  await page.getByRole("gridcell", { name: "Person 1 → Person 2: paraphrase" }).focus();
  await page.keyboard.press("Control+End");
  const corner = page.getByRole("gridcell", { name: "Person 40 itself" });
  await expect(corner).toBeFocused();
  await expect(corner).toBeInViewport({ ratio: 0.9 });
  await expect(page.getByRole("columnheader", { name: /^Person 40/ })).toBeInViewport({ ratio: 0.9 });
  await expect(page.getByRole("rowheader", { name: /^Person 40/ })).toBeInViewport({ ratio: 0.9 });
  await page.keyboard.press("Control+Home");
  // Nothing that is reached lies beneath a head that stays.
  const box = await page.getByRole("gridcell", { name: "Person 1 itself" }).boundingBox();
  const head = await page.getByRole("columnheader", { name: /^Person 1\b/ }).boundingBox();
  const side = await page.getByRole("rowheader", { name: /^Person 1\b/ }).boundingBox();
  if (!box || !head || !side) throw new Error("not on the page");
  expect(box.y).toBeGreaterThanOrEqual(head.y + head.height - 1);
  expect(box.x).toBeGreaterThanOrEqual(side.x + side.width - 1);
});

for (const scheme of ["light", "dark"] as const)
  test(`every view of a design passes the accessibility rules in ${scheme}`, async ({ open }) => {
    const page = await open();
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const found: string[] = [];
    const check = async (what: string) => {
      await page.waitForTimeout(300);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
      for (const each of violations) found.push(`${what}: ${each.id} ${each.nodes[0]?.target.join(" ")} ${each.nodes[0]?.failureSummary}`);
    };
    await show(page, "Generate");
    await check("generate");
    await show(page, "Versions");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await expect(page.getByRole("button", { name: /^Version 1/ })).toBeVisible();
    await check("versions");
    await show(page, "Matrix");
    await page.getByRole("gridcell", { name: "Lead → Analyst" }).focus();
    await page.keyboard.press("v");
    await check("matrix");
    await show(page, "Table");
    await check("handoffs");
    await page.getByText("Agents (3)").click();
    await cell(page, 2, 3).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type(" Briefly.");
    await check("a cell that is edited");
    await page.keyboard.press("Tab");
    await page.getByRole("gridcell", { name: "Select Lead" }).focus();
    await page.keyboard.press("Delete");
    await page.getByRole("button", { name: "Add agent", exact: true }).click();
    await show(page, "Versions");
    await page.getByRole("button", { name: "More about Version 1" }).click();
    await page.getByRole("menuitem", { name: "What changed since" }).click();
    await expect(page.getByTestId("diff-text")).toContainText("1 agent added, 1 removed, 1 changed");
    await check("differences");
    expect(found).toEqual([]);
  });
