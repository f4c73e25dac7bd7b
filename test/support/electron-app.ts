/** Owns the desktop app in a test: the real main entry and the real lab process against a stand-in `electron`, in a folder of its own. */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, vi } from "vitest";
import { openPage, type Page } from "#test/support/electron-page.ts";
import {
  makeElectron,
  type StandIn,
  type StandInContents,
  type StandInOptions,
  type StandInProcess,
} from "#test/support/electron-standin.ts";

export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export const SOON = { timeout: 20_000, interval: 20 };

/** One app, from the moment that it is made to its `end`; a test process holds one at a time. */
export class ElectronApp {
  readonly folder = mkdtempSync(join(tmpdir(), "driftlab-electron-"));
  readonly database = join(this.folder, "lab.db");
  /** What it said to stderr. */
  readonly said: string[] = [];
  #standIn: StandIn | null = null;
  #listenersBefore = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));

  constructor() {
    vi.stubEnv("DRIFTLAB_DATA", join(this.folder, "data"));
    vi.stubEnv("ANTHROPIC_API_KEY", "");
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      this.said.push(String(text));
      return true;
    });
  }

  /** Starts the app as Electron would: its main entry is imported. */
  async start(options: Partial<StandInOptions> = {}): Promise<StandIn> {
    const started = makeElectron({ appPath: this.folder, ...options });
    this.#standIn = started;
    vi.resetModules();
    vi.doMock("electron", () => started.module);
    vi.stubEnv("OWN_KEY", "own-server-key");
    vi.spyOn(process, "argv", "get").mockReturnValue([
      "electron",
      this.folder,
      "--no-sandbox",
      `--db=${this.database}`,
      "--key-env=OWN_KEY",
    ]);
    await import("#main/hosts/electron/main.ts");
    return started;
  }

  /** Starts it, and waits for its window. */
  async startWithWindow(): Promise<StandIn> {
    const electron = await this.start();
    await vi.waitFor(() => contentsOf(electron));
    return electron;
  }

  /** Starts it, and opens its page in the window. */
  async startWithPage(): Promise<{ electron: StandIn; page: Page }> {
    const electron = await this.startWithWindow();
    return { electron, page: await openPage(electron, contentsOf(electron)) };
  }

  /** Quits it, and takes away all that it put anywhere. */
  async end(): Promise<void> {
    this.#standIn?.app.quit();
    await Promise.all((this.#standIn?.processes ?? []).map(gone));
    for (const signal of SIGNALS)
      for (const listener of process.listeners(signal)) if (!this.#listenersBefore.has(listener)) process.off(signal, listener);
    vi.doUnmock("electron");
    vi.resetModules();
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** For a group of tests that only look: one app, started for all of them; `furnish` puts files into its folder before. */
export function sharedApp(furnish: (folder: string) => void = () => undefined) {
  let app: ElectronApp;
  let electron: StandIn;
  beforeAll(async () => {
    app = new ElectronApp();
    furnish(app.folder);
    electron = await app.startWithWindow();
  });
  afterAll(() => app.end());
  return {
    get folder() {
      return app.folder;
    },
    get electron() {
      return electron;
    },
  };
}

export function contentsOf({ windows }: StandIn): StandInContents {
  const [window] = windows;
  if (!window) throw new Error("there is no window");
  return window.webContents;
}

export function processOf({ processes }: StandIn, index: number): StandInProcess {
  const found = processes[index];
  if (!found) throw new Error(`there is no process ${index}`);
  return found;
}

/** Resolves when the process has ended. */
export function gone({ child }: { child: ChildProcess }): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}
