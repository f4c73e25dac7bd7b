import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { Report } from "#shared/drift/report.ts";
import { figure } from "#renderer/ui/words.ts";
import { allDone, expect, test } from "#test/e2e/app.ts";

async function setNumber(page: Page, label: string, value: string): Promise<void> {
  await page.getByRole("textbox", { name: label }).fill(value);
  await page.keyboard.press("Tab");
}

async function runSample(page: Page, repeats = "5"): Promise<void> {
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await setNumber(page, "Repeats", repeats);
  await expect(page.getByTestId("forecast")).toBeVisible();
  await page.getByRole("button", { name: "Start", exact: true }).click();
}

test("the sample org runs, and the numbers on the screen are those of the report", async ({ open }) => {
  const page = await open();
  await runSample(page);
  await allDone(page, 90);
  await expect(page.getByText("simulated", { exact: true }).first()).toBeVisible();
  await page.getByRole("button", { name: "See the drift" }).click();
  await expect(page.locator(".edge-label")).toHaveCount(2);
  await expect(page.getByTestId("agent-Lead")).toContainText(/1\.0 turn · \d+ tokens/);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "Report (JSON)" }).click();
  const report = JSON.parse(readFileSync(await (await download).path(), "utf8")) as Report;
  expect(report.badge).toBe("simulated");
  for (const edge of report.edges) {
    const label = page.getByTestId(`edge-label-${edge.edgeId}`);
    await expect(label).toContainText(figure(edge.drift.mean));
    await expect(label).toContainText(figure(edge.drift.interval?.high ?? null));
  }
  for (const each of report.comparisons) {
    const strip = page.getByTestId(`compare-${each.endpoint}`);
    await expect(strip).toContainText(figure(Math.abs(each.estimate ?? 0)));
  }
});

test("pressing an edge shows its runs, how the loss of each comes about, and the exact messages", async ({ open }) => {
  const page = await open();
  await runSample(page);
  await allDone(page, 90);
  await page.getByRole("button", { name: "See the drift" }).click();
  await page.locator(".edge-label").first().click();
  await expect(page.getByRole("heading", { name: "Lead → Analyst" })).toBeFocused();
  await expect(page.getByText("Run 1 of 45, most lost first")).toBeVisible();
  await expect(page.getByTestId("run-loss")).toHaveText(/^Lost \.\d\d: 6 of 6 constraints counted here\.$/);
  await expect(page.getByTestId("message-text")).toContainText("Message from Lead");
  await expect(page.getByTestId("message-text").locator("mark").first()).toBeVisible();
  await expect(page.locator(".codes .word")).toHaveCount(6);
  await expect(page.getByTestId("edge-codes")).toContainText(/(dropped here|weakened) · \.\d\d/);
  const first = await page.getByTestId("message-text").innerText();
  await page.getByRole("button", { name: "Next run" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Run 2 of 45")).toBeVisible();
  await expect(page.getByTestId("message-text")).not.toHaveText(first);

  // Which edge and run is read is still known after a look elsewhere; closing gives the focus back.
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("button", { name: "Drift", exact: true }).click();
  await expect(page.getByText("Run 2 of 45")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { name: "Where it is lost" })).toBeVisible();
  const entry = page.getByLabel("Overview").getByRole("button", { name: /^Analyst → Writer/ });
  await entry.press("Enter");
  await expect(page.getByRole("heading", { name: "Analyst → Writer" })).toBeFocused();
  await page.getByRole("button", { name: "Close" }).press("Enter");
  await expect(entry).toBeFocused();

  // The same by keyboard, and in the table.
  await page.getByText("Table", { exact: true }).click();
  await page.getByRole("button", { name: "Analyst → Writer" }).first().focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Analyst → Writer" })).toBeVisible();
  await page.getByRole("button", { name: /^Dropped/ }).click();
  await expect(page.locator("th[aria-sort=descending]")).toHaveText(/Dropped/);

  // A new one like it opens with its choices, and says what is no longer as it was.
  await page.getByRole("button", { name: "New experiment like this" }).click();
  await expect(page.getByRole("textbox", { name: "Repeats" })).toHaveValue("5");
  await expect(page.getByTestId("forecast")).toContainText("90 cells");
  await expect(page.getByLabel("Not as it was")).toHaveCount(0);
});

test("what was chosen is still chosen after a look elsewhere, and for the next experiment", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await setNumber(page, "Repeats", "2");
  await setNumber(page, "Seed", "7");
  await page.getByRole("button", { name: "Design", exact: true }).click();
  await page.getByRole("button", { name: "Experiment", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Repeats" })).toHaveValue("2");
  await expect(page.getByTestId("forecast")).toContainText("36 cells");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await allDone(page, 36);
  await page.getByRole("button", { name: "New experiment" }).click();
  await expect(page.getByRole("textbox", { name: "Seed" })).toHaveValue("7");
});

test("stop stops, what had finished is kept, and going on finishes the same experiment", async ({ open }) => {
  const page = await open();
  await runSample(page, "200");
  await expect(page.getByTestId("progress")).not.toHaveText(/^0 of/);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByText("Stopped. What had finished is kept")).toBeVisible();
  const stopped = await page.getByTestId("progress").innerText();
  expect(stopped).not.toMatch(/^3,600 of/);
  await page.reload();
  await expect(page.getByTestId("progress")).toHaveText(stopped);
  await expect(page.getByRole("button", { name: "Run what is missing" })).toBeVisible();
  await page.getByRole("button", { name: "Run what is missing" }).click();
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByRole("button", { name: "Run what is missing" })).toBeVisible();
});

