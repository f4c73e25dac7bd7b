/** Owns `npm run bench:canvas`: what a frame costs on the app's canvas, beside bare React Flow in the same Chromium, as a table. */
import { writeFileSync } from "node:fs";
import type { Browser } from "@playwright/test";
import type { Org } from "#shared/org/schema.ts";
import { type FrameTimes, type Redrawn, redrawn, summed, type Taken } from "#test/bench/canvas/figures.ts";
import { GESTURES, type Gesture, letGo, perform, takeHold } from "#test/bench/canvas/gestures.ts";
import { startRecording } from "#test/bench/canvas/in-page.ts";
import { madeOrg } from "#test/bench/canvas/made-org.ts";
import { drawingTime, mainThreadTime } from "#test/bench/canvas/processor-time.ts";
import { launchBrowser, type OpenPage, openApp, openBare, serveBare } from "#test/bench/canvas/pages.ts";
import { printed, type Result, type SizeResult } from "#test/bench/canvas/table.ts";
import { typeInstructions } from "#test/bench/canvas/typing.ts";
import { type RunningApp, startApp } from "#test/support/app-server.ts";

/** Agents on the canvas while somebody types. */
const TYPING_SIZE = 200;

const quick = process.argv.includes("--quick");
const jsonFile = valueOf("--json");
const sizes = quick ? [50] : (valueOf("--sizes")?.split(",").map(Number) ?? [50, 200, 1_000]);
const rounds = quick ? 1 : Number(valueOf("--rounds") ?? 5);

const app = await startApp();
const bare = await serveBare();
const browser = await launchBrowser();
const processor = await drawingTime(browser);
try {
  const result: Result = { chromium: browser.version(), rounds, sizes: [], typing: [] };
  for (const size of sizes) result.sizes.push(await measured(browser, app, bare.url, madeOrg(size)));
  const org = madeOrg(quick ? 50 : TYPING_SIZE);
  const typingRounds = quick ? 1 : sizes.includes(TYPING_SIZE) ? 3 : 0;
  for (let round = 0; round < typingRounds; round += 1) {
    const { page, client } = await openApp(browser, app.url, org, false);
    result.typing.push(await typeInstructions(page, await mainThreadTime(client)));
    await page.context().close();
  }
  for (const line of printed(result)) console.log(line);
  if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await browser.close();
  await bare.close();
  await app.stop();
}

/** One size: rounds in which the two pages take turns, the first of which only warms them up; then once more with React's commits counted. */
async function measured(chromium: Browser, { url }: RunningApp, bareUrl: string, org: Org): Promise<SizeResult> {
  const pages = await openBoth(chromium, url, bareUrl, org, false);
  const taken = new Map<string, Taken[]>();
  for (let round = 0; round <= rounds; round += 1)
    for (const gesture of GESTURES) {
      // Who goes first changes, so that neither always follows the other.
      const order = round % 2 === 0 ? (["app", "bare"] as const) : (["bare", "app"] as const);
      for (const side of order) {
        const recording = await record(pages[side], gesture);
        const key = `${side} ${gesture}`;
        process.stderr.write(`${org.agents.length} agents, round ${round} of ${rounds}: ${key}\n`);
        if (round > 0) taken.set(key, [...(taken.get(key) ?? []), recording]);
      }
    }
  await close(pages);
  const times = (side: string, gesture: Gesture): FrameTimes => summed(taken.get(`${side} ${gesture}`) ?? []);
  const drawn = await countRedrawn(chromium, url, bareUrl, org);
  return {
    agents: org.agents.length,
    handoffs: org.handoffs.length,
    gestures: GESTURES.map((gesture) => ({
      gesture,
      app: times("app", gesture),
      bare: times("bare", gesture),
      byRound: Array.from({ length: rounds }, (_, round) => {
        const of = (side: string) => summed((taken.get(`${side} ${gesture}`) ?? []).slice(round, round + 1)).median;
        return of("app") / of("bare");
      }),
      redrawn: { app: drawn("app", gesture), bare: drawn("bare", gesture) },
    })),
  };
}

type Both = Record<"app" | "bare", OpenPage>;

async function openBoth(chromium: Browser, url: string, bareUrl: string, org: Org, counting: boolean): Promise<Both> {
  const first = await openApp(chromium, url, org, counting);
  return { app: first, bare: await openBare(chromium, bareUrl, org, first.shown, counting) };
}

async function close(pages: Both): Promise<void> {
  for (const { page } of Object.values(pages)) await page.context().close();
}

async function record({ page, client }: OpenPage, gesture: Gesture): Promise<Taken> {
  await page.bringToFront();
  const grip = await takeHold(page, gesture);
  await page.evaluate(startRecording, true);
  const before = await processor();
  await perform(client, gesture, grip);
  const processorMs = (await processor()) - before;
  const recording = await page.evaluate(() => window.benchRecorder?.stop());
  await letGo(page, gesture, grip);
  if (!recording) throw new Error("nothing was recorded");
  return { ...recording, processorMs };
}

/** In pages of their own, since counting costs time as well. */
async function countRedrawn(
  chromium: Browser,
  url: string,
  bareUrl: string,
  org: Org,
): Promise<(side: string, gesture: Gesture) => Redrawn> {
  const pages = await openBoth(chromium, url, bareUrl, org, true);
  const ends = new Map(org.handoffs.map(({ id, source, target }) => [id, [source, target]]));
  const drawn = new Map<string, Redrawn>();
  for (const gesture of GESTURES)
    for (const [side, { page, client }] of Object.entries(pages)) {
      const grip = await takeHold(page, gesture);
      await page.evaluate(() => window.benchCommits?.splice(0));
      await perform(client, gesture, grip);
      const commits = (await page.evaluate(() => window.benchCommits)) ?? [];
      drawn.set(`${side} ${gesture}`, redrawn(commits, grip.moved, ends));
      await letGo(page, gesture, grip);
    }
  await close(pages);
  return (side, gesture) => drawn.get(`${side} ${gesture}`) ?? redrawn([], [], ends);
}

function valueOf(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}
