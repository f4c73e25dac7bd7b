/** Owns a run's hard limits on tokens, dollars and time: each call's worst case is held before it is sent, so that none is passed. */
import type { Limits } from "#shared/org/schema.ts";
import type { ModelAnswer, ModelRequest } from "#shared/run/messages.ts";
import type { Clock, Emit, Prices, RunRecord } from "#main/engine/ports.ts";

export type LimitReached = "token-limit" | "cost-limit" | "time-limit";

/** Why a run's calls are called off when its time is up: the turn then ends at its limit and not as a failure. */
export const TIME_IS_UP = new Error("the time limit was reached");

/** Timers take no more than 31 bits. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

export interface Held {
  outputTokens: number;
  usd: number;
}

export interface RunLimitParts {
  limits: Limits;
  clock: Clock;
  emit: Emit;
  prices: Prices | null;
  record: RunRecord | null;
  /** Calls off what is under way. */
  onTimeUp(): void;
}

export class RunLimits {
  #parts: RunLimitParts;
  #held: Held = { outputTokens: 0, usd: 0 };
  #outOfTime = false;
  /** Null until the clock runs: while a record is played, it stands still. */
  #startedMs: number | null = null;
  #timer = new AbortController();

  constructor(parts: RunLimitParts) {
    this.#parts = parts;
    if (!parts.record) {
      this.#startClock(0);
      return;
    }
    const { record } = parts;
    record.onLimit((limit) => (limit === "time-limit" ? this.#timeIsUp() : this.#reach(limit)));
    record.onLive(() => this.#goLive());
  }

  /** Ends the watching of time. */
  close(): void {
    this.#timer.abort();
  }

  /** Asks for one call's worst case before it is sent: what is held, or the limit that leaves no room. */
  admit(request: ModelRequest): Held | LimitReached {
    const { limits, prices } = this.#parts;
    const need: Held = { outputTokens: request.max_tokens, usd: limits.costUsd === null ? 0 : (prices?.worstUsd(request) ?? Infinity) };
    const limit = this.#askRecord(() => this.#noRoomFor(need));
    if (limit !== null) return this.#reach(limit);
    this.#held.outputTokens += need.outputTokens;
    this.#held.usd += need.usd;
    return need;
  }

  /** Asks for the worst case once more after an attempt whose tokens may have been paid for without an answer. */
  admitAgain(held: Held, lostTokens: number): LimitReached | null {
    this.#lose(held, lostTokens);
    const limit = this.#noRoomFor({ outputTokens: 0, usd: 0 });
    return limit === null ? null : this.#reach(limit);
  }

  /** Ends what was held with what was really used; what is not known of it counts as the worst case. */
  settle(held: Held, answer: ModelAnswer | null, lostTokens: number): void {
    this.#lose(held, lostTokens);
    this.#held.outputTokens += (answer === null ? 0 : (answer.usage.outputTokens ?? held.outputTokens)) - held.outputTokens;
    this.#held.usd += (answer === null ? 0 : held.usd === 0 ? 0 : (this.#parts.prices?.usd(answer) ?? held.usd)) - held.usd;
  }

  /** What a lost attempt cost is not known to the cent: all of it, where it cost anything. */
  #lose(held: Held, lostTokens: number): void {
    if (lostTokens === 0) return;
    this.#held.outputTokens += lostTokens;
    this.#held.usd += held.usd;
  }

  /** Whether the time is up; asked where something is about to begin. */
  outOfTime(): boolean {
    if (this.#outOfTime) return true;
    if (this.#askRecord(() => (this.#timeLeftMs() <= 0 ? "time-limit" : null)) === "time-limit") this.#reach("time-limit");
    return this.#outOfTime;
  }

  /** While a record is played, what it says next is what happened; clocks and prices may say something else by now. */
  #askRecord(live: () => LimitReached | null): LimitReached | null {
    const next = this.#parts.record?.next() ?? null;
    if (next !== null) return next.type === "limit-reached" ? next.limit : null;
    // The record may end while the engine computes, before it waits for anything.
    this.#goLive();
    return live();
  }

  #goLive(): void {
    if (this.#startedMs === null) this.#startClock(this.#parts.record?.elapsedMs ?? 0);
  }

  #noRoomFor(need: Held): LimitReached | null {
    const { limits, record } = this.#parts;
    const lost = record?.lost() ?? { outputTokens: 0, usd: 0 };
    if (limits.outputTokens !== null && this.#held.outputTokens + lost.outputTokens + need.outputTokens > limits.outputTokens)
      return "token-limit";
    if (limits.costUsd !== null && this.#held.usd + lost.usd + need.usd > limits.costUsd) return "cost-limit";
    return this.#timeLeftMs() <= 0 ? "time-limit" : null;
  }

  #reach(limit: LimitReached): LimitReached {
    // Time is up once; tokens and dollars may be short for one call and then for another.
    const isKnown = limit === "time-limit" && this.#outOfTime;
    this.#outOfTime ||= limit === "time-limit";
    if (!isKnown) this.#parts.emit({ type: "limit-reached", limit });
    return limit;
  }

  #timeIsUp(): void {
    this.#reach("time-limit");
    this.#parts.onTimeUp();
  }

  #timeLeftMs(): number {
    const { limits, clock } = this.#parts;
    return limits.wallClockMs === null || this.#startedMs === null ? Infinity : limits.wallClockMs - (clock.nowMs() - this.#startedMs);
  }

  /** Calls off what is under way once the time is up: a call that hangs must not hold the run. */
  #startClock(elapsedMs: number): void {
    const { limits, clock } = this.#parts;
    this.#startedMs = clock.nowMs() - elapsedMs;
    if (limits.wallClockMs === null) return;
    const watch = async (): Promise<void> => {
      for (let leftMs = this.#timeLeftMs(); leftMs > 0; leftMs -= LONGEST_SLEEP_MS)
        await clock.sleep(Math.min(leftMs, LONGEST_SLEEP_MS), this.#timer.signal);
      if (!this.#timer.signal.aborted) this.#timeIsUp();
    };
    // The run may end before its time: then the sleep is broken off.
    watch().catch(() => undefined);
  }
}
