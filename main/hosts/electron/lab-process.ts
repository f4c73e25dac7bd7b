/** Owns the lab's utility process as the main process sees it: starting it, starting it again after a crash, ports, quitting. */
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from "electron";
import type { FromLab, ToLab } from "#main/hosts/electron/channels.ts";

/** How long to wait before each new start within a minute; one more crash and it is given up. */
const WAITS_MS = [0, 500, 2_000];
const CRASHES_COUNT_FOR_MS = 60_000;
/** How long the lab may take to stop what runs and close its store. */
const QUIT_WITHIN_MS = 5_000;

export interface LabProcessOptions {
  script: string;
  args: string[];
  /** The lab is open, for the first time or again: ports handed out before are dead. */
  onReady(): void;
  /** It cannot open its store; trying again would not help. */
  onFailed(message: string): void;
  /** It crashed too often. `start` tries anew. */
  onGivenUp(): void;
  log(line: string): void;
}

export class LabProcess {
  #options: LabProcessOptions;
  #child: UtilityProcess | null = null;
  #ready = false;
  #leaving = false;
  #crashedAtMs: number[] = [];
  #restart: NodeJS.Timeout | undefined;
  #quitting: Promise<void> | null = null;

  constructor(options: LabProcessOptions) {
    this.#options = options;
  }

  /** Starts the process, with a clean slate of crashes. */
  start(): void {
    this.#crashedAtMs = [];
    this.#fork();
  }

  /** A port that leads to the lab, or null while it is not open: `onReady` tells when it is. */
  connect(): MessagePortMain | null {
    if (!this.#child || !this.#ready) return null;
    const { port1, port2 } = new MessageChannelMain();
    this.#child.postMessage({ type: "connect" } satisfies ToLab, [port1]);
    return port2;
  }

  /** From now on an end of the process is no crash. */
  expectEnd(): void {
    this.#leaving = true;
    clearTimeout(this.#restart);
  }

  /** Asks the lab to stop what runs and to close its store; resolves when the process has gone, and kills it if it takes too long. */
  quit(): Promise<void> {
    this.#quitting ??= this.#quit();
    return this.#quitting;
  }

  #fork(): void {
    if (this.#leaving) return;
    const { script, args } = this.#options;
    const child = utilityProcess.fork(script, args, { serviceName: "Driftlab lab", stdio: "inherit" });
    this.#child = child;
    this.#ready = false;
    child.on("message", (message: FromLab) => {
      if (message.type === "failed") return this.#options.onFailed(message.message);
      this.#ready = true;
      this.#options.onReady();
    });
    child.once("exit", (code) => this.#ended(code));
  }

  #ended(code: number): void {
    this.#child = null;
    this.#ready = false;
    if (this.#leaving) return;
    const nowMs = Date.now();
    this.#crashedAtMs = [...this.#crashedAtMs.filter((atMs) => nowMs - atMs < CRASHES_COUNT_FOR_MS), nowMs];
    const waitMs = WAITS_MS[this.#crashedAtMs.length - 1];
    this.#options.log(
      `The lab's process ended unexpectedly (code ${code})${waitMs === undefined ? "; it is not started again" : "; it is started again"}.`,
    );
    if (waitMs === undefined) return this.#options.onGivenUp();
    this.#restart = setTimeout(() => this.#fork(), waitMs);
  }

  async #quit(): Promise<void> {
    this.expectEnd();
    const child = this.#child;
    if (!child) return;
    await new Promise<void>((resolve) => {
      const { pid } = child;
      const tooLong = setTimeout(() => {
        this.#options.log("The lab did not end in time and was killed.");
        // `child.kill()` asks politely, which a process that hangs does not hear.
        if (pid !== undefined) killNow(pid);
        resolve();
      }, QUIT_WITHIN_MS);
      child.once("exit", () => {
        clearTimeout(tooLong);
        resolve();
      });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
      child.postMessage({ type: "quit" } satisfies ToLab);
    });
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}
