/** Building on the canvas: agents put into handoffs, handoffs turned and taken elsewhere, groups, notes, locks, order. */
import { agentOf, bigOrg, bring, design, designText, fit, pressCanvas } from "#test/e2e/canvas.ts";
import { dragRole, expect, middleOf, test, wire } from "#test/e2e/app.ts";

test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Names of the two ends of each handoff. */
function wires(org: Awaited<ReturnType<typeof design>>): string[] {
  const name = (id: string) => org.agents.find((agent) => agent.id === id)?.name ?? "?";
  return org.handoffs.map(({ source, target }) => `${name(source)} > ${name(target)}`);
}

test("a role dropped on a handoff goes into it, and one undo takes it out", async ({ open }) => {
  const page = await open();
  const before = await designText(page);
  const lead = await middleOf(page, "agent-Lead");
  const analyst = await middleOf(page, "agent-Analyst");
  await dragRole(page, /Reviewer/, { x: (lead.x + analyst.x) / 2, y: lead.y });
  await expect(page.getByTestId("said")).toHaveText("Agent added: Reviewer, between Lead and Analyst");
  expect(wires(await design(page)).toSorted()).toEqual(["Analyst > Writer", "Lead > Reviewer", "Reviewer > Analyst"]);
  await page.keyboard.press("Control+z");
  expect(await designText(page)).toBe(before);
});

test("a handoff is turned round, and its ends are pulled onto other agents; what cannot be says why", async ({ open }) => {
  const page = await open();
  await page.locator('.react-flow__edge[data-id*="lead_analyst"]').click({ force: true });
  await page
    .getByRole("toolbar")
    .getByRole("button", { name: /^Handoff/ })
    .click();
  await page.getByRole("menuitem", { name: "Reverse this handoff" }).click();
  await expect(page.getByTestId("said")).toHaveText("Reversed: now Analyst to Lead");
  await page.getByRole("button", { name: /^Undo/ }).click();

  const pull = async (end: "source" | "target", to: { x: number; y: number }) => {
    const grip = await middleOf(page, `grip-${end}`);
    await page.mouse.move(grip.x, grip.y);
    await page.mouse.down();
    await page.mouse.move((grip.x + to.x) / 2, to.y - 120, { steps: 4 });
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
  };
  await pull("target", await middleOf(page, "agent-Writer"));
  expect(wires(await design(page)).toSorted()).toEqual(["Analyst > Writer", "Lead > Writer"]);
  await pull("source", await middleOf(page, "agent-Analyst"));
  await expect(page.getByText("Analyst already hands off to Writer.")).toBeVisible();
  await pull("source", await middleOf(page, "agent-Writer"));
  await expect(page.getByText("Writer cannot hand off to itself.")).toBeVisible();
  const lead = await middleOf(page, "agent-Lead");
  await pull("target", { x: lead.x + 60, y: lead.y + 200 });
  await expect(page.getByText("Let go over an agent to hand off from or to it; nothing was changed.")).toBeVisible();
  expect(wires(await design(page)).toSorted()).toEqual(["Analyst > Writer", "Lead > Writer"]);
});

test("an end of a handoff is taken elsewhere by keys alone", async ({ open }) => {
  const page = await open();
  await page.locator('.react-flow__edge[data-id*="lead_analyst"]').focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("another receiver");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Who is to receive it?" }).getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("said")).toHaveText("Handoff now from Lead to Writer");
  expect(wires(await design(page))).toContain("Lead > Writer");
});

test("handoffs both ways bend apart", async ({ open }) => {
  const page = await open();
  await wire(page, "Analyst", "Lead");
  const paths = await page
    .locator(".react-flow__edge path.edge-line")
    .evaluateAll((all) => all.map((path) => path.getBoundingClientRect().y));
  expect(Math.abs((paths[0] ?? 0) - (paths[2] ?? 0))).toBeGreaterThan(8);
});

