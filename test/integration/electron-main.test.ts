/** Runs the real main entry, the real preload and the real lab process against a stand-in `electron`. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { COMMAND_SPECS } from "#shared/ui/commands.ts";
import { type Page, openPage } from "#test/support/electron-page.ts";
import {
  type Frame,
  makeElectron,
  preventable,
  type StandIn,
  type StandInContents,
  type StandInOptions,
  type StandInProcess,
} from "#test/support/electron-standin.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const SOON = { timeout: 20_000, interval: 20 };

let folder: string;
let database: string;
let said: string[];
let standIn: StandIn | null;
let listenersBefore: Set<NodeJS.SignalsListener>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driftlab-electron-"));
  database = join(folder, "lab.db");
  said = [];
  standIn = null;
  listenersBefore = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));
  vi.stubEnv("DRIFTLAB_DATA", join(folder, "data"));
  vi.stubEnv("ANTHROPIC_API_KEY", "");
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});

afterEach(async () => {
  standIn?.app.quit();
  await Promise.all((standIn?.processes ?? []).map(gone));
  for (const signal of SIGNALS)
    for (const listener of process.listeners(signal)) if (!listenersBefore.has(listener)) process.off(signal, listener);
  vi.doUnmock("electron");
  vi.resetModules();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the app as Electron would: its main entry is imported. */
async function start(options: Partial<StandInOptions> = {}): Promise<StandIn> {
  const started = makeElectron({ appPath: folder, ...options });
  standIn = started;
  vi.resetModules();
  vi.doMock("electron", () => started.module);
  vi.stubEnv("OWN_KEY", "own-server-key");
  vi.spyOn(process, "argv", "get").mockReturnValue(["electron", folder, "--no-sandbox", `--db=${database}`, "--key-env=OWN_KEY"]);
  await import("#main/hosts/electron/main.ts");
  return started;
}

function contentsOf({ windows }: StandIn): StandInContents {
  const [window] = windows;
  if (!window) throw new Error("there is no window");
  return window.webContents;
}

function processOf({ processes }: StandIn, index: number): StandInProcess {
  const found = processes[index];
  if (!found) throw new Error(`there is no process ${index}`);
  return found;
}

async function startWithPage(): Promise<{ electron: StandIn; page: Page }> {
  const electron = await start();
  await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
  return { electron, page: await openPage(electron, contentsOf(electron)) };
}

function gone({ child }: { child: ChildProcess }): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

