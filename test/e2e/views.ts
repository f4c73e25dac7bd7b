/** Owns what the end-to-end tests of the views of a design share: going to a view, opening a file, cells of a grid, a crowd. */
import type { Page } from "@playwright/test";
import { emptyOrg, newAgent, newHandoff } from "#shared/org/create.ts";
import { orgFileText } from "#shared/org/load.ts";
import type { Org } from "#shared/org/schema.ts";
import { expect } from "#test/e2e/app.ts";

export type View = "Canvas" | "Table" | "Matrix" | "Versions" | "Generate";

export async function show(page: Page, view: View): Promise<void> {
  const views = page.getByRole("radiogroup", { name: "View of the design" });
  await views.getByText(view, { exact: true }).click();
  await expect(views.getByRole("radio", { name: view })).toBeChecked();
}

export async function openFile(page: Page, org: Org): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  await (await chooser).setFiles({ name: "mine.org.json", mimeType: "application/json", buffer: Buffer.from(orgFileText(org)) });
  await expect(page.getByRole("button", { name: `Org: ${org.name}` })).toBeVisible();
}

/** An org of many, each of whom writes to the next three. */
export function crowd(size: number): Org {
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

export const cell = (page: Page, row: number, column: number) =>
  page.getByRole("grid").locator("tbody tr").nth(row).locator("td").nth(column);
export const names = (page: Page) => page.getByRole("grid", { name: "Agents" }).locator("tbody td:nth-child(2)");
export const undoName = (page: Page) => page.getByRole("button", { name: /^Undo: / });
