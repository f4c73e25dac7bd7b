/** Tests the inspector in the app as it is built: texts and variants, several agents at once, models, what is sent, fixes, access. */
import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { orgFileText } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import { expect, test } from "#test/e2e/app.ts";
import { startApp } from "#test/support/app-server.ts";
import { testOrg } from "#test/support/orgs.ts";

const instructions = (page: Page) => page.getByRole("textbox", { name: "Instructions", exact: true });
const inspector = (page: Page) => page.getByRole("complementary", { name: "Inspector" });

async function exported(page: Page): Promise<Org> {
  await expect(page.getByTestId("saved")).toHaveText("Saved");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  return JSON.parse(readFileSync(await (await download).path(), "utf8")) as Org;
}

async function bringIn(page: Page, org: Org): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  await (await chooser).setFiles({ name: "given.org.json", mimeType: "application/json", buffer: Buffer.from(orgFileText(org)) });
  await expect(page.getByText("given.org.json was imported.")).toBeVisible();
}

async function selectAll(page: Page): Promise<void> {
  await page.getByTestId("design-canvas").click({ position: { x: 300, y: 130 } });
  await page.keyboard.press("Control+a");
}

test("typing in the editor has its own undo, and is one undo step of the design", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Analyst").click();
  const before = await instructions(page).innerText();
  await instructions(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Work out the numbers.");
  await page.waitForTimeout(1_500);
  await page.keyboard.type(" Say how sure you are.");
  await expect(page.getByText("≈ 15 tokens")).toBeVisible();
  // Its own undo, while it is used.
  await page.keyboard.press("Control+z");
  await expect(instructions(page)).not.toContainText("Say how sure");
  await page.keyboard.press("Control+y");
  await expect(instructions(page)).toHaveText("Work out the numbers. Say how sure you are.");
  await page.getByLabel("Notes").focus();
  await page.getByRole("button", { name: "Undo: change instructions of Analyst" }).click();
  await expect(instructions(page)).toHaveText(before);
  await expect(page.getByRole("button", { name: /^Undo/ })).toBeDisabled();
  await page.getByRole("button", { name: "Redo: change instructions of Analyst" }).click();
  await expect(instructions(page)).toHaveText("Work out the numbers. Say how sure you are.");
});

test("what was typed last is kept when another agent is chosen at once", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Analyst").click();
  await instructions(page).fill("Kept.");
  await page.getByTestId("agent-Lead").click();
  await page.getByTestId("agent-Analyst").click();
  await expect(instructions(page)).toHaveText("Kept.");
  expect((await exported(page)).agents.find((agent) => agent.name === "Analyst")?.instructions).toBe("Kept.");
});

test("the keyboard leaves the editor by Tab, and a text from another tab comes in", async ({ open, context, app }) => {
  const page = await open();
  const other = await context.newPage();
  await other.goto(app.url);
  await page.getByTestId("agent-Lead").click();
  await other.getByTestId("agent-Lead").click();
  await instructions(page).focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("checkbox", { name: "receives the brief" })).toBeFocused();
  await instructions(page).fill("Written in the first tab.");
  await expect(instructions(other)).toHaveText("Written in the first tab.");
});

test("a variant starts from the base text, is kept, and emptied is none", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Analyst").click();
  const base = await instructions(page).innerText();
  await page.getByRole("tab", { name: "Red-team" }).click();
  await page.getByRole("button", { name: "Start from the base text" }).click();
  const variant = page.getByRole("textbox", { name: "Red-team instructions" });
  await expect(variant).toHaveText(base);
  await variant.press("Control+End");
  await page.keyboard.type(" But doubt it all.");
  await page.getByRole("tab", { name: "Base" }).click();
  await expect(instructions(page)).toHaveText(base);
  await expect(page.getByRole("tab", { name: "Red-team · set" })).toBeVisible();
  const analyst = (org: Org) => org.agents.find((agent) => agent.name === "Analyst");
  expect(analyst(await exported(page))?.variants).toEqual({ "red-team": `${base} But doubt it all.` });
  await page.getByRole("tab", { name: "Red-team" }).click();
  await variant.fill("");
  await page.getByRole("tab", { name: "Base" }).click();
  await expect(page.getByRole("tab", { name: "Red-team", exact: true })).toBeVisible();
  expect(analyst(await exported(page))?.variants).toEqual({});
});

test("several agents are changed at once, as one step; what differs says so", async ({ open }) => {
  const page = await open();
  await selectAll(page);
  await expect(inspector(page).getByRole("heading")).toHaveText("3 agents, 2 handoffs selected");
  await expect(page.getByPlaceholder("mixed")).toHaveCount(1);
  await expect(page.getByLabel("Role")).toHaveAttribute("placeholder", "mixed");
  await expect(page.getByLabel("Most output tokens per answer")).toHaveAttribute("placeholder", "2,000 (org default)");
  await page.getByLabel("Most output tokens per answer").fill("4000");
  await page.getByRole("combobox", { name: "Effort" }).click();
  await page.getByRole("option", { name: "high", exact: true }).click();
  await page.getByRole("checkbox", { name: /Memory/ }).uncheck();
  const org = await exported(page);
  expect(org.agents.map((agent) => [agent.settings, agent.memory])).toEqual(
    Array.from({ length: 3 }, () => [{ maxOutputTokens: 4_000, effort: "high" }, false]),
  );
  await page.getByRole("button", { name: "Undo: change memory of 3 agents" }).click();
  await page.getByRole("button", { name: "Undo: change effort of 3 agents" }).click();
  await page.getByRole("button", { name: /^Undo: change most output tokens of 3 agents/ }).click();
  expect((await exported(page)).agents.map((agent) => agent.settings)).toEqual([{}, {}, {}]);
});

