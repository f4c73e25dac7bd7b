/** Owns a hard cap on output tokens: each attempt's worst case is reserved before it is sent, so the cap is never passed. */

export class TokenBudget {
  readonly cap: number | null;
  #used = 0;
  #held = 0;
  #waiting: (() => void)[] = [];

  /** @param used tokens that count against the cap already */
  constructor(cap: number | null, used = 0) {
    this.cap = cap;
    this.#used = used;
  }

  /** Reserves, waiting for calls in flight to give back what they did not use; false where the cap leaves no room. */
  async reserve(tokens: number, signal: AbortSignal): Promise<boolean> {
    while (this.cap !== null && this.#used + this.#held + tokens > this.cap) {
      if (this.#held === 0) return false;
      await this.#nextSettled(signal);
      signal.throwIfAborted();
    }
    this.#held += tokens;
    return true;
  }

  /** Ends a reservation with what was really used. */
  settle(reserved: number, used: number): void {
    this.#held -= reserved;
    this.#used += used;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #nextSettled(signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve) => {
      const done = () => {
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.push(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
