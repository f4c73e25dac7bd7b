/** Copying and pasting on the canvas: within a design, into another, as text; whatever else a clipboard holds. */
import type { Page } from "@playwright/test";
import { design, designText, pressCanvas } from "#test/e2e/canvas.ts";
import { expect, test } from "#test/e2e/app.ts";

/** Pastes a text as if it had been copied elsewhere. */
async function pasteText(page: Page, text: string): Promise<void> {
  await page.evaluate((held) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", held);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test("a team is copied with the handoffs among it and pasted into another design", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Lead").click();
  await page.getByTestId("agent-Analyst").click({ modifiers: ["Control"] });
  await page.keyboard.press("Control+c");
  await expect(page.getByTestId("said")).toHaveText("Copied 2 agents");
  await page.getByRole("button", { name: /^Org: / }).click();
  await page.getByRole("menuitem", { name: "New org" }).click();
  await expect(page.getByText("The org has no agents yet")).toBeVisible();
  await page.keyboard.press("Control+v");
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
  const pasted = await design(page);
  expect(pasted.agents.map(({ name }) => name)).toEqual(["Lead", "Analyst"]);
  expect(pasted.handoffs.map(({ source, target }) => [source, target])).toEqual([pasted.agents.map(({ id }) => id)]);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".react-flow__node")).toHaveCount(0);
});

test("cut takes away and paste brings back, as two steps", async ({ open }) => {
  const page = await open();
  const before = await designText(page);
  await page.getByTestId("agent-Analyst").click();
  await page.keyboard.press("Control+x");
  await expect(page.getByTestId("agent-Analyst")).toHaveCount(0);
  await page.keyboard.press("Control+v");
  await expect(page.getByTestId("agent-Analyst")).toBeVisible();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  expect(await designText(page)).toBe(before);
});

test("Ctrl+D makes a second team beside the first", async ({ open }) => {
  const page = await open();
  await pressCanvas(page);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+d");
  await expect(page.locator(".react-flow__node")).toHaveCount(6);
  const { agents, handoffs } = await design(page);
  expect(agents.map(({ name }) => name)).toEqual(["Lead", "Analyst", "Writer", "Lead 2", "Analyst 2", "Writer 2"]);
  expect(handoffs).toHaveLength(4);
  await expect(page.getByTestId("said")).toHaveText("Duplicated 3 agents");
});

test("copy and paste are done from the palette too", async ({ open, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await open();
  await page.getByTestId("agent-Writer").click();
  for (const word of ["copy", "paste"]) {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(word);
    await page.keyboard.press("Enter");
  }
  await expect(page.getByTestId("agent-Writer 2")).toBeVisible();
});

test("the text of an org file is pasted as its agents; anything else is said in a sentence and changes nothing", async ({ open }) => {
  const page = await open();
  const before = await designText(page);
  for (const [text, sentence] of [
    ["", "The clipboard is empty; copy agents first."],
    ["Dear all, please find attached", "The clipboard holds no agents; copy some, here or as the text of an org file, and paste again."],
    ['{"format": "driftlab.part",,}', "The clipboard is not valid JSON: "],
    ['{"format": "driftlab.part", "version": 9}', "this Driftlab reads up to version 1"],
    ['{"format": "driftlab.part", "version": 1, "agents": [{"id": 7}]}', '"agents[0].id" is wrong'],
    ['{"format": "driftlab.part", "version": 1, "agents": {"length": 1e9}}', '"agents" is wrong'],
    ['{"__proto__": {"format": "driftlab.part"}}', 'a field called "__proto__"'],
  ] as const) {
    await pasteText(page, text);
    await expect(page.getByRole("alert").last()).toContainText(sentence);
    await page.getByRole("alert").last().getByRole("button", { name: "Dismiss" }).click();
  }
  expect(await designText(page)).toBe(before);
  await pasteText(page, before);
  await expect(page.locator(".react-flow__node")).toHaveCount(6);
});
