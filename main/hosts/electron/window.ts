/** Owns the one window: how it is made, shown and brought to the front. */
import { BrowserWindow, dialog, nativeTheme, type WebContents } from "electron";
import { APP_URL } from "#main/hosts/electron/app-address.ts";

export class AppWindow {
  #preload: string;
  #window: BrowserWindow | null = null;

  constructor(preload: string) {
    this.#preload = preload;
  }

  /** What the window shows, or null where there is none. */
  get contents(): WebContents | null {
    return this.#window?.webContents ?? null;
  }

  /** Opens the window, or brings the one there is to the front. */
  open(): void {
    const there = this.#window;
    if (there) {
      if (there.isMinimized()) there.restore();
      there.show();
      there.focus();
      return;
    }
    const window = new BrowserWindow({
      title: "Driftlab",
      width: 1440,
      height: 900,
      minWidth: 960,
      minHeight: 640,
      show: false,
      // The colour that shows until the page has painted.
      backgroundColor: nativeTheme.shouldUseDarkColors ? "#16181d" : "#ffffff",
      webPreferences: {
        preload: this.#preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
      },
    });
    this.#window = window;
    window.once("ready-to-show", () => window.show());
    window.once("closed", () => {
      this.#window = null;
    });
    // Every edit is saved as it is made, so a page has no reason to keep its window from closing.
    window.webContents.on("will-prevent-unload", (event) => event.preventDefault());
    window.webContents.on("render-process-gone", (_event, { reason }) => void offerReload(window, reason));
    void window.loadURL(APP_URL);
  }
}

async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  if (reason === "clean-exit" || window.isDestroyed()) return;
  const { response } = await dialog.showMessageBox(window, {
    type: "error",
    title: "Driftlab",
    message: "The window stopped working.",
    detail: `What ran goes on, and nothing that was saved is lost (${reason}).`,
    buttons: ["Load it again", "Close"],
    defaultId: 0,
    cancelId: 1,
  });
  if (window.isDestroyed()) return;
  if (response === 0) window.reload();
  else window.destroy();
}
