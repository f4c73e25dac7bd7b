/** How the app quits, with its store closed whatever asked for it; the real main entry, preload and lab process. */
import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ElectronApp, gone, processOf, SIGNALS, SOON } from "#test/support/electron-app.ts";
import type { StandIn } from "#test/support/electron-standin.ts";

let app: ElectronApp;
beforeEach(() => {
  app = new ElectronApp();
});
afterEach(() => app.end());

describe("quitting", () => {
  async function running(): Promise<StandIn> {
    const { electron, page } = await app.startWithPage();
    await (await page.connect()).app.info();
    expect(existsSync(`${app.database}.lock`)).toBe(true);
    return electron;
  }

  async function expectCleanEnd(electron: StandIn): Promise<void> {
    await vi.waitFor(() => expect(electron.record.exitCodes).toEqual([0]), SOON);
    expect(electron.processes).toHaveLength(1);
    const lab = processOf(electron, 0);
    expect(lab.sent.at(-1)).toEqual({ type: "quit" });
    expect([lab.child.exitCode, lab.child.signalCode]).toEqual([0, null]);
    expect([existsSync(`${app.database}.lock`), existsSync(`${app.database}-wal`)]).toEqual([false, false]);
  }

  it("asks the lab to quit, which closes its store", async () => {
    const electron = await running();
    electron.app.quit();
    await expectCleanEnd(electron);
  });

  it("is what closing the window does, except on macOS", async () => {
    const electron = await running();
    const platform = vi.spyOn(process, "platform", "get").mockReturnValue("darwin");
    electron.windows[0]?.close();
    platform.mockRestore();
    expect(electron.app.quitting).toBe(false);
    electron.app.emit("activate");
    expect(electron.windows).toHaveLength(1);
    electron.windows[0]?.close();
    await expectCleanEnd(electron);
  });

  it.each(SIGNALS)("is what %s does, also twice", async (signal) => {
    const electron = await running();
    process.emit(signal);
    process.emit(signal);
    await expectCleanEnd(electron);
  });

  it("waits for a lab that has only just been started", async () => {
    const electron = await app.start();
    await vi.waitFor(() => expect(electron.processes).toHaveLength(1));
    electron.app.quit();
    await expectCleanEnd(electron);
  });

  it("kills a lab that hangs", async () => {
    const electron = await running();
    const lab = processOf(electron, 0);
    lab.child.kill("SIGSTOP");
    electron.app.quit();
    await gone(lab);
    expect(lab.child.signalCode).toBe("SIGKILL");
    await vi.waitFor(() => expect(electron.record.exitCodes).toEqual([0]), SOON);
    expect(app.said.join("")).toContain("was killed");
  });

  it("is the main process's decision where Ctrl+C reaches the lab too", async () => {
    const electron = await running();
    processOf(electron, 0).child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(processOf(electron, 0).child.exitCode).toBe(null);
    electron.app.quit();
    await expectCleanEnd(electron);
  });
});
