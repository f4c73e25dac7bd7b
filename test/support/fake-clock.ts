/** Owns a clock for tests whose time passes only when it is told to. */

interface Sleeper {
  untilMs: number;
  wake(): void;
}

export class FakeClock {
  #nowMs = 0;
  #sleepers = new Set<Sleeper>();

  readonly nowMs = (): number => this.#nowMs;

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const end = (settle: () => void) => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener("abort", onAbort);
        settle();
      };
      const onAbort = () => end(() => reject(signal.reason as Error));
      const sleeper: Sleeper = { untilMs: this.#nowMs + ms, wake: () => end(resolve) };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#sleepers.add(sleeper);
    });

  /** How many sleep. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Lets time pass, and whatever hangs on it run. */
  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers) if (sleeper.untilMs <= this.#nowMs) sleeper.wake();
    await settled();
  }
}

/** Resolves when all that could run without time passing has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
