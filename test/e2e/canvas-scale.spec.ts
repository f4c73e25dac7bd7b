/** A canvas of 200 agents: only what is dragged is drawn anew, one undo is one step, labels and frames keep up. */
import { agentOf, bigOrg, bring, design, fit } from "#test/e2e/canvas.ts";
import { expect, middleOf, test } from "#test/e2e/app.ts";

test.use({ contextOptions: { reducedMotion: "reduce" } });

test("of 200 agents a drag draws the dragged one and its handoffs anew, and no other agent", async ({ open }) => {
  const page = await open();
  await bring(page, bigOrg(await design(page), 200));
  await fit(page);
  await page.keyboard.press("Control+f");
  await page.keyboard.type("Agent 96");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("agent-Agent 96")).toBeInViewport({ ratio: 1 });
  const agent = page.locator(".react-flow__node", { has: page.getByTestId("agent-Agent 96") });
  const at = await middleOf(page, "agent-Agent 96");
  await agent.click();
  const before = agentOf(await design(page), "Agent 96").position;
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 15, at.y + 15, { steps: 3 });
  await page.evaluate(() => {
    const touched = new Set<string>();
    const of = (target: Node, selector: string) =>
      (target instanceof Element ? target : target.parentElement)?.closest<HTMLElement>(selector);
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const node = of(target, ".react-flow__node");
        const edge = of(target, ".react-flow__edge");
        if (node) touched.add(`node ${node.dataset["id"]}`);
        if (edge) touched.add(`edge ${edge.dataset["id"]}`);
      }
    }).observe(document.querySelector(".react-flow__viewport") as Element, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    (window as { touched?: Set<string> }).touched = touched;
  });
  await page.mouse.move(at.x + 60, at.y + 70, { steps: 20 });
  await page.waitForTimeout(200);
  const touched = await page.evaluate(() => [...((window as { touched?: Set<string> }).touched ?? [])]);
  await page.mouse.up();
  expect(touched.filter((each) => each.startsWith("node "))).toEqual(["node agent_96"]);
  expect(touched.filter((each) => each.startsWith("edge ")).length).toBeLessThan(10);
  expect(agentOf(await design(page), "Agent 96").position).not.toEqual(before);
  await page.keyboard.press("Control+z");
  expect(agentOf(await design(page), "Agent 96").position).toEqual(before);
});