test("a model is found by some of its letters, or typed whatever it is", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Analyst").click();
  const model = page.getByRole("combobox", { name: "Model" });
  await expect(model).toHaveAttribute("placeholder", "claude-sonnet-5-5 (org default)");
  await model.click();
  await expect(page.getByText("Without an API key these are the models whose prices are known.")).toBeVisible();
  await model.fill("opus 4-7");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.getByRole("option", { name: /claude-opus-4-7/ }).click();
  await expect(page.getByTestId("agent-Analyst")).toContainText("claude-opus-4-7");
  await model.fill("my-own-model");
  await model.press("Enter");
  await expect(page.getByTestId("agent-Analyst")).toContainText("my-own-model");
  await model.fill("");
  await model.press("Tab");
  await expect(page.getByTestId("agent-Analyst")).toContainText("claude-sonnet-5-5");
});

test("a number that the design cannot take is said beside the field, and nothing is refused or lost", async ({ open }) => {
  const page = await open();
  const context = page.getByLabel("Context tokens");
  await context.fill("500");
  await expect(page.getByText("At least 1,000.")).toBeVisible();
  await context.blur();
  await expect(context).toHaveValue("");
  await context.fill("64000");
  await page.getByLabel("Dollars").fill("1.5");
  await page.getByLabel("Seconds").fill("90");
  await page.getByRole("radio", { name: "As mail comes" }).check();
  await page.getByLabel("Turns at once").fill("8");
  await page.getByRole("radio", { name: "End the run" }).check();
  await expect(page.getByRole("alert")).toHaveCount(0);
  expect(await exported(page)).toMatchObject({
    schedule: "eager",
    memoryOverflow: "end",
    limits: { rounds: 10, contextTokens: 64_000, costUsd: 1.5, wallClockMs: 90_000, turnsAtOnce: 8 },
  });
});

test("what an agent is sent is one click away, with the words typed a moment ago", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Lead").click();
  await instructions(page).fill("Split the work in two.");
  await page.getByRole("button", { name: "What it is sent" }).click();
  const dialog = page.getByRole("dialog", { name: "What Lead is sent" });
  const own = dialog.locator('.sent-words [data-by="design"]');
  await expect(own.filter({ hasText: "Split the work in two." })).toBeVisible();
  await expect(dialog.locator('.sent-words [data-by="engine"]').filter({ hasText: "Your instructions:" })).toBeVisible();
  const brief = dialog.locator('.sent-words [data-by="brief"]');
  const first = await brief.innerText();
  await dialog.getByRole("combobox", { name: "Task" }).click();
  await page.getByRole("option").nth(1).click();
  await expect(brief).not.toHaveText(first);
  await expect(dialog.getByText('"name": "send"')).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  // The agent is still chosen.
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Lead");

  await page.getByTestId("agent-Writer").click();
  await page.getByRole("button", { name: "What it is sent" }).click();
  const mail = page.getByRole("dialog", { name: "What Writer is sent" });
  await expect(mail.getByText("===== Message from Analyst =====")).toBeVisible();
  await expect(mail.getByText("End of the brief")).toHaveCount(0);
  await mail.getByText("Paraphrase + brief", { exact: true }).click();
  await expect(mail.getByText("End of the brief")).toBeVisible();
  await mail.getByText("Verbatim", { exact: true }).click();
  await expect(mail.getByText("What Analyst was answering, in full")).toBeVisible();
});

test("problems are mended by a button where that is safe", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Lead").click();
  await page.getByRole("checkbox", { name: "receives the brief" }).uncheck();
  await page.getByTestId("agent-Writer").click();
  await page.getByRole("checkbox", { name: "delivers" }).uncheck();
  await page.getByTestId("agent-Analyst").click();
  await instructions(page).fill("");
  const problems = page.getByRole("region", { name: "Problems" });
  await expect(problems.getByRole("listitem")).toHaveCount(3);
  await problems.getByRole("button", { name: "Give Lead the brief" }).click();
  await problems.getByRole("button", { name: "Make Writer the deliverer" }).click();
  await expect(page.getByRole("button", { name: "Undo: make Writer the deliverer" })).toBeVisible();
  // What the analyst is for, a person has to say.
  await expect(problems.getByRole("listitem")).toHaveCount(1);
  await expect(problems.getByRole("listitem").getByRole("button")).toHaveCount(1);
});

