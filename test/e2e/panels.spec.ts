import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { emptyOrg, newAgent, newHandoff } from "#shared/org/create.ts";
import { orgFileText } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import { expect, test } from "#test/e2e/app.ts";

type View = "Canvas" | "Table" | "Matrix" | "Versions" | "Generate";

async function show(page: Page, view: View): Promise<void> {
  const views = page.getByRole("radiogroup", { name: "View of the design" });
  await views.getByText(view, { exact: true }).click();
  await expect(views.getByRole("radio", { name: view })).toBeChecked();
}

async function openFile(page: Page, org: Org): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  await (await chooser).setFiles({ name: "mine.org.json", mimeType: "application/json", buffer: Buffer.from(orgFileText(org)) });
  await expect(page.getByRole("button", { name: `Org: ${org.name}` })).toBeVisible();
}

/** An org of many, each of whom writes to the next three. */
function crowd(size: number): Org {
  let org = emptyOrg(`Crowd of ${size}`, "test");
  for (let nth = 1; nth <= size; nth += 1)
    org = {
      ...org,
      agents: [
        ...org.agents,
        newAgent(org, {
          name: `Person ${nth}`,
          role: "peer",
          instructions: "Work.",
          receivesBrief: nth === 1,
          delivers: nth === size,
          position: { x: (nth % 10) * 240, y: Math.floor(nth / 10) * 140 },
        }),
      ],
    };
  const ids = org.agents.map((agent) => agent.id);
  for (const [at, id] of ids.entries())
    for (const step of [1, 2, 3]) org = { ...org, handoffs: [...org.handoffs, newHandoff(org, id, ids[(at + step) % size] as string)] };
  return org;
}

const cell = (page: Page, row: number, column: number) => page.getByRole("grid").locator("tbody tr").nth(row).locator("td").nth(column);
const names = (page: Page) => page.getByRole("grid", { name: "Agents" }).locator("tbody td:nth-child(2)");
const undoName = (page: Page) => page.getByRole("button", { name: /^Undo: / });

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
  await expect(page.getByTestId("progress")).toHaveText("90 of 90 cells done", { timeout: 45_000 });
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
  const first = await drawing();
  await page.getByRole("textbox", { name: "Seed" }).fill("9");
  await expect(page.getByText("Random org of 5 (seed 9)")).toBeVisible();
  expect(await drawing()).not.toBe(first);
  await page.getByRole("textbox", { name: "Seed" }).fill("4");
  await expect(page.getByText("Random org of 5 (seed 4)")).toBeVisible();
  expect(await drawing()).toBe(first);
  await page.getByRole("button", { name: "Make this org" }).click();
  await expect(page.getByRole("button", { name: "Org: Random org of 5 (seed 4)" })).toBeVisible();
  await expect(page.getByLabel("Problems")).toHaveCount(0);
  expect(await drawing()).toBe(first);
  await page.getByRole("button", { name: /^Org: / }).click();
  await page.getByRole("menuitem", { name: /^Chain of three/ }).click();
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
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