test("an edge runs round an agent that stands between", async ({ open }) => {
  const page = await open();
  await wire(page, "Lead", "Writer");
  await expect(page.locator(".react-flow__edge")).toHaveCount(3);
  const analyst = await page.getByTestId("agent-Analyst").boundingBox();
  const crossing = await page.locator('.react-flow__edge[data-id*="lead_writer"] path.edge-line').evaluate((element, box) => {
    const path = element as SVGPathElement;
    const toScreen = path.getScreenCTM();
    const points = Array.from({ length: 200 }, (_, step) => path.getPointAtLength((path.getTotalLength() * step) / 199));
    return points.filter((point) => {
      const { x, y } = point.matrixTransform(toScreen ?? undefined);
      return box !== null && x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
    }).length;
  }, analyst);
  expect(crossing).toBe(0);
});

test("a group is made, named, collapsed, expanded and taken apart; each is one step", async ({ open }) => {
  const page = await open();
  const before = await designText(page);
  await page.getByTestId("agent-Lead").click();
  await page.getByTestId("agent-Analyst").click({ modifiers: ["Control"] });
  await page.keyboard.press("Control+g");
  await expect(page.getByTestId("frame-Team")).toBeVisible();
  await page.keyboard.press("F2");
  await page.keyboard.type("Front office");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("frame-Front office")).toBeVisible();
  await page.getByRole("button", { name: "Collapse Front office" }).click();
  await expect(page.getByTestId("team-Front office")).toContainText("2 agents");
  await expect(page.getByTestId("agent-Lead")).toHaveCount(0);
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  // A collapsed group moves all its agents.
  const placed = agentOf(await design(page), "Lead").position;
  await page.getByTestId("team-Front office").click();
  await page.keyboard.press("ArrowDown");
  const moved = await design(page);
  expect(agentOf(moved, "Lead").position.y).toBe(placed.y + 10);
  expect(moved.groups).toMatchObject([{ label: "Front office", collapsed: true }]);
  await page.keyboard.press("Control+e");
  await expect(page.getByTestId("agent-Lead")).toBeVisible();
  await page.keyboard.press("Control+Shift+G");
  await expect(page.locator(".team-frame")).toHaveCount(0);
  for (let count = 0; count < 6; count += 1) await page.keyboard.press("Control+z");
  expect(await designText(page)).toBe(before);
});

test("a group's frame is dragged by its label, as one step", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Lead").click();
  await page.getByTestId("agent-Analyst").click({ modifiers: ["Control"] });
  await page.keyboard.press("Control+g");
  const before = await design(page);
  const label = await page.getByRole("button", { name: /Group Team/ }).boundingBox();
  await page.mouse.move((label?.x ?? 0) + 10, (label?.y ?? 0) + 8);
  await page.mouse.down();
  await page.mouse.move((label?.x ?? 0) + 10, (label?.y ?? 0) + 128, { steps: 6 });
  await page.mouse.up();
  const after = await design(page);
  const by = agentOf(after, "Lead").position.y - agentOf(before, "Lead").position.y;
  expect(by).toBeGreaterThan(60);
  expect(agentOf(after, "Analyst").position.y - agentOf(before, "Analyst").position.y).toBe(by);
  expect(agentOf(after, "Writer").position).toEqual(agentOf(before, "Writer").position);
  await page.keyboard.press("Control+z");
  expect((await design(page)).agents).toEqual(before.agents);
});

test("a note is written in place, moved and deleted", async ({ open }) => {
  const page = await open();
  await pressCanvas(page);
  await page.keyboard.press("n");
  await expect(page.getByRole("textbox", { name: "Note", exact: true })).toBeFocused();
  await page.keyboard.type("Check the figures.");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("note")).toHaveText("Check the figures.");
  await page.keyboard.press("ArrowDown");
  const [note] = (await design(page)).notes;
  expect(note).toMatchObject({ text: "Check the figures." });
  await page.getByTestId("note").dblclick();
  await expect(page.getByRole("textbox", { name: "Note", exact: true })).toBeFocused();
  await page.keyboard.type(" Twice.");
  await page.keyboard.press("Escape");
  expect((await design(page)).notes[0]).toMatchObject({ text: "Check the figures. Twice." });
  await page.getByTestId("note").click();
  await page.keyboard.press("Delete");
  await expect(page.getByTestId("note")).toHaveCount(0);
});