test("an experiment is archived, taken back and deleted", async ({ open }) => {
  const page = await open();
  await runSample(page, "1");
  await allDone(page, 18);
  await page.getByRole("button", { name: "Archive" }).click();
  await expect(page.getByRole("button", { name: "Restore" })).toBeVisible();
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Run an org beside one agent alone")).toBeVisible();
});

test("with few tasks and lossless handoffs nothing is drawn as a plain zero", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await page.getByRole("combobox", { name: "Tasks", exact: true }).click();
  await page.getByRole("option").first().click();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("forecast")).toContainText("10 cells");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await allDone(page, 10);
  await page.getByRole("button", { name: "See the drift" }).click();
  await expect(page.locator(".edge-label").first()).toContainText("too few");
});

test("role-play and a sweep of a relay are chosen from menus, and their arms stand in the matrix and the report", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await setNumber(page, "Repeats", "1");
  await page.getByRole("checkbox", { name: "Role-play" }).check();
  await page.getByRole("button", { name: "Vary something…" }).click();
  await page.getByRole("menuitem", { name: "Relay of a handoff" }).click();
  const row = page.getByRole("group", { name: "Vary: Relay of a handoff" });
  await expect(row.getByRole("combobox", { name: "Handoff", exact: true })).toHaveValue("Lead → Analyst");
  // Beside the pills: a click on one would take it out.
  await row.locator(".mantine-MultiSelect-input").click({ position: { x: 270, y: 14 } });
  await page.getByRole("option", { name: "Paraphrase + brief" }).click();
  await page.keyboard.press("Escape");
  // Nine tasks; three orgs, the one-shot and, as a member's contacts do not hang on the relay, one role-play.
  await expect(page.getByTestId("forecast")).toContainText("45 cells");
  await expect(page.getByRole("region", { name: "What will run" })).toContainText("Solo, role-play");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await allDone(page, 45);
  const head = page.getByRole("region", { name: "Cells" }).getByRole("columnheader");
  await expect(head).toHaveText([
    "Task",
    "Chain of three · Lead → Analyst paraphrase",
    "Chain of three · Lead → Analyst verbatim",
    "Chain of three · Lead → Analyst paraphrase+brief",
    "Solo, one shot",
    "Solo, role-play",
  ]);
  await page.getByRole("button", { name: "See the drift" }).click();
  const strip = page.getByLabel("Org against solo");
  await expect(strip.getByRole("row")).toHaveCount(4);
  await expect(strip.getByRole("row", { name: /Solo, one shot/ })).toBeVisible();
  await expect(strip.getByRole("row", { name: /Solo, role-play/ })).toBeVisible();
});

test("a budget without a past run is refused with what to do; the pilot is run from there", async ({ open }) => {
  const page = await open();
  await page.getByRole("button", { name: "Run an experiment" }).click();
  await setNumber(page, "Repeats", "1");
  await page.getByRole("checkbox", { name: "Budget-matched" }).check();
  await expect(page.getByRole("region", { name: "What will run" })).toContainText("no finished run of");
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeDisabled();
  await page.getByRole("button", { name: "Run a pilot of 3 first" }).click();
  await expect(page.getByTestId("forecast")).toContainText("27 cells");
  await expect(page.getByText(/^In part from 27 past runs/)).toBeVisible();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await allDone(page, 27);
  await expect(page.getByRole("button", { name: /^Pilot of Chain of three/ })).toBeVisible();
});

test("a square of the matrix opens its cell: its state, its deliverable and who wrote what to whom", async ({ open }) => {
  const page = await open();
  await runSample(page, "2");
  await allDone(page, 36);
  const matrix = page.getByRole("region", { name: "Cells" });
  await expect(matrix.locator(".cell-button")).toHaveCount(36);
  // One stop of the Tab key; arrow keys lead on.
  await expect(matrix.locator(".cell-button[tabindex='0']")).toHaveCount(1);
  await matrix.locator(".cell-button").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog");
  await expect(panel).toContainText("repeat 2 of 2");
  await expect(panel).toContainText("complete");
  await expect(panel.getByRole("region", { name: "Deliverable" })).toContainText("by Writer");
  await expect(panel.getByRole("region", { name: "Messages" }).getByRole("listitem").first()).toContainText("round 1 Lead → Analyst");
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await expect(matrix.locator(".cell-button").nth(1)).toBeFocused();
});
