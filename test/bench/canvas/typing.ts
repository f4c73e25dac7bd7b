/** Owns typing into an agent's instructions while the canvas is full, and the long tasks it makes. */
import type { Page } from "@playwright/test";
import { startRecording } from "#test/bench/canvas/in-page.ts";
import type { ProcessorClock } from "#test/bench/canvas/processor-time.ts";

/** A quick typist's time from key to key, in milliseconds. */
const KEY_EVERY_MS = 60;
const CHARACTERS = 200;

/** Milliseconds. */
export interface Typed {
  characters: number;
  /** Every task over 50 ms while the keys went down. */
  longTasks: number[];
  /** The main thread's processor time for a key, on the average. */
  processorPerKey: number;
}

/** Types 200 characters into the instructions of one agent. Throws where they did not all arrive. */
export async function typeInstructions(page: Page, processor: ProcessorClock): Promise<Typed> {
  const agent = page.locator(".react-flow__node").nth(100).or(page.locator(".react-flow__node").first()).last();
  await agent.click();
  const field = page.getByRole("textbox", { name: "Instructions" }).first();
  await field.fill("");
  await page.waitForTimeout(1_000);
  const text = "Say what you left out, and why it can be left out. ".repeat(10).slice(0, CHARACTERS);
  await page.evaluate(startRecording, false);
  const before = await processor();
  for (const key of text) {
    await page.keyboard.type(key);
    await page.waitForTimeout(KEY_EVERY_MS);
  }
  const processorMs = (await processor()) - before;
  const recording = await page.evaluate(() => window.benchRecorder?.stop());
  if ((await field.innerText()).trim() !== text.trim()) throw new Error("what was typed is not what stands there");
  return { characters: text.length, longTasks: (recording?.longTasksMs ?? []).map(Math.round), processorPerKey: processorMs / text.length };
}
