/** The canvas by keys: every habit that people bring along, undo and redo of each, and what a screen reader hears. */
import { agentOf, bring, design, designText, pressCanvas } from "#test/e2e/canvas.ts";
import { expect, test } from "#test/e2e/app.ts";

test("arrow keys move what is selected, ten times as far with Shift, and close ones are one step", async ({ open }) => {
  const page = await open();
  const before = agentOf(await design(page), "Lead").position;
  await page.getByTestId("agent-Lead").click();
  for (let count = 0; count < 3; count += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowRight");
  expect(agentOf(await design(page), "Lead").position).toEqual({ x: before.x + 100, y: before.y + 30 });
  await expect(page.getByRole("button", { name: "Undo: move Lead" })).toBeVisible();
  await page.keyboard.press("Control+z");
  expect(agentOf(await design(page), "Lead").position).toEqual(before);
  await expect(page.getByTestId("said")).toHaveText("Undone: move Lead");
  await page.keyboard.press("Control+y");
  expect(agentOf(await design(page), "Lead").position).toEqual({ x: before.x + 100, y: before.y + 30 });
});

test("a text field keeps its own Ctrl+Z, and letters in it are letters", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Lead").click();
  await page.keyboard.press("ArrowDown");
  const moved = agentOf(await design(page), "Lead").position;
  const notes = page.getByRole("textbox", { name: "Notes" });
  await notes.click();
  await page.keyboard.type("1 0 n c ? Delete");
  await expect(notes).toHaveValue("1 0 n c ? Delete");
  await page.keyboard.press("Control+z");
  expect(agentOf(await design(page), "Lead").position).toEqual(moved);
  await expect(notes).not.toHaveValue("1 0 n c ? Delete");
});

test("Ctrl+K finds a command by a few letters and does it", async ({ open }) => {
  const page = await open();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Commands" })).toBeVisible();
  await page.keyboard.type("add wri");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("agent-Writer 2")).toBeVisible();
  await expect(page.getByTestId("said")).toHaveText("Agent added: Writer 2");
});

test("? shows all keys, Escape closes them", async ({ open }) => {
  const page = await open();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await expect(sheet.getByText("Lay out in columns")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

test("F2 renames, Escape leaves the name, and undo gives it back", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Analyst").click();
  await page.keyboard.press("F2");
  await page.keyboard.type("Planner");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("agent-Analyst")).toBeVisible();
  await page.keyboard.press("F2");
  await page.keyboard.type("Planner");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("agent-Planner")).toBeVisible();
  await expect(page.getByTestId("said")).toHaveText("Renamed to Planner");
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("agent-Analyst")).toBeVisible();
});

test("Ctrl+F finds an agent and brings it into sight", async ({ open }) => {
  const page = await open();
  const org = await design(page);
  await bring(page, {
    ...org,
    name: "Far apart",
    agents: org.agents.map((agent) => (agent.name === "Writer" ? { ...agent, position: { x: 9_000, y: 4_000 } } : agent)),
  });
  await page.getByTestId("agent-Lead").waitFor();
  await page.keyboard.press("0");
  await page.keyboard.press("Control+f");
  await page.keyboard.type("wri");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("agent-Writer")).toBeInViewport();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Writer");
});

test("an agent is added after another and connected to a third by keys alone", async ({ open }) => {
  const page = await open();
  await page.getByRole("group", { name: /Agent Lead/ }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+A");
  await expect(page.getByTestId("said")).toHaveText("Agent added: Agent, after Lead");
  await page.keyboard.press("c");
  await expect(page.getByRole("dialog", { name: "Connect Agent to…" })).toBeVisible();
  await page.keyboard.type("writer");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("said")).toHaveText("Connected Agent to Writer");
  const { agents, handoffs } = await design(page);
  const idOf = (name: string) => agents.find((agent) => agent.name === name)?.id;
  const wires = handoffs.map(({ source, target }) => [source, target]);
  expect(wires).toContainEqual([idOf("Lead"), idOf("Agent")]);
  expect(wires).toContainEqual([idOf("Agent"), idOf("Writer")]);
});

test("Ctrl+A and Delete empty the design, Ctrl+Z brings it back to the last byte", async ({ open }) => {
  const page = await open();
  const before = await designText(page);
  await pressCanvas(page);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expect(page.locator(".react-flow__node")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".react-flow__node")).toHaveCount(3);
  expect(await designText(page)).toBe(before);
});

test("1 fits, 0 shows actual size", async ({ open }) => {
  const page = await open();
  const width = async () => (await page.getByTestId("agent-Lead").boundingBox())?.width ?? 0;
  await page.keyboard.press("0");
  await expect.poll(width).toBeCloseTo(180, 0);
  await page.keyboard.press("-");
  await page.keyboard.press("-");
  await expect.poll(width).toBeLessThan(150);
  await page.keyboard.press("1");
  await expect(page.getByTestId("agent-Writer")).toBeInViewport();
  await expect(page.getByTestId("agent-Lead")).toBeInViewport();
});

test("Ctrl+Enter opens the form of an experiment with this org, and history ends where another design opens", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Lead").click();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("button", { name: "A preset…" }).click();
  await page.getByRole("menuitem", { name: "Hub of five" }).click();
  await expect(page.getByTestId("agent-Coordinator")).toBeVisible();
  await expect(page.getByRole("button", { name: "Undo", exact: true })).toBeDisabled();
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("agent-Coordinator")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeVisible();
});

test("Shift+L lays out as one step; a pinned agent stays", async ({ open }) => {
  const page = await open();
  const before = await designText(page);
  await page.getByTestId("agent-Analyst").click();
  await page.getByRole("button", { name: "Arrange" }).click();
  await page.getByRole("menuitem", { name: "Pin or unpin for layouts" }).click();
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  const pinned = agentOf(await design(page), "Analyst").position;
  await pressCanvas(page);
  await page.keyboard.press("Shift+L");
  await expect(page.getByTestId("said")).toHaveText("Laid out in columns");
  const after = await design(page);
  expect(agentOf(after, "Analyst").position).toEqual(pinned);
  expect(agentOf(after, "Lead").position).not.toEqual(agentOf(JSON.parse(before), "Lead").position);
  for (let count = 0; count < 3; count += 1) await page.keyboard.press("Control+z");
  expect(await designText(page)).toBe(before);
});

test("the keys follow the selection: to an agent added after, to one that was found, and past a deletion", async ({ open }) => {
  const page = await open();
  const agent = (name: string) => page.locator(".react-flow__node", { has: page.getByTestId(`agent-${name}`) });
  await agent("Lead").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+A");
  await expect(agent("Agent")).toBeFocused();
  await page.keyboard.press("Control+f");
  await page.keyboard.type("wri");
  await page.keyboard.press("Enter");
  await expect(agent("Writer")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(page.getByTestId("agent-Writer")).toHaveCount(0);
  await expect(page.locator(".react-flow__node:focus")).toHaveCount(1);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expect(page.locator(".react-flow:focus")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await agent("Analyst").focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Inspector").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.locator(".react-flow__node:focus")).toHaveCount(1);
});
