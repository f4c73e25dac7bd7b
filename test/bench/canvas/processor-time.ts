/** Owns the processor time that drawing took, which a busy machine does not lengthen as it does the time on the wall. */
import type { Browser, CDPSession } from "@playwright/test";

/** Reads a sum of processor time, in milliseconds. */
export type ProcessorClock = () => Promise<number>;

/** Time of all of Chromium's pages and of the process that puts their pictures on the screen, every thread of them. */
export async function drawingTime(browser: Browser): Promise<ProcessorClock> {
  const client = await browser.newBrowserCDPSession();
  return async () => {
    const { processInfo } = await client.send("SystemInfo.getProcessInfo");
    return processInfo.filter(({ type }) => type !== "browser").reduce((sum, { cpuTime }) => sum + cpuTime * 1_000, 0);
  };
}

/** Time of one page's main thread: scripts, styles, layout and the recording of paints. */
export async function mainThreadTime(client: CDPSession): Promise<ProcessorClock> {
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await client.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
}