test("a locked agent is neither moved nor deleted, and says so", async ({ open }) => {
  const page = await open();
  await page.getByTestId("agent-Lead").click();
  await page.getByRole("button", { name: "Arrange" }).click();
  await page.getByRole("menuitem", { name: "Lock or unlock" }).click();
  await expect(page.getByTestId("agent-Lead")).toContainText("locked");
  const before = agentOf(await design(page), "Lead").position;
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("What is selected is locked; unlock it to move it.")).toBeVisible();
  const at = await middleOf(page, "agent-Lead");
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 80, at.y + 80, { steps: 5 });
  await page.mouse.up();
  await page.getByTestId("agent-Lead").click();
  await page.keyboard.press("Delete");
  await expect(page.getByText("Lead is locked and stays; unlock it to delete.")).toBeVisible();
  expect(agentOf(await design(page), "Lead").position).toEqual(before);
});

test("agents are boxed in with Shift, brought in line and spaced out evenly", async ({ open }) => {
  const page = await open();
  const org = await design(page);
  const spread = [
    { x: 0, y: 0 },
    { x: 250, y: 130 },
    { x: 700, y: 60 },
  ];
  await bring(page, {
    ...org,
    name: "Untidy",
    agents: org.agents.map((agent, index) => ({ ...agent, position: spread[index] ?? agent.position })),
  });
  await fit(page);
  const lead = await page.getByTestId("agent-Lead").boundingBox();
  const writer = await page.getByTestId("agent-Writer").boundingBox();
  await page.keyboard.down("Shift");
  await page.mouse.move((lead?.x ?? 0) - 20, (lead?.y ?? 0) - 40);
  await page.mouse.down();
  await page.mouse.move((writer?.x ?? 0) + (writer?.width ?? 0) + 20, (lead?.y ?? 0) + 260, { steps: 8 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  const arrange = async (name: string) => {
    await page.getByRole("button", { name: "Arrange" }).click();
    await page.getByRole("menuitem", { name }).click();
    return (await design(page)).agents.map(({ position }) => position);
  };
  const inRow = await arrange("Align top edges");
  expect(inRow.map(({ y }) => y)).toEqual([0, 0, 0]);
  const even = await arrange("Space out evenly across");
  expect(even.map(({ x }) => x)).toEqual([0, 350, 700]);
});

test("a dragged agent snaps into line with others, and a line shows it", async ({ open }) => {
  const page = await open();
  const org = await design(page);
  await bring(page, {
    ...org,
    name: "Off line",
    agents: org.agents.map((agent) => (agent.name === "Writer" ? { ...agent, position: { x: 503, y: 207 } } : agent)),
  });
  await fit(page);
  const writer = await middleOf(page, "agent-Writer");
  const analyst = await middleOf(page, "agent-Analyst");
  await page.mouse.move(writer.x, writer.y);
  await page.mouse.down();
  await page.mouse.move(writer.x, analyst.y + 40, { steps: 6 });
  await expect(page.getByTestId("guide-y")).toHaveCount(0);
  for (let off = 30; off > -60 && (await page.getByTestId("guide-y").count()) === 0; off -= 4)
    await page.mouse.move(writer.x, analyst.y + off);
  await expect(page.getByTestId("guide-y")).toBeVisible();
  await page.mouse.up();
  await expect(page.getByTestId("guide-y")).toHaveCount(0);
  const after = await design(page);
  expect(agentOf(after, "Writer").position.y).toBe(agentOf(after, "Analyst").position.y);
});

test("at 40 % names are still to be read", async ({ open }) => {
  const page = await open();
  await bring(page, bigOrg(await design(page), 40));
  await page.keyboard.press("0");
  const width = async () => (await page.getByTestId("agent-Agent 20").boundingBox())?.width ?? 0;
  for (let count = 0; count < 5; count += 1) await page.keyboard.press("-");
  await expect.poll(width).toBeLessThan(0.45 * 180);
  // What is written is measured as it stands on the screen: 13 pixels would be 5 by now.
  const letters = await page
    .getByTestId("agent-Agent 20")
    .locator("b")
    .evaluate((element) => {
      const words = document.createRange();
      words.selectNodeContents(element);
      return words.getClientRects()[0]?.height ?? 0;
    });
  expect(letters).toBeGreaterThan(10);
});
