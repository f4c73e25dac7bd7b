/** Owns the two pages that are compared: the real app with an org on its canvas, and bare React Flow with the same agents and wires. */
import { join } from "node:path";
import { type Browser, type CDPSession, chromium, type Page } from "@playwright/test";
import { build, preview } from "vite";
import type { Org } from "#shared/org/schema.ts";
import { bareFlow, type PageBox, type Viewport } from "#test/bench/canvas/bare/flow.ts";
import { countCommits } from "#test/bench/canvas/in-page.ts";
import { browserPath } from "#test/support/browser.mjs";

export interface OpenPage {
  page: Page;
  client: CDPSession;
}

/** What of the canvas a page shows, and where. */
export interface Shown {
  box: PageBox;
  viewport: Viewport;
}

/** A thousand agents on a busy machine take their time; nothing here is about how long a page takes to open. */
const OPEN_MS = 120_000;

/**
 * A Chromium that draws in software, as where there is no graphics card. Without a limit of 60 frames a second: times are then
 * what frames cost, where with it everything that is quick enough would look the same.
 */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await browserPath(),
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-frame-rate-limit",
      "--disable-gpu-vsync",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Builds the bare page as the app is built, for production, and serves it. */
export async function serveBare(): Promise<{ url: string; close(): Promise<void> }> {
  const root = join(import.meta.dirname, "bare");
  const outDir = join(process.cwd(), "dist", "bench-canvas");
  await build({ root, configFile: false, base: "./", logLevel: "error", build: { outDir, emptyOutDir: true, target: "chrome120" } });
  const server = await preview({ root, configFile: false, logLevel: "error", build: { outDir }, preview: { port: 0, host: "127.0.0.1" } });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error("the bare page is not served");
  return { url, close: () => server.close() };
}

/** Opens the app in a profile of its own and brings an org in as a file, as a person would. Everything is in view afterwards. */
export async function openApp(browser: Browser, url: string, org: Org, counting: boolean): Promise<OpenPage & { shown: Shown }> {
  const opened = await openPage(browser, counting);
  const { page } = opened;
  await page.goto(url);
  await page.getByRole("navigation", { name: "Places" }).waitFor();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import…" }).click();
  const file = { name: "bench.org.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(org)) };
  await (await chooser).setFiles(file);
  await settled(page, org);
  await page.locator(".react-flow__controls-fitview").click();
  await page.waitForTimeout(1_000);
  return { ...opened, shown: await page.evaluate(readShown) };
}

/** Opens the bare page in a profile of its own, with the canvas where the app has it and the same part of it in view. */
export async function openBare(browser: Browser, url: string, org: Org, shown: Shown, counting: boolean): Promise<OpenPage> {
  const opened = await openPage(browser, counting);
  const given = bareFlow(org, shown.box, shown.viewport);
  await opened.page.addInitScript((flow) => {
    window.bareFlow = flow;
  }, given);
  await opened.page.goto(url);
  await settled(opened.page, org);
  await opened.page.waitForTimeout(1_000);
  return opened;
}

/** What a page shows now; two pages that should show the same are told apart by it. */
export function readShown(): Shown {
  const flow = document.querySelector(".react-flow");
  const inner = document.querySelector<HTMLElement>(".react-flow__viewport");
  if (!flow || !inner) throw new Error("there is no canvas");
  const { x, y, width, height } = flow.getBoundingClientRect();
  const matrix = new DOMMatrix(getComputedStyle(inner).transform);
  return { box: { x, y, width, height }, viewport: { x: matrix.e, y: matrix.f, zoom: matrix.a } };
}

/** A profile of its own is a process of its own: what one page does is not in the other's times. */
async function openPage(browser: Browser, counting: boolean): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  context.setDefaultTimeout(OPEN_MS);
  const page = await context.newPage();
  if (counting) await page.addInitScript(countCommits);
  return { page, client: await context.newCDPSession(page) };
}

/** Until every agent has been measured and every handoff is drawn. */
async function settled(page: Page, org: Org): Promise<void> {
  const wanted = { agents: org.agents.length, handoffs: org.handoffs.length };
  await page.waitForFunction(
    ({ agents, handoffs }) =>
      document.querySelectorAll(".react-flow__node").length >= agents && document.querySelectorAll(".react-flow__edge").length >= handoffs,
    wanted,
  );
}
