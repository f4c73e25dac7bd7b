/** Who is given the lab, and what follows when its process ends, with the real main entry, preload and lab process. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { contentsOf, ElectronApp, processOf, SOON } from "#test/support/electron-app.ts";
import type { Frame } from "#test/support/electron-standin.ts";

let app: ElectronApp;
beforeEach(() => {
  app = new ElectronApp();
});
afterEach(() => app.end());

describe("the lab's process", () => {
  it("answers real calls through the port that is handed to the page, with the real preload between", async () => {
    const { electron, page } = await app.startWithPage();
    expect(page.exposed).toEqual(new Map([["driftlab", { host: "electron" }]]));
    const lab = await page.connect();
    const info = await lab.app.info();
    expect(info).toMatchObject({ host: "electron", dataFile: app.database, readOnly: false });
    expect((await lab.orgs.list()).map(({ name }) => name)).toHaveLength(1);
    expect(electron.record.forks).toEqual([
      { script: join(app.folder, "dist", "node", "lab-process.js"), args: [`--db=${app.database}`, "--key-env=OWN_KEY"] },
    ]);
    expect(contentsOf(electron).posted.map(({ channel }) => channel)).toEqual(["driftlab:port"]);
  });

  it("is given to nobody but the window's own page", async () => {
    const electron = await app.start();
    await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
    const contents = contentsOf(electron);
    const { mainFrame } = contents;
    const ask = (sender: object, senderFrame: Frame | null) => electron.ipcMain.emit("driftlab:connect", { sender, senderFrame });
    ask(contents, { url: "app://driftlab/", parent: mainFrame });
    ask(contents, { url: "https://example.org/", parent: null });
    ask(contents, { url: "app://elsewhere/", parent: null });
    ask(contents, { url: "app://driftlab@example.org/", parent: null });
    ask(contents, null);
    ask({ ...contents }, mainFrame);
    expect(app.said.filter((line) => line.includes("was refused"))).toHaveLength(6);
    // A page that is trusted gets one, and none of those before has a place in the queue.
    ask(contents, mainFrame);
    await vi.waitFor(() => expect(contents.posted).toHaveLength(1), SOON);
    expect(processOf(electron, 0).sent).toEqual([{ type: "connect" }]);
  });

  it("is started again after a crash, and the page gets a new port", async () => {
    const { electron, page } = await app.startWithPage();
    const before = await page.connect();
    await before.orgs.create({ from: { name: "Kept" } });
    const again = page.nextPort();
    processOf(electron, 0).child.kill("SIGKILL");
    const after = await again;
    expect((await after.orgs.list()).map(({ name }) => name)).toContain("Kept");
    expect((await after.app.info()).readOnly).toBe(false);
    expect(electron.processes).toHaveLength(2);
    expect(contentsOf(electron).posted).toHaveLength(2);
  });

  it("that crashes again and again is given up with a dialog; another try starts it anew", async () => {
    const { electron, page } = await app.startWithPage();
    electron.answers.splice(0, 1, 0, 1);
    const crash = async (index: number) => {
      await vi.waitFor(() => expect(electron.processes.length).toBeGreaterThan(index), SOON);
      processOf(electron, index).child.kill("SIGKILL");
    };
    for (const index of [0, 1, 2]) await crash(index);
    expect(electron.record.messageBoxes).toEqual([]);
    await crash(3);
    await vi.waitFor(() => expect(electron.record.messageBoxes).toHaveLength(1), SOON);
    expect(electron.record.messageBoxes[0]).toMatchObject({ message: "Driftlab's lab keeps stopping.", buttons: ["Try again", "Quit"] });
    const lab = await page.connect();
    expect((await lab.app.info()).readOnly).toBe(false);
    expect(electron.processes).toHaveLength(5);
    for (const index of [4, 5, 6, 7]) await crash(index);
    await vi.waitFor(() => expect(electron.record.exitCodes).toEqual([1]), SOON);
  });

  it("that cannot open its data says why in a dialog and ends the app with code 2", async () => {
    writeFileSync(app.database, "this is not a database, whatever its name says");
    const { record, processes } = await app.start();
    await vi.waitFor(() => expect(record.exitCodes).toEqual([2]), SOON);
    expect(record.errorBoxes).toEqual([
      { title: "Driftlab cannot open its data", content: expect.stringContaining(`${app.database} is not a Driftlab database`) },
    ]);
    expect(processes).toHaveLength(1);
  });

  it("closes its store when the main process has gone without a word", async () => {
    const script = join(import.meta.dirname, "..", "support", "electron-lab-child.mjs");
    const code = `require("node:child_process").fork(${JSON.stringify(script)}, ["--db=" + process.argv[1]], {stdio:["ignore","ignore","ignore","ipc"]}).on("message", ({message}) => console.log(message.type))`;
    const parent = spawn(process.execPath, ["-e", code, app.database], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((resolve) => parent.stdout.once("data", () => resolve()));
    expect(existsSync(`${app.database}.lock`)).toBe(true);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(existsSync(`${app.database}.lock`)).toBe(false), SOON);
  });
});