test("in a database that another Driftlab has open, everything can be seen and nothing changed", async ({ open, app, context }) => {
  const page = await open();
  await page.getByTestId("agent-Analyst").click();
  await page.getByRole("tab", { name: "Red-team" }).click();
  await page.getByRole("textbox", { name: "Red-team instructions" }).fill("Doubt it all.");
  await page.getByTestId("agent-Lead").click();
  await page.getByRole("checkbox", { name: "receives the brief" }).uncheck();
  await expect(page.getByTestId("saved")).toHaveText("Saved");
  const second = await startApp(app.database);
  try {
    const other = await context.newPage();
    await other.goto(second.url);
    await other.getByTestId("agent-Analyst").click();
    await other.getByRole("tab", { name: "Red-team · set" }).click();
    const variant = other.getByRole("textbox", { name: "Red-team instructions" });
    await expect(variant).toHaveText("Doubt it all.");
    await expect(variant).toHaveAttribute("contenteditable", "false");
    await expect(other.getByLabel("Name", { exact: true })).toBeDisabled();
    await expect(other.getByRole("region", { name: "Problems" })).toContainText("No agent receives the brief");
    await expect(other.getByRole("button", { name: "Give Lead the brief" })).toHaveCount(0);
    await other.getByRole("button", { name: "What it is sent" }).click();
    const dialog = other.getByRole("dialog", { name: "What Analyst is sent" });
    await dialog.getByText("Red-team", { exact: true }).click();
    await expect(dialog.getByText("Doubt it all.")).toBeVisible();
  } finally {
    await second.stop();
  }
});

test("typing does not draw the canvas anew at each key, with two hundred agents", async ({ open }) => {
  const page = await open();
  const names = Array.from({ length: 200 }, (_, index) => `A${index}`);
  const place = (index: number) => ({ x: (index % 20) * 220, y: Math.floor(index / 20) * 140 });
  const wide = (org: Org): Org => ({ ...org, agents: org.agents.map((agent, index) => ({ ...agent, position: place(index) })) });
  await bringIn(page, testOrg(names.join(">"), wide));
  await page.getByTestId("agent-A0").click();
  await instructions(page).fill("");
  await instructions(page).blur();
  const unsaved = page.getByTestId("saved").filter({ hasNotText: "Saved" });
  await expect(unsaved).toHaveCount(0);
  await instructions(page).focus();
  // Every edit is sent, and the word beside the buttons says so: it must say nothing until there is a pause.
  await page.evaluate(() => {
    const saved = document.querySelector('[data-testid="saved"]');
    const told = { edits: 0 };
    new MutationObserver(() => (told.edits += 1)).observe(saved as Element, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { told });
  });
  const text = "One after another without a pause.";
  await page.keyboard.type(text);
  const during = await page.evaluate(() => (window as unknown as { told: { edits: number } }).told.edits);
  // A slow machine may pause once or twice of its own accord.
  expect(during).toBeLessThan(text.length / 4);
  await instructions(page).blur();
  expect((await exported(page)).agents[0]?.instructions).toBe(text);
});

for (const scheme of ["light", "dark"] as const)
  test(`every panel can be used by everybody, in ${scheme}`, async ({ open }) => {
    const page = await open();
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const check = async (what: string, within: string) => {
      await page.waitForTimeout(300);
      const { violations } = await new AxeBuilder({ page }).include(within).analyze();
      expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`)).toEqual([]);
      expect(await tooSmall(page, within), `${what}: targets under 24 pixels`).toEqual([]);
    };
    await check("org", "aside.right");
    await page.getByTestId("agent-Analyst").click();
    await check("agent", "aside.right");
    await page.getByRole("tab", { name: "Red-team" }).click();
    await check("variant", "aside.right");
    await page.getByRole("button", { name: "What it is sent" }).click();
    await expect(page.getByText("Tools, as JSON")).toBeVisible();
    await check("what is sent", '[role="dialog"]');
    await page.keyboard.press("Escape");
    await page.getByRole("checkbox", { name: "delivers" }).check();
    await page.getByTestId("agent-Lead").click();
    await page.getByRole("checkbox", { name: "receives the brief" }).uncheck();
    await check("problems", ".problems");
    await page.keyboard.press("Escape");
    await page.locator(".react-flow__edge").first().focus();
    await page.keyboard.press("Enter");
    await check("handoff", "aside.right");
    await selectAll(page);
    await check("several", "aside.right");
  });

/** What can be pressed and is less than 24 pixels high or wide (WCAG 2.5.8); a label counts as a part of its box. */
async function tooSmall(page: Page, within: string): Promise<string[]> {
  return page.locator(within).evaluate((root) => {
    const pressable = [...root.querySelectorAll("button, [role=tab], input, [role=textbox]")];
    return pressable.flatMap((each) => {
      const label = each.closest(".mantine-Checkbox-body, .mantine-Radio-body, .mantine-Switch-body, label");
      const { width, height } = (label ?? each).getBoundingClientRect();
      const shown = each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || label !== null;
      return shown && width > 0 && (width < 23.5 || height < 23.5) ? [`${each.outerHTML.slice(0, 120)} ${width}×${height}`] : [];
    });
  });
}
