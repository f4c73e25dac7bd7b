import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { dragRole, expect, middleOf, test, wire } from "#test/e2e/app.ts";

async function newOrg(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Org: / }).click();
  await page.getByRole("menuitem", { name: "New org" }).click();
  await expect(page.getByRole("button", { name: "Org: New org" })).toBeVisible();
  await expect(page.getByText("The org has no agents yet")).toBeVisible();
}

async function exported(page: Page): Promise<{
  text: string;
  org: { name: string; agents: { name: string; position: { x: number; y: number } }[]; handoffs: { source: string; target: string }[] };
}> {
  await expect(page.getByTestId("saved")).toHaveText("Saved");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const path = await (await download).path();
  const text = readFileSync(path, "utf8");
  return { text, org: JSON.parse(text) };
}

test("the first screen has a sample org that can run at once", async ({ open }) => {
  const page = await open();
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
  await expect(page.getByTestId("agent-Analyst")).toBeVisible();
  await expect(page.getByTestId("agent-Writer")).toBeVisible();
  await expect(page.getByLabel("Problems")).toHaveCount(0);
});

test("two agents are dragged from the palette, wired by mouse, undone and redone step by step", async ({ open }) => {
  const page = await open();
  await newOrg(page);
  const canvas = await middleOf(page, "design-canvas");
  await dragRole(page, /Writer/, { x: canvas.x + 220, y: canvas.y });
  await expect(page.getByTestId("agent-Writer")).toBeVisible();
  await dragRole(page, /Lead/, { x: canvas.x - 220, y: canvas.y });
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
  await wire(page, "Lead", "Writer");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  await expect(page.getByRole("heading", { name: "Lead → Writer" })).toBeVisible();

  await page.getByTestId("design-canvas").focus();
  await page.mouse.click(canvas.x, canvas.y + 250);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".react-flow__edge")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Redo: connect Lead → Writer" })).toBeEnabled();
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("agent-Lead")).toHaveCount(0);
  await page.keyboard.press("Shift+Control+z");
  await page.keyboard.press("Shift+Control+z");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
});

test("the same is done by keyboard alone", async ({ open }) => {
  const page = await open();
  await newOrg(page);
  const palette = page.getByLabel("Palette");
  await palette.getByRole("button", { name: /Writer/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("agent-Writer")).toBeVisible();
  await palette.getByRole("button", { name: /Lead/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
  // The new agent is selected, so its panel is there: choose whom to connect to and press Connect.
  await page.getByRole("combobox", { name: "Connect to…" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Connect", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  // Arrow keys move a selected agent, and that is an undo step too.
  await page.getByRole("group", { name: /Agent Lead/ }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("button", { name: "Undo: move Lead" })).toBeVisible();
  await page.keyboard.press("Delete");
  await expect(page.getByTestId("agent-Lead")).toHaveCount(0);
  await expect(page.locator(".react-flow__edge")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
});

test("a wire that cannot be says why; one dropped on the empty canvas makes an agent", async ({ open }) => {
  const page = await open();
  await wire(page, "Lead", "Analyst");
  await expect(page.getByText("Lead already hands off to Analyst.")).toBeVisible();
  const writer = await middleOf(page, "agent-Writer");
  await page.getByTestId("agent-Analyst").hover();
  const handle = await page.getByTestId("agent-Analyst").locator(".react-flow__handle.source").boundingBox();
  await page.mouse.move((handle?.x ?? 0) + 5, (handle?.y ?? 0) + 5);
  await page.mouse.down();
  await page.mouse.move(writer.x - 100, writer.y + 200, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByTestId("agent-Agent")).toBeVisible();
  await expect(page.locator(".react-flow__edge")).toHaveCount(3);
});

test("problems are said with what to do, and shown when pressed", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Writer").click();
  await page.getByRole("checkbox", { name: "delivers" }).uncheck();
  const problem = page.getByLabel("Problems").getByText("No agent delivers; switch on “delivers” for the one that hands back the result.");
  await expect(problem).toBeVisible();
  await page.getByRole("checkbox", { name: "delivers" }).check();
  await expect(page.getByLabel("Problems")).toHaveCount(0);
});

test("export, reload and import give the same org, positions included", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Analyst").click();
  await page.getByLabel("Instructions").fill("Work out the numbers. Say how sure you are.");
  const before = await exported(page);
  expect(before.text).toContain("Say how sure you are.");
  await page.reload();
  await expect(page.getByTestId("agent-Analyst")).toBeVisible();
  const reloaded = await exported(page);
  expect(reloaded.text).toBe(before.text);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  await (await chooser).setFiles({ name: "again.org.json", mimeType: "application/json", buffer: Buffer.from(before.text) });
  await expect(page.getByText("again.org.json was imported.")).toBeVisible();
  const imported = await exported(page);
  expect(imported.text).toBe(before.text);
});

test("a broken file says where, and nothing is lost", async ({ open }) => {
  const page = await open();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  await (await chooser).setFiles({
    name: "broken.org.json",
    mimeType: "application/json",
    buffer: Buffer.from('{\n  "format": "driftlab.org",\n  "version": 1,,\n}'),
  });
  await expect(page.getByRole("alert")).toContainText("line 3, column 16");
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
});

test("the same design in two tabs loses no edit", async ({ open, context, app }) => {
  const page = await open();
  const other = await context.newPage();
  await other.goto(app.url);
  await expect(other.getByTestId("agent-Lead")).toBeVisible();
  await page.getByTestId("agent-Lead").click();
  await other.getByTestId("agent-Writer").click();
  await Promise.all([page.getByLabel("Notes").fill("from the first tab"), other.getByLabel("Notes").fill("from the second tab")]);
  await expect(page.getByTestId("saved")).toHaveText("Saved");
  await expect(other.getByTestId("saved")).toHaveText("Saved");
  const { text } = await exported(page);
  expect(text).toContain("from the first tab");
  expect(text).toContain("from the second tab");
  expect((await exported(other)).text).toBe(text);
});

test("a handoff of a kind that cannot run is kept, drawn as a placeholder, and said", async ({ open }) => {
  const page = await open();
  const { org } = await exported(page);
  const [first] = org.handoffs;
  const odd = { ...org, handoffs: [{ ...first, kind: "vote", quorum: 3 }, ...org.handoffs.slice(1)], somethingElse: { kept: true } };
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  await (await chooser).setFiles({ name: "odd.org.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(odd)) });
  await expect(page.locator(".edge-label.placeholder")).toContainText("vote");
  await expect(page.getByLabel("Problems")).toContainText('is of kind "vote", which this Driftlab keeps but cannot run');
  await page.getByTestId("agent-Lead").click();
  await page.getByLabel("Notes").fill("changed");
  const { text } = await exported(page);
  expect(JSON.parse(text)).toMatchObject({ somethingElse: { kept: true }, handoffs: [{ kind: "vote", quorum: 3 }, {}] });
});