describe("the window", () => {
  it("is closed to everything but its own page, and shows when it is ready", async () => {
    const { windows, record } = await start();
    await vi.waitFor(() => expect(windows[0]?.calls).toEqual(["show"]));
    expect(windows[0]?.options).toMatchObject({
      title: "Driftlab",
      show: false,
      minWidth: 960,
      minHeight: 640,
      webPreferences: {
        preload: join(folder, "dist", "preload", "preload.cjs"),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
      },
    });
    expect(windows[0]?.webContents.mainFrame.url).toBe("app://driftlab/");
    expect(record.sandboxed).toBe(true);
    expect(record.schemes).toEqual([
      { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
    expect(record.menu?.map(({ label, role }) => label ?? role)).toEqual(expect.arrayContaining(["File", "Edit", "View", "windowMenu"]));
  });

  it("comes to the front when Driftlab is started a second time", async () => {
    const electron = await start();
    await vi.waitFor(() => expect(electron.windows[0]?.calls).toEqual(["show"]));
    const [window] = electron.windows;
    if (!window) throw new Error("there is no window");
    window.minimized = true;
    electron.app.emit("second-instance");
    expect(window.calls).toEqual(["show", "restore", "show", "focus"]);
    expect(electron.windows).toHaveLength(1);
  });

  it("is not opened by a second start, which ends", async () => {
    const { windows, record, processes } = await start({ hasLock: false });
    expect(record.exitCodes).toEqual([0]);
    expect(said.join("")).toContain("already open");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([windows, processes]).toEqual([[], []]);
  });

  it("keeps what Chromium stores apart per database", async () => {
    const first = await start();
    const own = first.record.paths.get("userData");
    expect(own?.startsWith(join(folder, "data", "window-"))).toBe(true);
  });

  it("stays open for no page that would keep it, and offers to load a crashed one again", async () => {
    const electron = await start();
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

describe("what a page may not do", () => {
  it("leave the app: https links open in the browser, everything else nowhere", async () => {
    const electron = await start();
    await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
    const contents = contentsOf(electron);
    const navigate = (url: string, isMainFrame = true) => {
      const event = preventable({ url, isMainFrame });
      contents.emit("will-frame-navigate", event);
      return event.defaultPrevented;
    };
    expect(navigate("app://driftlab/")).toBe(false);
    expect(navigate("app://driftlab/", false)).toBe(true);
    expect(electron.record.opened).toEqual([]);
    for (const url of [
      "file:///etc/passwd",
      "http://example.org/",
      "javascript:alert(1)",
      "app://elsewhere/",
      "https://driftlab@example.org/",
      "app:driftlab",
    ])
      expect([url, navigate(url)]).toEqual([url, true]);
    expect(navigate("https://example.org/frame", false)).toBe(true);
    expect(electron.record.opened).toEqual([]);
    expect(navigate("https://example.org/a")).toBe(true);
    expect(electron.record.opened).toEqual(["https://example.org/a"]);
    const redirect = preventable({ url: "https://example.org/" });
    contents.emit("will-redirect", redirect);
    expect(redirect.defaultPrevented).toBe(true);
  });

  it("open windows or embed other pages", async () => {
    const electron = await start();
    await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
    const contents = contentsOf(electron);
    expect(contents.windowOpen?.({ url: "https://example.org/b" })).toEqual({ action: "deny" });
    expect(contents.windowOpen?.({ url: "smb://example.org/share" })).toEqual({ action: "deny" });
    expect(electron.record.opened).toEqual(["https://example.org/b"]);
    const webview = preventable({});
    contents.emit("will-attach-webview", webview);
    expect(webview.defaultPrevented).toBe(true);
  });

  it("have any permission", async () => {
    const { record } = await start();
    await vi.waitFor(() => expect(Object.keys(record.permissions)).toHaveLength(3));
    const decided: unknown[] = [];
    record.permissions.request?.({}, "media", (granted: unknown) => decided.push(granted));
    expect([...decided, record.permissions.check?.(), record.permissions.device?.()]).toEqual([false, false, false]);
  });
});

describe("app://driftlab/", () => {
  async function fetched(url: string, init?: RequestInit): Promise<Response> {
    const renderer = join(folder, "dist", "renderer");
    mkdirSync(join(renderer, "assets"), { recursive: true });
    writeFileSync(join(renderer, "index.html"), "<title>Driftlab</title>");
    writeFileSync(join(renderer, "assets", "a.js"), "1");
    writeFileSync(join(folder, "dist", "secret.txt"), "secret");
    const { record } = standIn ?? (await start());
    return vi.waitFor(async () => {
      const handle = record.handlers.get("app");
      if (!handle) throw new Error("not served yet");
      return handle(new Request(url, init));
    });
  }

  it("serves the renderer with a content security policy", async () => {
    for (const url of ["app://driftlab/", "app://driftlab/index.html", "app://driftlab/drift"]) {
      const response = await fetched(url);
      expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
        200,
        "text/html; charset=utf-8",
        "<title>Driftlab</title>",
      ]);
      expect(response.headers.get("content-security-policy")).toMatch(/default-src 'self'.*object-src 'none'.*frame-ancestors 'none'/);
      expect(response.headers.get("content-security-policy")).not.toContain("ws:");
    }
    expect((await fetched("app://driftlab/assets/a.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect((await fetched("app://driftlab/assets/gone.js")).status).toBe(404);
  });

  it("refuses paths that lead out of it", async () => {
    for (const path of ["..%2fsecret.txt", "assets/..%2f..%2fsecret.txt", "..%5csecret.txt", "%2e%2e%2fsecret.txt", "a%00.js", "%zz"]) {
      const response = await fetched(`app://driftlab/${path}`);
      expect([path, response.status, await response.text()]).toEqual([path, 403, "That path leads out of the app.\n"]);
    }
  });

  it("refuses other hosts and writing", async () => {
    expect((await fetched("app://elsewhere/")).status).toBe(404);
    expect((await fetched("app://driftlab/", { method: "POST" })).status).toBe(405);
  });
});

describe("the native menu", () => {
  it("holds every command of the one list that has a place in a menu, and has the page do what is chosen", async () => {
    const { electron, page } = await startWithPage();
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

describe("the lab's process", () => {
  it("answers real calls through the port that is handed to the page, with the real preload between", async () => {
    const { electron, page } = await startWithPage();
    expect(page.exposed).toEqual(new Map([["driftlab", { host: "electron" }]]));
    const lab = await page.connect();
    const info = await lab.app.info();
    expect(info).toMatchObject({ host: "electron", dataFile: database, readOnly: false });
    expect((await lab.orgs.list()).map(({ name }) => name)).toHaveLength(1);
    expect(electron.record.forks).toEqual([
      { script: join(folder, "dist", "node", "lab-process.js"), args: [`--db=${database}`, "--key-env=OWN_KEY"] },
    ]);
    expect(contentsOf(electron).posted.map(({ channel }) => channel)).toEqual(["driftlab:port"]);
  });

  it("is given to nobody but the window's own page", async () => {
    const electron = await start();
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
    expect(said.filter((line) => line.includes("was refused"))).toHaveLength(6);
    // A page that is trusted gets one, and none of those before has a place in the queue.
    ask(contents, mainFrame);
    await vi.waitFor(() => expect(contents.posted).toHaveLength(1), SOON);
    expect(processOf(electron, 0).sent).toEqual([{ type: "connect" }]);
  });

  it("is started again after a crash, and the page gets a new port", async () => {
    const { electron, page } = await startWithPage();
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
    const { electron, page } = await startWithPage();
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
    writeFileSync(database, "this is not a database, whatever its name says");
    const { record, processes } = await start();
    await vi.waitFor(() => expect(record.exitCodes).toEqual([2]), SOON);
    expect(record.errorBoxes).toEqual([
      { title: "Driftlab cannot open its data", content: expect.stringContaining(`${database} is not a Driftlab database`) },
    ]);
    expect(processes).toHaveLength(1);
  });

  it("closes its store when the main process has gone without a word", async () => {
    const script = join(import.meta.dirname, "..", "support", "electron-lab-child.mjs");
    const code = `require("node:child_process").fork(${JSON.stringify(script)}, ["--db=" + process.argv[1]], {stdio:["ignore","ignore","ignore","ipc"]}).on("message", ({message}) => console.log(message.type))`;
    const parent = spawn(process.execPath, ["-e", code, database], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((resolve) => parent.stdout.once("data", () => resolve()));
    expect(existsSync(`${database}.lock`)).toBe(true);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(existsSync(`${database}.lock`)).toBe(false), SOON);
  });
});

describe("quitting", () => {
  async function running(): Promise<StandIn> {
    const { electron, page } = await startWithPage();
    await (await page.connect()).app.info();
    expect(existsSync(`${database}.lock`)).toBe(true);
    return electron;
  }

  async function expectCleanEnd(electron: StandIn): Promise<void> {
    await vi.waitFor(() => expect(electron.record.exitCodes).toEqual([0]), SOON);
    expect(electron.processes).toHaveLength(1);
    const lab = processOf(electron, 0);
    expect(lab.sent.at(-1)).toEqual({ type: "quit" });
    expect([lab.child.exitCode, lab.child.signalCode]).toEqual([0, null]);
    expect([existsSync(`${database}.lock`), existsSync(`${database}-wal`)]).toEqual([false, false]);
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
    const electron = await start();
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
    expect(said.join("")).toContain("was killed");
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
