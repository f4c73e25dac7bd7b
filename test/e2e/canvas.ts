/** Owns what end-to-end tests of the canvas share: orgs of any size, brought in as files, and what the design holds. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { Org } from "#shared/org/schema.ts";
import { expect } from "#test/e2e/app.ts";

/** Imports an org as a file and waits for it to stand there. */
export async function bring(page: Page, org: Org): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  await (await chooser).setFiles({ name: "test.org.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(org)) });
  await expect(page.getByRole("button", { name: `Org: ${org.name}` })).toBeVisible();
  await page.getByRole("button", { name: "Dismiss" }).first().click();
}

/** The design as the lab has it: exported. */
export async function design(page: Page): Promise<Org> {
  return JSON.parse(await designText(page)) as Org;
}

export async function designText(page: Page): Promise<string> {
  await expect(page.getByTestId("saved")).toHaveText("Saved");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  return readFileSync(await (await download).path(), "utf8");
}

/** Presses an empty place of the canvas, so that nothing is selected and it has the keys. */
export async function pressCanvas(page: Page): Promise<void> {
  await page.locator(".react-flow__pane").click({ position: { x: 400, y: 80 } });
}

/** Fits the design and waits until nothing moves any more. */
export async function fit(page: Page): Promise<void> {
  await page.keyboard.press("1");
  const first = page.locator(".react-flow__node").first();
  let before = "";
  await expect
    .poll(
      async () => {
        const now = JSON.stringify(await first.boundingBox());
        const still = now === before;
        before = now;
        return still;
      },
      { intervals: [150] },
    )
    .toBe(true);
}

/** An agent's place and looks by its name. */
export function agentOf(org: Org, name: string): Org["agents"][number] {
  const agent = org.agents.find((each) => each.name === name);
  if (!agent) throw new Error(`no agent is called ${name}`);
  return agent;
}

/** A team of `count` agents in columns, each handing off to two of the next column. */
export function bigOrg(base: Org, count: number): Org {
  const [agent] = base.agents;
  const [handoff] = base.handoffs;
  if (!agent || !handoff) throw new Error("the base has no agent or no handoff");
  const rows = Math.ceil(Math.sqrt(count));
  const id = (index: number) => `agent_${index}`;
  const agents = Array.from({ length: count }, (_, index) => ({
    ...agent,
    id: id(index),
    name: `Agent ${index}`,
    role: ["lead", "analyst", "writer"][index % 3] ?? "",
    receivesBrief: index === 0,
    delivers: index === count - 1,
    position: { x: Math.floor(index / rows) * 340, y: (index % rows) * 140 },
  }));
  const handoffs = agents.flatMap((_, index) =>
    [index + rows, ...((index + 1) % rows === 0 ? [] : [index + rows + 1])]
      .filter((to) => to < count)
      .map((to) => ({
        ...handoff,
        id: `handoff_${index}_${to}`,
        source: id(index),
        target: id(to),
        label: index % 4 === 0 ? "figures" : "",
      })),
  );
  return { ...base, name: `Org of ${count}`, agents, handoffs, groups: [], notes: [] };
}
