/** Owns how many requests of one connection are in flight: it grows while answers come, and is cut when a server says "too many". */

/** How a request ended, as far as the pace goes. */
export type PaceOutcome =
  | "ok"
  /** 429: the server says that there are too many. */
  | "rate-limited"
  /** 5xx, 529, a broken network: a server in trouble, whoever caused it. */
  | "overloaded"
  /** Says nothing about the server's load: a bad request, a wrong key, a call that was called off. */
  | "other";

export interface PacePorts {
  nowMs(): number;
  /** Resolves after `ms`; rejects when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Leave to send one request. */
export interface Permit {
  /** Gives it back; what comes after the first time does nothing. `retryAfterMs` counts with "rate-limited" alone. */
  done(outcome: PaceOutcome, retryAfterMs?: number | null): void;
}

export const FIRST_LIMIT = 10;
export const MOST_IN_FLIGHT = 64;
/** What is left of the limit after a cut. */
const CUT_TO = 0.8;
/** Longest retry-after that is obeyed: it holds the whole connection back. Calls whose server asks for longer fail at once. */
export const MOST_HOLD_MS = 600_000;

interface Waiter {
  grant(): void;
}

/**
 * Additive growth and multiplicative cuts (Chiu & Jain 1989): one more at a time after as many answers in a row as the limit is,
 * a fifth less once for each episode of refusals. Whoever waits is served in the order of asking.
 */
export class Pace {
  #ports: PacePorts;
  #limit = FIRST_LIMIT;
  #inFlight = 0;
  #cuts = 0;
  #successes = 0;
  #sent = 0;
  /** Requests up to this number were sent before the last cut. */
  #sentAtCut = 0;
  #waiters = new Set<Waiter>();
  #listeners = new Set<() => void>();
  #heldUntilMs: number | null = null;
  #holding: AbortController | null = null;

  constructor(ports: PacePorts) {
    this.#ports = ports;
  }

  /** Most requests in flight at present; more only right after a cut, until those that were sent before it have ended. */
  get limit(): number {
    return this.#limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many wait for leave. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Episodes of refusals so far. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Until when, on the clock handed in, a server's retry-after holds new requests back; null or past: it does not. */
  get heldUntilMs(): number | null {
    return this.#heldUntilMs;
  }

  /** Tells of each change of the limit, the cuts and the hold; returns what ends the telling. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits its turn. Rejects with the signal's reason when aborted before that, and then holds nothing. */
  acquire(signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = () => {
        this.#waiters.delete(waiter);
        reject(signal.reason as Error);
        this.#serve();
      };
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener("abort", onAbort);
          resolve(this.#permit());
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#serve();
    });
  }

  #permit(): Permit {
    this.#inFlight += 1;
    this.#sent += 1;
    const number = this.#sent;
    let given = false;
    return {
      done: (outcome, retryAfterMs = null) => {
        if (given) return;
        given = true;
        this.#inFlight -= 1;
        const changed = this.#learn(outcome, number, retryAfterMs);
        this.#serve();
        if (changed) this.#tell();
      },
    };
  }

  /** Takes in how a request ended; whether anything that is told of has changed. */
  #learn(outcome: PaceOutcome, number: number, retryAfterMs: number | null): boolean {
    switch (outcome) {
      case "ok":
        this.#successes += 1;
        if (this.#successes < this.#limit) return false;
        this.#successes = 0;
        if (this.#limit === MOST_IN_FLIGHT) return false;
        this.#limit += 1;
        return true;
      case "rate-limited": {
        this.#successes = 0;
        const held = this.#holdFor(retryAfterMs);
        if (number <= this.#sentAtCut) return held;
        this.#sentAtCut = this.#sent;
        this.#cuts += 1;
        this.#limit = Math.max(1, Math.floor(this.#limit * CUT_TO));
        return true;
      }
      case "overloaded":
        this.#successes = 0;
        return false;
      case "other":
        return false;
    }
  }

  #holdFor(retryAfterMs: number | null): boolean {
    // For longer nobody waits: each call is told so and fails at once, those that come after this one too.
    if (retryAfterMs === null || !(retryAfterMs > 0) || retryAfterMs > MOST_HOLD_MS) return false;
    const untilMs = this.#ports.nowMs() + retryAfterMs;
    if (this.#heldUntilMs !== null && untilMs <= this.#heldUntilMs) return false;
    this.#heldUntilMs = untilMs;
    return true;
  }

  #serve(): void {
    if (this.#waiters.size === 0) {
      // Nobody waits: no timer of ours keeps a process alive.
      this.#holding?.abort();
      return;
    }
    if (this.#heldUntilMs !== null) {
      if (this.#holding === null) void this.#sitOut();
      return;
    }
    for (const waiter of this.#waiters) {
      if (this.#inFlight >= this.#limit) return;
      this.#waiters.delete(waiter);
      waiter.grant();
    }
  }

  /** Sleeps the hold out, then serves. A hold that grew meanwhile is slept on; the clock is not asked whether a sleep was true. */
  async #sitOut(): Promise<void> {
    const holding = new AbortController();
    this.#holding = holding;
    try {
      while (this.#heldUntilMs !== null) {
        const untilMs: number = this.#heldUntilMs;
        const leftMs = untilMs - this.#ports.nowMs();
        if (leftMs > 0) await this.#ports.sleep(leftMs, holding.signal);
        if (this.#heldUntilMs === untilMs) this.#heldUntilMs = null;
      }
    } catch {
      // Nobody waited any more: the hold stays, and whoever comes next sits out what is left. A clock that breaks holds nobody.
      if (!holding.signal.aborted) this.#heldUntilMs = null;
    }
    this.#holding = null;
    if (this.#heldUntilMs === null) this.#tell();
    this.#serve();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
