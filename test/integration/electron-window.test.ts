/** What becomes of the app's window, and the native menu, with the real main entry, preload and lab process. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { COMMAND_SPECS } from "#shared/ui/commands.ts";
import { contentsOf, ElectronApp } from "#test/support/electron-app.ts";
import { preventable } from "#test/support/electron-standin.ts";

let app: ElectronApp;
beforeEach(() => {
  app = new ElectronApp();
});
afterEach(() => app.end());

describe("the window", () => {
  it("comes to the front when Driftlab is started a second time", async () => {
    const electron = await app.start();
    await vi.waitFor(() => expect(electron.windows[0]?.calls).toEqual(["show"]));
    const [window] = electron.windows;
    if (!window) throw new Error("there is no window");
    window.minimized = true;
    electron.app.emit("second-instance");
    expect(window.calls).toEqual(["show", "restore", "show", "focus"]);
    expect(electron.windows).toHaveLength(1);
  });

  it("is not opened by a second start, which ends", async () => {
    const { windows, record, processes } = await app.start({ hasLock: false });
    expect(record.exitCodes).toEqual([0]);
    expect(app.said.join("")).toContain("already open");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([windows, processes]).toEqual([[], []]);
  });

  it("stays open for no page that would keep it, and offers to load a crashed one again", async () => {
    const electron = await app.start();
    await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
    const event = preventable({});
    contentsOf(electron).emit("will-prevent-unload", event);
    expect(event.defaultPrevented).toBe(true);
    electron.answers[0] = 0;
    contentsOf(electron).emit("render-process-gone", {}, { reason: "crashed" });
    await vi.waitFor(() => expect(electron.windows[0]?.calls).toContain("reload"));
    expect(electron.record.messageBoxes[0]?.message).toBe("The window stopped working.");
  });
});

describe("the native menu", () => {
  it("holds every command of the one list that has a place in a menu, and has the page do what is chosen", async () => {
    const { electron, page } = await app.startWithPage();
    const items = (electron.record.menu ?? []).flatMap((menu) => menu.submenu ?? []);
    const own = COMMAND_SPECS.filter((spec) => spec.keysOnly !== true && spec.byBrowser !== true);
    expect(items.flatMap(({ label }) => label ?? [])).toEqual(expect.arrayContaining(own.map((spec) => spec.title)));
    expect(items.flatMap(({ role }) => role ?? [])).toEqual(expect.arrayContaining(["cut", "copy", "paste"]));
    for (const spec of own) items.find(({ label }) => label === spec.title)?.click?.();
    await vi.waitFor(() => expect(page.heard).toEqual(own.map(({ id }) => ({ type: "driftlab:command", id }))));
    expect(items.find(({ label }) => label === "Group")).toMatchObject({ accelerator: "CmdOrCtrl+G" });
    expect(items.find(({ label }) => label === "Delete")).not.toHaveProperty("accelerator");
  });
});
