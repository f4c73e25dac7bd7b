/** Owns a run's own clock where a population is simulated: answers come in the order of their seeded latencies, whatever the machine does. */
import type { ModelRequest } from "#shared/run/messages.ts";
import type { AtRest, CallOptions, CallResult, Clock, ModelPort } from "#main/engine/ports.ts";

/** Something that will happen: an answer comes, a sleeper wakes. */
interface Due {
  atMs: number;
  /** Breaks ties: the agent's id, then the call's; sleepers come first. */
  who: string;
  nth: number;
  isCall: boolean;
  happen(): void;
}

export interface VirtualCall {
  result: CallResult;
  /** How long the answer took, in virtual milliseconds. */
  latencyMs: number;
}

/**
 * A discrete-event clock: it stands still while anybody computes, and then jumps to the next thing that is due. Two things
 * at the same time happen in the order of agent ids.
 */
export class VirtualTime implements Clock, ModelPort {
  #ask: (request: ModelRequest, options: CallOptions, nowMs: number) => Promise<VirtualCall>;
  #atRest: AtRest;
  #nowMs = 0;
  #due: Due[] = [];
  #computing = 0;
  #nth = 0;
  #scheduled = false;

  /** @param ask makes a call that begins at a virtual time, in real time as fast as it can */
  constructor(ask: (request: ModelRequest, options: CallOptions, nowMs: number) => Promise<VirtualCall>, atRest: AtRest) {
    this.#ask = ask;
    this.#atRest = atRest;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const due = this.#add({ atMs: this.#nowMs + ms, who: "", isCall: false, happen: resolve });
      signal.addEventListener(
        "abort",
        () => {
          this.#due = this.#due.filter((each) => each !== due);
          reject(signal.reason);
        },
        { once: true },
      );
    });
  }

  async call(request: ModelRequest, options: CallOptions): Promise<CallResult> {
    const { identity, signal } = options;
    const startedMs = this.#nowMs;
    // Told when the answer is: a retry's place among the events must not hang on real time.
    const retries: (() => void)[] = [];
    this.#computing += 1;
    let called: VirtualCall;
    try {
      const onRetry: CallOptions["onRetry"] = (...retry) => retries.push(() => options.onRetry(...retry));
      const admitRetry: CallOptions["admitRetry"] = (lostTokens) => this.#resting(options.admitRetry(lostTokens));
      called = await this.#ask(request, { ...options, onRetry, admitRetry }, startedMs);
    } catch (error) {
      // A port may reject when it is called off: that too has its place in the order.
      if (!signal.aborted) throw error;
      called = { result: CALLED_OFF, latencyMs: 0 };
    } finally {
      this.#computing -= 1;
      this.#schedule();
    }
    return new Promise((resolve) => {
      const due = this.#add({
        atMs: startedMs + called.latencyMs,
        who: `${identity.agent}\0${options.id}`,
        isCall: true,
        happen: () => {
          for (const tell of retries) tell();
          resolve(called.result);
        },
      });
      const callOff = () => {
        // Called off while it was on its way: it brings nothing, and comes now.
        due.atMs = this.#nowMs;
        due.happen = () => resolve(CALLED_OFF);
        this.#schedule();
      };
      if (signal.aborted) callOff();
      else signal.addEventListener("abort", callOff, { once: true });
    });
  }

  /** Whoever waits for others to make room does not compute: time goes on. */
  async #resting<T>(waiting: Promise<T>): Promise<T> {
    this.#computing -= 1;
    this.#schedule();
    try {
      return await waiting;
    } finally {
      this.#computing += 1;
    }
  }

  #add(due: Omit<Due, "nth">): Due {
    const added = { ...due, nth: this.#nth };
    this.#nth += 1;
    this.#due.push(added);
    this.#schedule();
    return added;
  }

  /** After everybody has come to rest. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#atRest(() => {
      this.#scheduled = false;
      this.#step();
    });
  }

  #step(): void {
    // Where nobody waits for an answer there is nothing to wait for: a sleeper alone does not move the clock.
    if (this.#computing > 0 || !this.#due.some((each) => each.isCall)) return;
    const next = this.#due.reduce((first, each) => (isBefore(each, first) ? each : first));
    this.#due = this.#due.filter((each) => each !== next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.happen();
    this.#schedule();
  }
}

const CALLED_OFF: CallResult = { ok: false, failure: { code: "aborted", message: "the call was called off" }, attempts: 1 };

function isBefore(a: Due, b: Due): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  if (a.who !== b.who) return a.who < b.who;
  return a.nth < b.nth;
}
